namespace HostStack.Hci.Transport.Usb;

/// <summary>What the bus tells of a device that is plugged in, before anybody opens it.</summary>
public sealed record UsbDeviceInfo
{
    /// <summary>Maker and product.</summary>
    public required UsbId Id { get; init; }

    /// <summary>bcdDevice, the product's release in BCD: 0x8891 is 88.91.</summary>
    public ushort Release { get; init; }

    /// <summary>Class at device level; zero where the interfaces have theirs.</summary>
    public UsbClass Class { get; init; }

    /// <summary>The bus's number, as the system counts.</summary>
    public int Bus { get; init; }

    /// <summary>The ports from the root hub to the device: <c>1.4</c>; empty for a root hub.</summary>
    public string Ports { get; init; } = string.Empty;

    /// <summary>The number that the device has on its bus until it is unplugged.</summary>
    public int Address { get; init; }

    /// <summary>Every alternate setting of every interface of the active configuration.</summary>
    public IReadOnlyList<UsbInterface> Interfaces { get; init; } = [];

    /// <summary>The product's name; null where it has none or it cannot be read.</summary>
    public string? Product { get; init; }

    /// <summary>The maker's name; null where it has none or it cannot be read.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>The serial number; null where it has none or it cannot be read. Many dongles of one maker share one.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Where it is plugged in: <c>1.1.4</c>, the bus and the ports behind it.</summary>
    public string Location => Ports.Length == 0 ? $"{Bus}" : $"{Bus}.{Ports}";

    // As sentences name it: 0a12:0001 (CSR8510 A10) at 1.4.
    internal string Title => Product is { Length: > 0 } product ? $"{Id} ({product}) at {Location}" : $"{Id} at {Location}";
}

/// <summary>Whether a device can be opened by this process, and what to do where it cannot.</summary>
/// <param name="Driver">The driver that has interface 0 now: <c>btusb</c>; null where there is none or it cannot be told.</param>
/// <param name="Problem">One sentence why it cannot be opened, with the remedy; null where it can.</param>
public readonly record struct UsbAccess(string? Driver, string? Problem)
{
    /// <summary>Whether the device has no driver because a host of this user was killed that had detached it. Who opens and
    /// closes it in order gives it back.</summary>
    public bool WasLeftWithoutDriver { get; init; }

    /// <summary>Whether opening it is expected to succeed.</summary>
    public bool CanOpen => Problem is null;
}
