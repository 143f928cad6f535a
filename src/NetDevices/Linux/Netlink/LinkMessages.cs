using HostStack.Ethernet;

namespace HostStack.NetDevices.Linux.Netlink;

/// <summary>What changes of a link; null stays as it is.</summary>
internal readonly record struct LinkChange
{
    public MacAddress? Address { get; init; }

    public int? Mtu { get; init; }

    public int? TransmitQueueLength { get; init; }

    /// <summary>The index of a bridge; 0 leaves it.</summary>
    public int? Master { get; init; }

    public bool? Up { get; init; }

    public string? Alias { get; init; }

    public AddressGenerationMode? AddressGeneration { get; init; }

    public bool IsEmpty => this == default;
}

/// <summary>Messages about links.</summary>
internal static class LinkMessages
{
    private const byte AF_INET6 = 10;

    /// <summary>Asks for one link by its name.</summary>
    public static Span<byte> Get(Span<byte> buffer, string name)
    {
        var writer = new NetlinkWriter(buffer, NetlinkType.GetLink, NetlinkFlags.None);
        writer.Link(index: 0);
        writer.Attribute(LinkAttribute.Name, name);
        return writer.Finish();
    }

    /// <summary>Asks for all links.</summary>
    public static Span<byte> List(Span<byte> buffer)
    {
        var writer = new NetlinkWriter(buffer, NetlinkType.GetLink, NetlinkFlags.Dump);
        writer.Link(index: 0);
        return writer.Finish();
    }

    /// <summary>Changes a link.</summary>
    public static Span<byte> Change(Span<byte> buffer, int index, in LinkChange change)
    {
        var writer = new NetlinkWriter(buffer, NetlinkType.NewLink, NetlinkFlags.None);
        var up = change.Up is null ? LinkFlags.None : LinkFlags.Up;
        writer.Link(index, change.Up == true ? LinkFlags.Up : LinkFlags.None, up);
        Mac(ref writer, change.Address);
        if (change.Mtu is { } mtu)
        {
            writer.Attribute(LinkAttribute.Mtu, (uint)mtu);
        }

        if (change.TransmitQueueLength is { } length)
        {
            writer.Attribute(LinkAttribute.TransmitQueueLength, (uint)length);
        }

        if (change.Master is { } master)
        {
            writer.Attribute(LinkAttribute.Master, (uint)master);
        }

        if (change.Alias is { } alias)
        {
            writer.Attribute(LinkAttribute.Alias, alias);
        }

        if (change.AddressGeneration is { } mode)
        {
            var families = writer.BeginNested(LinkAttribute.FamilySpecific);
            var inet6 = writer.BeginNested(AF_INET6);
            writer.Attribute(Inet6Attribute.AddressGenerationMode, (byte)mode);
            writer.EndNested(inet6);
            writer.EndNested(families);
        }

        return writer.Finish();
    }

    /// <summary>Makes a bridge without spanning tree, whose ports forward at once.</summary>
    public static Span<byte> CreateBridge(Span<byte> buffer, string name, MacAddress? address)
    {
        var writer = new NetlinkWriter(buffer, NetlinkType.NewLink, NetlinkFlags.Create | NetlinkFlags.Exclusive);
        writer.Link(index: 0);
        Mac(ref writer, address);
        writer.Attribute(LinkAttribute.Name, name);
        var info = writer.BeginNested(LinkAttribute.Info);
        writer.Attribute(LinkInfoAttribute.Kind, "bridge"u8);
        var data = writer.BeginNested(LinkInfoAttribute.Data);
        writer.Attribute(BridgeAttribute.ForwardDelay, 0U);
        writer.Attribute(BridgeAttribute.SpanningTree, 0U);
        writer.EndNested(data);
        writer.EndNested(info);
        return writer.Finish();
    }

    /// <summary>Removes a link.</summary>
    public static Span<byte> Delete(Span<byte> buffer, int index)
    {
        var writer = new NetlinkWriter(buffer, NetlinkType.DeleteLink, NetlinkFlags.None);
        writer.Link(index);
        return writer.Finish();
    }

    private static void Mac(ref NetlinkWriter writer, MacAddress? address)
    {
        if (address is { } mac)
        {
            Span<byte> octets = stackalloc byte[MacAddress.Size];
            mac.Write(octets);
            writer.Attribute(LinkAttribute.Address, octets);
        }
    }
}
