using HostStack.Hci.Transport.Usb;

namespace HostStack.VirtualController.Usb;

/// <summary>What a virtual USB dongle is, and what is odd about it. The defaults are the suggestions of the specification
/// (Core, Vol 4, Part B, 2.1) for a device at full speed.</summary>
public sealed record UsbDongleOptions
{
    /// <summary>Maker and product; 1209:0001 is for tests, of no product.</summary>
    public UsbId Id { get; init; } = new(0x1209, 0x0001);

    /// <summary>bcdDevice.</summary>
    public ushort Release { get; init; } = 0x0100;

    /// <summary>Class at device level; all zeros where only the interfaces have theirs.</summary>
    public UsbClass DeviceClass { get; init; } = UsbClass.Bluetooth;

    /// <summary>Class of both interfaces; 0xFF, 0x01, 0x01 in the vendor's own way.</summary>
    public UsbClass InterfaceClass { get; init; } = UsbClass.Bluetooth;

    /// <summary>The maker's name; null: the device has none. An empty one is a string descriptor without a letter.</summary>
    public string? Manufacturer { get; init; } = "HostStack";

    /// <summary>The product's name; null: the device has none.</summary>
    public string? Product { get; init; } = "Virtual Bluetooth dongle";

    /// <summary>The serial number; null: the device has none.</summary>
    public string? SerialNumber { get; init; } = "0001";

    /// <summary>Address of the interrupt endpoint of events.</summary>
    public byte EventEndpoint { get; init; } = 0x81;

    /// <summary>Address of the bulk endpoint of ACL data to the host.</summary>
    public byte AclInEndpoint { get; init; } = 0x82;

    /// <summary>Address of the bulk endpoint of ACL data from the host.</summary>
    public byte AclOutEndpoint { get; init; } = 0x02;

    /// <summary>Address of the isochronous endpoint of voice to the host.</summary>
    public byte VoiceInEndpoint { get; init; } = 0x83;

    /// <summary>Address of the isochronous endpoint of voice from the host.</summary>
    public byte VoiceOutEndpoint { get; init; } = 0x03;

    /// <summary>wMaxPacketSize of the interrupt endpoint, octets.</summary>
    public ushort EventPacket { get; init; } = 16;

    /// <summary>wMaxPacketSize of the bulk endpoints, octets.</summary>
    public ushort AclPacket { get; init; } = 64;

    /// <summary>Whether there is an interface 1 for voice, with alternates 0 to 5.</summary>
    public bool HasVoice { get; init; } = true;

    /// <summary>Whether an HCI packet that fills its last USB packet is followed by an empty one, so that the host's
    /// request ends with it. Where it is not, the next HCI packet goes on in the same request.</summary>
    public bool EndsWithShortPacket { get; init; } = true;

    /// <summary>Whether ACL data stays in the device until it was suspended once, as with some clones.</summary>
    public bool AclNeedsSuspend { get; init; }

    /// <summary>Descriptors of unknown kinds between the one of interface 0 and its endpoints, as octets.</summary>
    public ReadOnlyMemory<byte> InterfaceExtra { get; init; }

    /// <summary>Octets after the last descriptor of the configuration, counted in its total length: unknown descriptors, or
    /// one of length zero.</summary>
    public ReadOnlyMemory<byte> ConfigurationExtra { get; init; }
}
