using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>The controller wants the stored link key for a peer (Core, Vol 4, Part E, 7.7.23).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct LinkKeyRequestEvent(BdAddr Address) : IHciEvent<LinkKeyRequestEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.LinkKeyRequest;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out LinkKeyRequestEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
    }
}

/// <summary>Gives the stored link key (Core, Vol 4, Part E, 7.1.10).</summary>
/// <param name="Address">The peer.</param>
/// <param name="LinkKey">The key.</param>
public readonly record struct LinkKeyRequestReplyCommand(BdAddr Address, LinkKey LinkKey)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<LinkKeyRequestReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.LinkKeyRequestReply;

    /// <inheritdoc/>
    public int EncodedSize => 22;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out LinkKeyRequestReplyCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), LinkKey.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        LinkKey.Write(ref writer);
    }
}

/// <summary>No key is stored: the controllers pair (Core, Vol 4, Part E, 7.1.11).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct LinkKeyRequestNegativeReplyCommand(BdAddr Address)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<LinkKeyRequestNegativeReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.LinkKeyRequestNegativeReply;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out LinkKeyRequestNegativeReplyCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
    }
}

/// <summary>A new link key was made (Core, Vol 4, Part E, 7.7.24).</summary>
/// <param name="Address">The peer.</param>
/// <param name="LinkKey">The key.</param>
/// <param name="KeyType">How it was made.</param>
public readonly record struct LinkKeyNotificationEvent(BdAddr Address, LinkKey LinkKey, LinkKeyType KeyType)
    : IHciEvent<LinkKeyNotificationEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.LinkKeyNotification;

    /// <inheritdoc/>
    public int EncodedSize => 23;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out LinkKeyNotificationEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), LinkKey.Read(ref reader), (LinkKeyType)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        LinkKey.Write(ref writer);
        writer.U8((byte)KeyType);
    }
}
