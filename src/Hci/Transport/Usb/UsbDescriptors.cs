namespace HostStack.Hci.Transport.Usb;

/// <summary>Class, subclass and protocol of a device or an interface (USB 2.0, 9.6.1 and 9.6.5).</summary>
/// <param name="Class">0xE0 wireless controller, 0xFF the vendor's own.</param>
/// <param name="Subclass">0x01 radio frequency.</param>
/// <param name="Protocol">0x01 Bluetooth programming interface, 0x04 Bluetooth AMP.</param>
public readonly record struct UsbClass(byte Class, byte Subclass, byte Protocol)
{
    /// <summary>A Bluetooth controller (Core, Vol 4, Part B, 6.1).</summary>
    public static UsbClass Bluetooth { get; } = new(0xE0, 0x01, 0x01);
}

/// <summary>How an endpoint moves data (USB 2.0, 9.6.6, bmAttributes bits 0 and 1).</summary>
public enum UsbTransferKind
{
    /// <summary>Requests, each with a setup packet of 8 octets.</summary>
    Control = 0,

    /// <summary>A steady rate: voice.</summary>
    Isochronous = 1,

    /// <summary>As fast as the bus has room: ACL data.</summary>
    Bulk = 2,

    /// <summary>Polled: HCI events.</summary>
    Interrupt = 3,
}

/// <summary>One endpoint of an interface.</summary>
/// <param name="Address">bEndpointAddress: the number in bits 0 to 3, bit 7 for towards the host.</param>
/// <param name="Kind">How it moves data.</param>
/// <param name="MaximumPacket">wMaxPacketSize, octets.</param>
public readonly record struct UsbEndpoint(byte Address, UsbTransferKind Kind, ushort MaximumPacket)
{
    private const byte DirectionIn = 0x80;

    /// <summary>The endpoint of requests, which every device has; the packet size is what USB 2.0 at full speed has.</summary>
    public static UsbEndpoint Control { get; } = new(0, UsbTransferKind.Control, 64);

    /// <summary>Whether data comes to the host.</summary>
    public bool IsIn => (Address & DirectionIn) != 0;
}

/// <summary>One alternate setting of an interface.</summary>
/// <param name="Number">bInterfaceNumber.</param>
/// <param name="Alternate">bAlternateSetting.</param>
/// <param name="Class">Its class.</param>
/// <param name="Endpoints">Its endpoints, in the order of the descriptors.</param>
public sealed record UsbInterface(byte Number, byte Alternate, UsbClass Class, IReadOnlyList<UsbEndpoint> Endpoints);
