using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>How many packets of a link have left a buffer (Core, Vol 4, Part E, 7.7.19 and 7.3.40).</summary>
/// <param name="Handle">The link.</param>
/// <param name="NumCompletedPackets">Packets sent or flushed since the last report.</param>
public readonly record struct CompletedPackets(ConnectionHandle Handle, ushort NumCompletedPackets)
    : IFixedWireFormat<CompletedPackets>
{
    /// <inheritdoc/>
    public static int Size => 4;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out CompletedPackets value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U16(NumCompletedPackets);
    }
}

/// <summary>Credits that the controller gives back (Core, Vol 4, Part E, 7.7.19). On the data path: allocates nothing.</summary>
public readonly ref struct NumberOfCompletedPacketsEvent : IHciEvent<NumberOfCompletedPacketsEvent>
{
    /// <summary>Makes the event of encoded records.</summary>
    /// <param name="links">At most 63 links.</param>
    public NumberOfCompletedPacketsEvent(WireRecords<CompletedPackets> links) => Links = links;

    /// <inheritdoc/>
    public static EventCode Code => EventCode.NumberOfCompletedPackets;

    /// <summary>The links; none is possible.</summary>
    public WireRecords<CompletedPackets> Links { get; }

    /// <inheritdoc/>
    public int EncodedSize => 1 + Links.Octets.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out NumberOfCompletedPacketsEvent value)
    {
        var reader = new WireReader(source);
        var count = reader.U8();
        value = new(WireRecords<CompletedPackets>.Read(ref reader, count));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Links.Count);
        writer.Bytes(Links.Octets);
    }
}

/// <summary>Credits that the host gives back, where flow control towards the host is on (Core, Vol 4, Part E, 7.3.40).
/// It takes no command credit, and the controller answers only where something is wrong with it.</summary>
/// <param name="Links">At most 63 links.</param>
public readonly record struct HostNumberOfCompletedPacketsCommand(WireList<CompletedPackets> Links)
    : IHciCommand, IWireFormat<HostNumberOfCompletedPacketsCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.HostNumberOfCompletedPackets;

    /// <inheritdoc/>
    public int EncodedSize => 1 + Links.EncodedSize;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out HostNumberOfCompletedPacketsCommand value)
    {
        var reader = new WireReader(source);
        var count = reader.U8();
        value = new(WireList<CompletedPackets>.Read(ref reader, count));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Links.Count);
        Links.Write(ref writer);
    }
}
