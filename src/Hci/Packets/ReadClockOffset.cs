using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for a peer's clock offset, which speeds up later pages (Core, Vol 4, Part E, 7.1.24).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct ReadClockOffsetCommand(ConnectionHandle Handle)
    : IHciStatusCommand, IWireFormat<ReadClockOffsetCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadClockOffset;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadClockOffsetCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
    }
}

/// <summary>A peer's clock offset (Core, Vol 4, Part E, 7.7.28).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="ClockOffset">The offset.</param>
public readonly record struct ReadClockOffsetCompleteEvent(
    HciStatus Status, ConnectionHandle Handle, ClockOffset ClockOffset)
    : IHciEvent<ReadClockOffsetCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.ReadClockOffsetComplete;

    /// <inheritdoc/>
    public int EncodedSize => 5;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadClockOffsetCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U16(ClockOffset.Value);
    }
}
