using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>How many packets and blocks of a link have left the controller (Core, Vol 4, Part E, 7.7.59).</summary>
/// <param name="Handle">The link.</param>
/// <param name="NumCompletedPackets">Packets.</param>
/// <param name="NumCompletedBlocks">Blocks.</param>
public readonly record struct CompletedDataBlocks(ConnectionHandle Handle, ushort NumCompletedPackets, ushort NumCompletedBlocks)
    : IFixedWireFormat<CompletedDataBlocks>
{
    /// <inheritdoc/>
    public static int Size => 6;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out CompletedDataBlocks value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), reader.U16(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U16(NumCompletedPackets);
        writer.U16(NumCompletedBlocks);
    }
}

/// <summary>Credits of a controller that counts blocks (Core, Vol 4, Part E, 7.7.59).</summary>
public readonly ref struct NumberOfCompletedDataBlocksEvent : IHciEvent<NumberOfCompletedDataBlocksEvent>
{
    /// <summary>Makes the event of encoded records.</summary>
    /// <param name="totalNumDataBlocks">Blocks of the controller; 0 asks the host to read them again.</param>
    /// <param name="links">At most 42 links.</param>
    public NumberOfCompletedDataBlocksEvent(ushort totalNumDataBlocks, WireRecords<CompletedDataBlocks> links)
    {
        TotalNumDataBlocks = totalNumDataBlocks;
        Links = links;
    }

    /// <inheritdoc/>
    public static EventCode Code => EventCode.NumberOfCompletedDataBlocks;

    /// <summary>Blocks of the controller; 0 asks the host to read them again with Read Data Block Size.</summary>
    public ushort TotalNumDataBlocks { get; }

    /// <summary>The links.</summary>
    public WireRecords<CompletedDataBlocks> Links { get; }

    /// <inheritdoc/>
    public int EncodedSize => 3 + Links.Octets.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out NumberOfCompletedDataBlocksEvent value)
    {
        var reader = new WireReader(source);
        var total = reader.U16();
        var count = reader.U8();
        value = new(total, WireRecords<CompletedDataBlocks>.Read(ref reader, count));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(TotalNumDataBlocks);
        writer.U8((byte)Links.Count);
        writer.Bytes(Links.Octets);
    }
}
