namespace HostStack.Hci.Transport.Usb;

/// <summary>Which device was open, as far as USB can tell: what a controller that was unplugged is known by when it
/// returns. Its Bluetooth address is compared later, by the host. Pure.</summary>
/// <param name="Id">Maker and product.</param>
/// <param name="SerialNumber">Its serial number; null where it has none.</param>
/// <param name="Location">Where it was plugged in; null where that is not known.</param>
/// <param name="IsLocationFixed">Whether the user named the place, or the device did not leave it: then it is nowhere else.</param>
internal sealed record UsbIdentity(UsbId Id, string? SerialNumber, string? Location, bool IsLocationFixed)
{
    private string Title => Location is null ? $"{Id}" : $"{Id} at {Location}";

    /// <summary>Whether two readings of a serial number may be of one device: one that could not be read is no difference.</summary>
    public static bool MayBeSame(string? one, string? other) => one is null || other is null || one == other;

    /// <summary>Finds the device again.</summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item>The same ids and serial number at the same place: it is the one.</item>
    /// <item>The same ids at the same place, where one of the two serial numbers could not be read: the one, too, unless the
    /// number is found elsewhere.</item>
    /// <item>With a serial number: wherever it is plugged in, if only one has ids and number.</item>
    /// <item>Without: wherever it is plugged in, if it is the only one with its ids.</item>
    /// <item>Where the place is fixed: only there.</item>
    /// </list>
    /// </remarks>
    /// <param name="devices">What is plugged in, in any order.</param>
    /// <exception cref="ControllerUnavailableException">It is not there, or another one stands in its place.</exception>
    public UsbDeviceInfo Find(IReadOnlyList<UsbDeviceInfo> devices)
    {
        var there = devices.FirstOrDefault(device => device.Location == Location);
        var sameId = devices.Where(device => device.Id == Id).ToList();
        var hasMoved = !IsLocationFixed && sameId.Exists(IsSame);
        if (there is not null && (IsSame(there) || (MayBe(there) && !hasMoved)))
        {
            return there;
        }

        if (IsLocationFixed)
        {
            throw there is null ? Gone(", at the same place") : Another(there);
        }

        var same = SerialNumber is null && sameId.Count > 1 ? sameId : [.. sameId.Where(IsSame)];
        return same.Count switch
        {
            1 => same[0],
            > 1 => throw new ControllerUnavailableException(
                $"The USB device {Title} that was open may be any of {UsbSelection.Listed(same)}; plug it in where it was, or unplug the others."),
            _ => throw (sameId.Count > 0 ? Another(sameId[0]) : Gone(string.Empty)),
        };
    }

    private bool IsSame(UsbDeviceInfo other) => other.Id == Id && other.SerialNumber == SerialNumber;

    private bool MayBe(UsbDeviceInfo other) => other.Id == Id && MayBeSame(SerialNumber, other.SerialNumber);

    private ControllerUnavailableException Gone(string where) => new($"The USB device {Title} is gone; plug it in again{where}.");

    private ControllerUnavailableException Another(UsbDeviceInfo other) =>
        new($"The USB device {Title} is gone, and {other.Title} is another one; plug the first one in again, or start again with the other.");
}
