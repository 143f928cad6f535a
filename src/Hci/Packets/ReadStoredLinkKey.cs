using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Reads keys that the controller itself stores; Return Link Keys follows (Core, Vol 4, Part E,
/// 7.3.8).</summary>
/// <param name="Address">The peer.</param>
/// <param name="ReadAll">All keys, whatever the address.</param>
public readonly record struct ReadStoredLinkKeyCommand(BdAddr Address, bool ReadAll)
    : IHciCommand<ReadStoredLinkKeyReturn>, IWireFormat<ReadStoredLinkKeyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadStoredLinkKey;

    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadStoredLinkKeyCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), reader.Flag());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.Flag(ReadAll);
    }
}

/// <summary>How many keys the controller stores (Core, Vol 4, Part E, 7.3.8).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="MaxNumKeys">How many it can store.</param>
/// <param name="NumKeysRead">How many it gave.</param>
public readonly record struct ReadStoredLinkKeyReturn(HciStatus Status, ushort MaxNumKeys, ushort NumKeysRead)
    : IReturnParameters<ReadStoredLinkKeyReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 5;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadStoredLinkKeyReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadStoredLinkKeyReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.U16(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U16(MaxNumKeys);
        writer.U16(NumKeysRead);
    }
}

/// <summary>Deletes keys that the controller itself stores (Core, Vol 4, Part E, 7.3.10).</summary>
/// <param name="Address">The peer.</param>
/// <param name="DeleteAll">All keys, whatever the address.</param>
public readonly record struct DeleteStoredLinkKeyCommand(BdAddr Address, bool DeleteAll)
    : IHciCommand<DeleteStoredLinkKeyReturn>, IWireFormat<DeleteStoredLinkKeyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.DeleteStoredLinkKey;

    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out DeleteStoredLinkKeyCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), reader.Flag());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.Flag(DeleteAll);
    }
}

/// <summary>How many keys were deleted (Core, Vol 4, Part E, 7.3.10).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="NumKeysDeleted">How many.</param>
public readonly record struct DeleteStoredLinkKeyReturn(HciStatus Status, ushort NumKeysDeleted)
    : IReturnParameters<DeleteStoredLinkKeyReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out DeleteStoredLinkKeyReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(DeleteStoredLinkKeyReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U16(NumKeysDeleted);
    }
}
