using System.Globalization;

namespace HostStack.Hci.Transport.Usb;

/// <summary>Which USB controller a user means: what stands behind <c>usb:</c>.</summary>
/// <remarks><c>usb:</c> the first by bus and port; <c>usb:0a12:0001</c> the one with these ids; <c>usb:0a12:0001#2</c> the
/// second of them by bus and port; <c>usb:1.4.2</c> the one at port 2 of the hub at port 4 of bus 1.</remarks>
public sealed record UsbSelector
{
    internal const string Scheme = "usb";

    /// <summary>The form as a user would write it.</summary>
    internal const string Form = "usb:[vid:pid[#n]|bus.port]";

    private const int MostControllers = 99;

    /// <summary>The first controller, whichever it is.</summary>
    public static UsbSelector First { get; } = new();

    /// <summary>Maker and product; null for any.</summary>
    public UsbId? Id { get; init; }

    /// <summary>Which of those with the id, from 1; null where there is only one.</summary>
    public int? Number { get; init; }

    /// <summary>Where it is plugged in, as <see cref="UsbDeviceInfo.Location"/> has it; null for anywhere.</summary>
    public string? Location { get; init; }

    /// <summary>Reads what stands behind <c>usb:</c>.</summary>
    /// <param name="text">Empty, ids, or a place.</param>
    /// <exception cref="FormatException">The text has none of the forms.</exception>
    public static UsbSelector Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
        {
            return First;
        }

        var hash = text.IndexOf('#', StringComparison.Ordinal);
        if (UsbId.TryParse(hash < 0 ? text : text.AsSpan(0, hash), out var id))
        {
            return hash < 0 ? new UsbSelector { Id = id }
                : int.TryParse(text.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number is >= 1 and <= MostControllers
                    ? new UsbSelector { Id = id, Number = number }
                    : throw Malformed(text, $"needs a number from 1 to {MostControllers} behind '#'");
        }

        return ReadLocation(text) is { } location
            ? new UsbSelector { Location = location }
            : throw Malformed(text, "names no USB controller");
    }

    /// <summary>The shortest text that means a controller and no other one of those that are there.</summary>
    /// <param name="device">The controller.</param>
    /// <param name="devices">All devices that are there.</param>
    public static UsbSelector Of(UsbDeviceInfo device, IEnumerable<UsbDeviceInfo> devices)
    {
        ArgumentNullException.ThrowIfNull(device);
        var same = UsbSelection.WithId(device.Id, devices);
        return new UsbSelector
        {
            Id = device.Id,
            Number = same.Count > 1 ? same.FindIndex(other => other.Location == device.Location) + 1 : null,
        };
    }

    /// <summary>What stands behind <c>usb:</c>.</summary>
    public override string ToString() =>
        Location ?? (Number is { } number ? string.Create(CultureInfo.InvariantCulture, $"{Id}#{number}") : $"{Id}");

    // Bus and at least one port, without leading zeros, so that it can be compared as text.
    private static string? ReadLocation(string text)
    {
        var numbers = text.Split('.');
        return numbers.Length >= 2
            && numbers.All(static number =>
                byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0)
            ? string.Join('.', numbers.Select(static number => number.TrimStart('0')))
            : null;
    }

    private static FormatException Malformed(string text, string what) =>
        new($"'{Scheme}:{text}' {what}; write usb: for the first one, or it like usb:0a12:0001, usb:0a12:0001#2 (the second of them) or usb:1.4 (bus and port).");
}
