using HostStack.Sdp.Elements;

namespace HostStack.Sdp.Records;

/// <summary>Assigned UUIDs that this stack uses, and names for those that people meet (Assigned Numbers, 3.2 and 3.3).</summary>
public static class KnownUuid
{
    private static readonly Dictionary<ushort, string> Names = new()
    {
        [0x0001] = "SDP",
        [0x0003] = "RFCOMM",
        [0x0007] = "ATT",
        [0x0008] = "OBEX",
        [0x000F] = "BNEP",
        [0x0011] = "HIDP",
        [0x0017] = "AVCTP",
        [0x0019] = "AVDTP",
        [0x0100] = "L2CAP",
        [0x1000] = "Service Discovery Server",
        [0x1001] = "Browse Group Descriptor",
        [0x1002] = "Public Browse Root",
        [0x1101] = "Serial Port",
        [0x1103] = "Dialup Networking",
        [0x1104] = "IrMC Sync",
        [0x1105] = "OBEX Object Push",
        [0x1106] = "OBEX File Transfer",
        [0x1108] = "Headset",
        [0x110A] = "Audio Source",
        [0x110B] = "Audio Sink",
        [0x110C] = "A/V Remote Control Target",
        [0x110D] = "Advanced Audio Distribution",
        [0x110E] = "A/V Remote Control",
        [0x110F] = "A/V Remote Control Controller",
        [0x1112] = "Headset Audio Gateway",
        [0x1115] = "PANU",
        [0x1116] = "NAP",
        [0x1117] = "GN",
        [0x111E] = "Hands-Free",
        [0x111F] = "Hands-Free Audio Gateway",
        [0x1124] = "Human Interface Device",
        [0x112D] = "SIM Access",
        [0x112E] = "Phonebook Access Client",
        [0x112F] = "Phonebook Access Server",
        [0x1130] = "Phonebook Access",
        [0x1132] = "Message Access Server",
        [0x1133] = "Message Notification Server",
        [0x1134] = "Message Access",
        [0x1200] = "PnP Information",
        [0x1203] = "Generic Audio",
        [0x1800] = "Generic Access",
        [0x1801] = "Generic Attribute",
        [0x180A] = "Device Information",
    };

    /// <summary>The protocol SDP.</summary>
    public static SdpUuid Sdp => new((ushort)0x0001);

    /// <summary>The protocol BNEP.</summary>
    public static SdpUuid Bnep => new((ushort)0x000F);

    /// <summary>The protocol L2CAP.</summary>
    public static SdpUuid L2cap => new((ushort)0x0100);

    /// <summary>Service class of the SDP server's own record.</summary>
    public static SdpUuid ServiceDiscoveryServer => new((ushort)0x1000);

    /// <summary>The group that a client browses first.</summary>
    public static SdpUuid PublicBrowseRoot => new((ushort)0x1002);

    /// <summary>Service class PANU: a PAN user.</summary>
    public static SdpUuid Panu => new((ushort)0x1115);

    /// <summary>Service class NAP: a network access point.</summary>
    public static SdpUuid Nap => new((ushort)0x1116);

    /// <summary>Service class GN: a group ad-hoc network.</summary>
    public static SdpUuid Gn => new((ushort)0x1117);

    /// <summary>Service class of a device identification record.</summary>
    public static SdpUuid PnpInformation => new((ushort)0x1200);

    /// <summary>The assigned name; null where the UUID is not in the table.</summary>
    /// <param name="uuid">The UUID, in any form.</param>
    public static string? NameOf(SdpUuid uuid) =>
        uuid.Short is { } value and <= ushort.MaxValue ? Names.GetValueOrDefault((ushort)value) : null;
}
