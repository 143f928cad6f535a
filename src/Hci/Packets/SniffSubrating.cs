using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Lets a sniffing link skip anchors (Core, Vol 4, Part E, 7.2.14).</summary>
/// <param name="Handle">The link.</param>
/// <param name="MaximumLatency">The longest time between anchors that are kept.</param>
/// <param name="MinimumRemoteTimeout">For the peer.</param>
/// <param name="MinimumLocalTimeout">For this device.</param>
public readonly record struct SniffSubratingCommand(
    ConnectionHandle Handle, Slots MaximumLatency, Slots MinimumRemoteTimeout, Slots MinimumLocalTimeout)
    : IHciCommand<StatusHandleReturn>, IWireFormat<SniffSubratingCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.SniffSubrating;

    /// <inheritdoc/>
    public int EncodedSize => 8;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SniffSubratingCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), new(reader.U16()), new(reader.U16()), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U16(MaximumLatency.Value);
        writer.U16(MinimumRemoteTimeout.Value);
        writer.U16(MinimumLocalTimeout.Value);
    }
}

/// <summary>Sniff subrating is on (Core, Vol 4, Part E, 7.7.37).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="MaximumTransmitLatency">Towards the peer.</param>
/// <param name="MaximumReceiveLatency">From the peer.</param>
/// <param name="MinimumRemoteTimeout">For the peer.</param>
/// <param name="MinimumLocalTimeout">For this device.</param>
public readonly record struct SniffSubratingEvent(
    HciStatus Status, ConnectionHandle Handle, Slots MaximumTransmitLatency, Slots MaximumReceiveLatency,
    Slots MinimumRemoteTimeout, Slots MinimumLocalTimeout)
    : IHciEvent<SniffSubratingEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.SniffSubrating;

    /// <inheritdoc/>
    public int EncodedSize => 11;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SniffSubratingEvent value)
    {
        var reader = new WireReader(source);
        value = new(
            (HciStatus)reader.U8(), reader.Handle(), new(reader.U16()), new(reader.U16()), new(reader.U16()),
            new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U16(MaximumTransmitLatency.Value);
        writer.U16(MaximumReceiveLatency.Value);
        writer.U16(MinimumRemoteTimeout.Value);
        writer.U16(MinimumLocalTimeout.Value);
    }
}
