using HostStack.L2cap.Channels;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Client;

/// <summary>A profile that a service conforms to.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Version">Major version in the upper octet, minor in the lower.</param>
public readonly record struct ProfileVersion(SdpUuid Profile, ushort Version)
{
    /// <summary>Name and version, <c>NAP 1.0</c>.</summary>
    public override string ToString() =>
        $"{KnownUuid.NameOf(Profile) ?? Profile.ToString()} {Version >> 8}.{Version & 0xFF}";
}

/// <summary>What people and programs want to know of a record, read with patience: an attribute of an odd shape counts
/// as absent, and never spoils the others.</summary>
public sealed record ServiceSummary
{
    private const int PrimaryLanguageBase = 0x0100;

    /// <summary>The handle, where the record says it.</summary>
    public ServiceRecordHandle? Handle { get; private init; }

    /// <summary>The service's name in its primary language.</summary>
    public string? Name { get; private init; }

    /// <summary>A short description.</summary>
    public string? Description { get; private init; }

    /// <summary>Who provides it.</summary>
    public string? Provider { get; private init; }

    /// <summary>Service classes, most specific first.</summary>
    public IReadOnlyList<SdpUuid> Classes { get; private init; } = [];

    /// <summary>Profiles with their versions.</summary>
    public IReadOnlyList<ProfileVersion> Profiles { get; private init; } = [];

    /// <summary>Where the service listens; null where it is not on L2CAP.</summary>
    public Psm? Psm { get; private init; }

    /// <summary>The version of BNEP, 0x0100; null for services without.</summary>
    public ushort? BnepVersion { get; private init; }

    /// <summary>Ethernet types that a network service carries.</summary>
    public IReadOnlyList<ushort> NetworkPacketTypes { get; private init; } = [];

    /// <summary>What security a network service says that it enforces.</summary>
    public SecurityDescription? Security { get; private init; }

    /// <summary>What is behind a NAP.</summary>
    public NetAccessType? NetAccessType { get; private init; }

    /// <summary>The rate of the network behind a NAP, in octets per second.</summary>
    public uint? MaxNetAccessRate { get; private init; }

    /// <summary>Reads a record.</summary>
    /// <param name="record">The record, as any peer may have made it.</param>
    public static ServiceSummary Read(ServiceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var textBase = TextBase(record);
        var bnep = Protocol(record, KnownUuid.Bnep);
        return new ServiceSummary
        {
            Handle = record.Handle,
            Name = Text(record, textBase),
            Description = Text(record, textBase + 1),
            Provider = Text(record, textBase + 2),
            Classes = Uuids(record[AttributeId.ServiceClassIdList]),
            Profiles = ReadProfiles(record[AttributeId.BluetoothProfileDescriptorList]),
            Psm = Parameter(Protocol(record, KnownUuid.L2cap)) is { } psm ? new Psm(psm) : null,
            BnepVersion = Parameter(bnep),
            NetworkPacketTypes = bnep is { Items.Count: > 2 } ? Numbers(bnep.Items[2]) : [],
            Security = Number16(record[AttributeId.SecurityDescription]) is { } security ? (SecurityDescription)security : null,
            NetAccessType = Number16(record[AttributeId.NetAccessType]) is { } type ? (NetAccessType)type : null,
            MaxNetAccessRate = Number(record[AttributeId.MaxNetAccessRate]) is { } rate and <= uint.MaxValue ? (uint)rate : null,
        };
    }

    private static ulong? Number(DataElement? element) =>
        element is not null && element.TryGetUnsigned(out var number) ? number : null;

    private static ushort? Number16(DataElement? element) =>
        Number(element) is { } number and <= ushort.MaxValue ? (ushort)number : null;

    private static string? Text(ServiceRecord record, int id) =>
        id <= ushort.MaxValue && record[new AttributeId((ushort)id)] is { } value && value.TryGetText(out var text) ? text : null;

    // The first triplet of the language base list says where the primary language's texts are.
    private static int TextBase(ServiceRecord record) =>
        record[AttributeId.LanguageBaseAttributeIdList] is { Items.Count: >= 3 } list
            ? Number16(list.Items[2]) ?? PrimaryLanguageBase
            : PrimaryLanguageBase;

    private static List<SdpUuid> Uuids(DataElement? list)
    {
        var uuids = new List<SdpUuid>();
        foreach (var item in list?.Items ?? [])
        {
            if (item.TryGetUuid(out var uuid))
            {
                uuids.Add(uuid);
            }
        }

        return uuids;
    }

    private static List<ushort> Numbers(DataElement list)
    {
        var numbers = new List<ushort>();
        foreach (var item in list.Items)
        {
            if (Number16(item) is { } number)
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }

    private static List<ProfileVersion> ReadProfiles(DataElement? list)
    {
        var profiles = new List<ProfileVersion>();
        foreach (var item in list?.Items ?? [])
        {
            if (item.Items.Count > 0 && item.Items[0].TryGetUuid(out var profile))
            {
                profiles.Add(new ProfileVersion(profile, Parameter(item) ?? 0));
            }
        }

        return profiles;
    }

    private static DataElement? Protocol(ServiceRecord record, SdpUuid protocol)
    {
        var list = record[AttributeId.ProtocolDescriptorList];
        if (list is { Type: DataElementType.Alternative })
        {
            // Several stacks reach the service: the first is as good as any.
            list = list.Items.Count > 0 ? list.Items[0] : null;
        }

        foreach (var item in list?.Items ?? [])
        {
            if (item.Items.Count > 0 && item.Items[0].TryGetUuid(out var uuid) && uuid == protocol)
            {
                return item;
            }
        }

        return null;
    }

    private static ushort? Parameter(DataElement? descriptor) =>
        descriptor is { Items.Count: > 1 } ? Number16(descriptor.Items[1]) : null;
}
