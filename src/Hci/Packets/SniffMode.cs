using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Lets a link sleep between sniff anchors; Mode Change follows (Core, Vol 4, Part E, 7.2.2).</summary>
/// <param name="Handle">The link.</param>
/// <param name="SniffMaxInterval">The longest interval, even.</param>
/// <param name="SniffMinInterval">The shortest interval, even.</param>
/// <param name="SniffAttempt">Receive slots to listen at an anchor.</param>
/// <param name="SniffTimeout">Receive slots to go on listening.</param>
public readonly record struct SniffModeCommand(
    ConnectionHandle Handle, Slots SniffMaxInterval, Slots SniffMinInterval, ushort SniffAttempt, ushort SniffTimeout)
    : IHciStatusCommand, IWireFormat<SniffModeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.SniffMode;

    /// <inheritdoc/>
    public int EncodedSize => 10;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SniffModeCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), new(reader.U16()), new(reader.U16()), reader.U16(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U16(SniffMaxInterval.Value);
        writer.U16(SniffMinInterval.Value);
        writer.U16(SniffAttempt);
        writer.U16(SniffTimeout);
    }
}

/// <summary>Ends sniff mode; Mode Change follows (Core, Vol 4, Part E, 7.2.3).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct ExitSniffModeCommand(ConnectionHandle Handle)
    : IHciStatusCommand, IWireFormat<ExitSniffModeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ExitSniffMode;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ExitSniffModeCommand value)
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

/// <summary>A link has changed its mode (Core, Vol 4, Part E, 7.7.20).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="CurrentMode">The mode.</param>
/// <param name="Interval">The hold or sniff interval.</param>
public readonly record struct ModeChangeEvent(
    HciStatus Status, ConnectionHandle Handle, LinkMode CurrentMode, Slots Interval)
    : IHciEvent<ModeChangeEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.ModeChange;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ModeChangeEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), (LinkMode)reader.U8(), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U8((byte)CurrentMode);
        writer.U16(Interval.Value);
    }
}
