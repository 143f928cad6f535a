using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for the controller's buffers (Core, Vol 4, Part E, 7.4.5).</summary>
public readonly record struct ReadBufferSizeCommand
    : IHciCommand<ReadBufferSizeReturn>, IWireFormat<ReadBufferSizeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadBufferSize;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadBufferSizeCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The controller's buffers (Core, Vol 4, Part E, 7.4.5).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="AclDataPacketLength">Octets of data that an ACL packet may carry.</param>
/// <param name="SynchronousDataPacketLength">Octets of data that a synchronous packet may carry.</param>
/// <param name="TotalNumAclDataPackets">ACL packets.</param>
/// <param name="TotalNumSynchronousDataPackets">Synchronous packets.</param>
public readonly record struct ReadBufferSizeReturn(
    HciStatus Status, ushort AclDataPacketLength, byte SynchronousDataPacketLength, ushort TotalNumAclDataPackets,
    ushort TotalNumSynchronousDataPackets)
    : IReturnParameters<ReadBufferSizeReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 8;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadBufferSizeReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadBufferSizeReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.U16(), reader.U8(), reader.U16(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U16(AclDataPacketLength);
        writer.U8(SynchronousDataPacketLength);
        writer.U16(TotalNumAclDataPackets);
        writer.U16(TotalNumSynchronousDataPackets);
    }
}

/// <summary>Asks for the controller's blocks (Core, Vol 4, Part E, 7.4.7).</summary>
public readonly record struct ReadDataBlockSizeCommand
    : IHciCommand<ReadDataBlockSizeReturn>, IWireFormat<ReadDataBlockSizeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadDataBlockSize;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadDataBlockSizeCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The controller's blocks (Core, Vol 4, Part E, 7.4.7).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="MaxAclDataPacketLength">Octets of data that an ACL packet may carry.</param>
/// <param name="DataBlockLength">Octets of a block.</param>
/// <param name="TotalNumDataBlocks">Blocks.</param>
public readonly record struct ReadDataBlockSizeReturn(
    HciStatus Status, ushort MaxAclDataPacketLength, ushort DataBlockLength, ushort TotalNumDataBlocks)
    : IReturnParameters<ReadDataBlockSizeReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadDataBlockSizeReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadDataBlockSizeReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.U16(), reader.U16(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U16(MaxAclDataPacketLength);
        writer.U16(DataBlockLength);
        writer.U16(TotalNumDataBlocks);
    }
}
