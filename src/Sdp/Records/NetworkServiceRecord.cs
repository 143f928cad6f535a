using HostStack.L2cap.Channels;
using HostStack.Sdp.Elements;

namespace HostStack.Sdp.Records;

/// <summary>SecurityDescription of a PAN record (PAN 1.0, 8.2).</summary>
public enum SecurityDescription : ushort
{
    /// <summary>No security.</summary>
    None = 0x0000,

    /// <summary>Security enforced by the service.</summary>
    ServiceLevel = 0x0001,

    /// <summary>IEEE 802.1X.</summary>
    Ieee8021X = 0x0002,
}

/// <summary>NetAccessType of a NAP record: what kind of network is behind it (PAN 1.0, 8.2.1).</summary>
public enum NetAccessType : ushort
{
    /// <summary>PSTN.</summary>
    Pstn = 0x0000,

    /// <summary>ISDN.</summary>
    Isdn = 0x0001,

    /// <summary>DSL.</summary>
    Dsl = 0x0002,

    /// <summary>Cable modem.</summary>
    CableModem = 0x0003,

    /// <summary>10 Mbit/s Ethernet.</summary>
    Ethernet10 = 0x0004,

    /// <summary>100 Mbit/s Ethernet.</summary>
    Ethernet100 = 0x0005,

    /// <summary>4 Mbit/s Token Ring.</summary>
    TokenRing4 = 0x0006,

    /// <summary>16 Mbit/s Token Ring.</summary>
    TokenRing16 = 0x0007,

    /// <summary>100 Mbit/s Token Ring.</summary>
    TokenRing100 = 0x0008,

    /// <summary>FDDI.</summary>
    Fddi = 0x0009,

    /// <summary>GSM.</summary>
    Gsm = 0x000A,

    /// <summary>CDMA.</summary>
    Cdma = 0x000B,

    /// <summary>GPRS.</summary>
    Gprs = 0x000C,

    /// <summary>3G cellular.</summary>
    Cellular3G = 0x000D,

    /// <summary>Another kind.</summary>
    Other = 0xFFFE,
}

/// <summary>What a PAN record says beside its role.</summary>
public sealed record NetworkServiceOptions
{
    /// <summary>The name that people see.</summary>
    public string? Name { get; init; }

    /// <summary>A short description.</summary>
    public string? Description { get; init; }

    /// <summary>What security the service enforces.</summary>
    public SecurityDescription Security { get; init; } = SecurityDescription.ServiceLevel;

    /// <summary>Ethernet types that the service carries; IPv4, ARP and IPv6 as a rule.</summary>
    public IReadOnlyList<ushort> PacketTypes { get; init; } = [0x0800, 0x0806, 0x86DD];

    /// <summary>What is behind a NAP.</summary>
    public NetAccessType AccessType { get; init; } = NetAccessType.Ethernet100;

    /// <summary>The rate of the network behind a NAP, in octets per second.</summary>
    public uint MaxAccessRate { get; init; } = 12_500_000;

    /// <summary>The IPv4 subnet of a NAP or GN, <c>10.0.0.0/24</c>; null where it is not said.</summary>
    public string? IPv4Subnet { get; init; }

    /// <summary>The IPv6 subnet of a NAP or GN, <c>fe80::/48</c>; null where it is not said.</summary>
    public string? IPv6Subnet { get; init; }
}

/// <summary>Records of the Personal Area Networking profile (PAN 1.0, 8.2).</summary>
public static class NetworkServiceRecord
{
    /// <summary>BNEP 1.0, as a protocol parameter.</summary>
    public const ushort BnepVersion = 0x0100;

    /// <summary>PAN 1.0, as a profile version.</summary>
    public const ushort PanVersion = 0x0100;

    /// <summary>A network access point.</summary>
    /// <param name="options">What it says of itself.</param>
    public static ServiceRecordBuilder Nap(NetworkServiceOptions? options = null)
    {
        options ??= new NetworkServiceOptions();
        var record = Create(
            KnownUuid.Nap, options, "Network Access Point", "Bridges or routes to another network");
        return WithSubnets(record, options)
            .With(AttributeId.NetAccessType, DataElement.UInt16((ushort)options.AccessType))
            .With(AttributeId.MaxNetAccessRate, DataElement.UInt32(options.MaxAccessRate));
    }

    /// <summary>A group ad-hoc network.</summary>
    /// <param name="options">What it says of itself.</param>
    public static ServiceRecordBuilder Gn(NetworkServiceOptions? options = null)
    {
        options ??= new NetworkServiceOptions();
        var record = Create(KnownUuid.Gn, options, "Group Ad-hoc Network", "Connects its users with each other");
        return WithSubnets(record, options);
    }

    /// <summary>A PAN user that takes connections.</summary>
    /// <param name="options">What it says of itself.</param>
    public static ServiceRecordBuilder Panu(NetworkServiceOptions? options = null) =>
        Create(KnownUuid.Panu, options ?? new NetworkServiceOptions(), "PAN User", "Connects two devices");

    private static ServiceRecordBuilder Create(
        SdpUuid role, NetworkServiceOptions options, string name, string description) =>
        new ServiceRecordBuilder()
            .WithClasses(role)
            .WithProtocols(
                Psm.Bnep,
                DataElement.Sequence(
                    DataElement.Uuid(KnownUuid.Bnep),
                    DataElement.UInt16(BnepVersion),
                    DataElement.Sequence(options.PacketTypes.Select(DataElement.UInt16))))
            .WithPublicBrowseRoot()
            .WithProfile(role, PanVersion)
            .WithNames(options.Name ?? name, options.Description ?? description)
            .With(AttributeId.SecurityDescription, DataElement.UInt16((ushort)options.Security));

    private static ServiceRecordBuilder WithSubnets(ServiceRecordBuilder record, NetworkServiceOptions options)
    {
        if (options.IPv4Subnet is { } v4)
        {
            record.With(AttributeId.IPv4Subnet, DataElement.Text(v4));
        }

        return options.IPv6Subnet is { } v6 ? record.With(AttributeId.IPv6Subnet, DataElement.Text(v6)) : record;
    }
}
