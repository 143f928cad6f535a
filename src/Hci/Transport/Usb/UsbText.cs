namespace HostStack.Hci.Transport.Usb;

/// <summary>The names that a device tells of itself: octets from outside, which stand in sentences and logs.</summary>
internal static class UsbText
{
    /// <summary>A name without control characters and without spaces around it.</summary>
    /// <param name="text">As the device told it.</param>
    /// <returns>Null where nothing is left.</returns>
    public static string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var clean = string.Create(text.Length, text, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        }).Trim();
        return clean.Length == 0 ? null : clean;
    }
}
