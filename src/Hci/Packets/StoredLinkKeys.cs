using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>A link key that the controller itself stores (Core, Vol 4, Part E, 7.3.9).</summary>
/// <param name="Address">The peer.</param>
/// <param name="LinkKey">The key; zero in events.</param>
public readonly record struct StoredLinkKey(BdAddr Address, LinkKey LinkKey) : IFixedWireFormat<StoredLinkKey>
{
    /// <summary>The most keys of one command or event.</summary>
    public const int MaxCount = 11;

    /// <inheritdoc/>
    public static int Size => 22;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out StoredLinkKey value)
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

/// <summary>Stores link keys in the controller (Core, Vol 4, Part E, 7.3.9).</summary>
/// <param name="Keys">1 to 11 keys.</param>
public readonly record struct WriteStoredLinkKeyCommand(WireList<StoredLinkKey> Keys)
    : IHciCommand<WriteStoredLinkKeyReturn>, IWireFormat<WriteStoredLinkKeyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteStoredLinkKey;

    /// <inheritdoc/>
    public int EncodedSize => 1 + Keys.EncodedSize;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteStoredLinkKeyCommand value)
    {
        var reader = new WireReader(source);
        var count = reader.U8();
        value = new(WireList<StoredLinkKey>.Read(ref reader, count));
        return reader.AtEnd && count is >= 1 and <= StoredLinkKey.MaxCount;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Keys.Count);
        Keys.Write(ref writer);
    }
}

/// <summary>How many keys were stored (Core, Vol 4, Part E, 7.3.9).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="NumKeysWritten">How many.</param>
public readonly record struct WriteStoredLinkKeyReturn(HciStatus Status, byte NumKeysWritten)
    : IReturnParameters<WriteStoredLinkKeyReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteStoredLinkKeyReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = new(failure, 0);
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U8(NumKeysWritten);
    }
}

/// <summary>Whose keys the controller stores (Core, Vol 4, Part E, 7.7.21). The keys themselves are zero.</summary>
public readonly ref struct ReturnLinkKeysEvent : IHciEvent<ReturnLinkKeysEvent>
{
    /// <summary>Makes the event of encoded records.</summary>
    /// <param name="keys">1 to 11 keys.</param>
    public ReturnLinkKeysEvent(WireRecords<StoredLinkKey> keys) => Keys = keys;

    /// <inheritdoc/>
    public static EventCode Code => EventCode.ReturnLinkKeys;

    /// <summary>The keys.</summary>
    public WireRecords<StoredLinkKey> Keys { get; }

    /// <inheritdoc/>
    public int EncodedSize => 1 + Keys.Octets.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReturnLinkKeysEvent value)
    {
        var reader = new WireReader(source);
        var count = reader.U8();
        value = new(WireRecords<StoredLinkKey>.Read(ref reader, count));
        return reader.AtEnd && count is >= 1 and <= StoredLinkKey.MaxCount;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Keys.Count);
        writer.Bytes(Keys.Octets);
    }
}
