namespace HostStack.Hci.Packets;

/// <summary>What a device says that it is and offers, in 24 bits (Assigned Numbers, 2.8).</summary>
/// <remarks><c>| 23..13 services | 12..8 major device class | 7..2 minor device class | 1..0 format type, 0 |</c></remarks>
public readonly record struct ClassOfDevice
{
    private const uint Mask = 0xFF_FFFF;
    private const uint ServicesMask = 0xFF_E000;

    /// <summary>Takes the low 24 bits of a number.</summary>
    /// <param name="value">The number.</param>
    public ClassOfDevice(uint value) => Value = value & Mask;

    /// <summary>Makes a class of its parts.</summary>
    /// <param name="services">What the device offers.</param>
    /// <param name="major">What it is.</param>
    /// <param name="minor">6 bits that the major class gives a meaning to.</param>
    public ClassOfDevice(MajorServiceClasses services, MajorDeviceClass major, byte minor = 0)
        : this((uint)services | ((uint)major << 8) | ((uint)(minor & 0x3F) << 2))
    {
    }

    /// <summary>The 24 bits.</summary>
    public uint Value { get; }

    /// <summary>What the device offers.</summary>
    public MajorServiceClasses Services => (MajorServiceClasses)(Value & ServicesMask);

    /// <summary>What the device is.</summary>
    public MajorDeviceClass Major => (MajorDeviceClass)((Value >> 8) & 0x1F);

    /// <summary>6 bits that the major class gives a meaning to.</summary>
    public byte Minor => (byte)((Value >> 2) & 0x3F);

    /// <summary>Whether the device offers a network (PAN: NAP, GN or PANU).</summary>
    public bool OffersNetworking => (Services & MajorServiceClasses.Networking) != 0;

    /// <summary>The same class with further services.</summary>
    /// <param name="services">What the device offers too.</param>
    public ClassOfDevice With(MajorServiceClasses services) => new(Value | (uint)services);

    /// <summary>Six hexadecimal digits with a prefix.</summary>
    public override string ToString() => $"0x{Value:X6}";
}

/// <summary>What a device offers: bits of the class of device (Assigned Numbers, 2.8.1).</summary>
[Flags]
public enum MajorServiceClasses : uint
{
    /// <summary>Nothing told.</summary>
    None = 0,

    /// <summary>Discoverable for a short time only.</summary>
    LimitedDiscoverable = 0x00_2000,

    /// <summary>LE audio.</summary>
    LeAudio = 0x00_4000,

    /// <summary>Positioning.</summary>
    Positioning = 0x01_0000,

    /// <summary>Networking: LAN, ad hoc.</summary>
    Networking = 0x02_0000,

    /// <summary>Rendering: printing, speakers.</summary>
    Rendering = 0x04_0000,

    /// <summary>Capturing: scanners, microphones.</summary>
    Capturing = 0x08_0000,

    /// <summary>Object transfer.</summary>
    ObjectTransfer = 0x10_0000,

    /// <summary>Audio.</summary>
    Audio = 0x20_0000,

    /// <summary>Telephony.</summary>
    Telephony = 0x40_0000,

    /// <summary>Information: servers.</summary>
    Information = 0x80_0000,
}

/// <summary>What a device is: bits 12 to 8 of the class of device (Assigned Numbers, 2.8.2).</summary>
public enum MajorDeviceClass : byte
{
    /// <summary>Miscellaneous.</summary>
    Miscellaneous = 0,

    /// <summary>Computer.</summary>
    Computer = 1,

    /// <summary>Phone.</summary>
    Phone = 2,

    /// <summary>LAN or network access point.</summary>
    NetworkAccessPoint = 3,

    /// <summary>Audio or video.</summary>
    AudioVideo = 4,

    /// <summary>Mouse, keyboard and the like.</summary>
    Peripheral = 5,

    /// <summary>Printer, scanner, camera, display.</summary>
    Imaging = 6,

    /// <summary>Wearable.</summary>
    Wearable = 7,

    /// <summary>Toy.</summary>
    Toy = 8,

    /// <summary>Health.</summary>
    Health = 9,

    /// <summary>None of these, or not told.</summary>
    Uncategorized = 31,
}
