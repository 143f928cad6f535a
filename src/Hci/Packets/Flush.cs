using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Throws away what waits for a link in the controller (Core, Vol 4, Part E, 7.3.4).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct FlushCommand(ConnectionHandle Handle)
    : IHciCommand<StatusHandleReturn>, IWireFormat<FlushCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.Flush;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out FlushCommand value)
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

/// <summary>The controller has thrown packets of a link away (Core, Vol 4, Part E, 7.7.17).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct FlushOccurredEvent(ConnectionHandle Handle) : IHciEvent<FlushOccurredEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.FlushOccurred;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out FlushOccurredEvent value)
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

/// <summary>Throws away the packets of one kind that wait for a link (Core, Vol 4, Part E, 7.3.66).</summary>
/// <param name="Handle">The link.</param>
/// <param name="PacketType">0: automatically flushable packets only.</param>
public readonly record struct EnhancedFlushCommand(ConnectionHandle Handle, byte PacketType)
    : IHciStatusCommand, IWireFormat<EnhancedFlushCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.EnhancedFlush;

    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out EnhancedFlushCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U8(PacketType);
    }
}

/// <summary>An enhanced flush has ended (Core, Vol 4, Part E, 7.7.47).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct EnhancedFlushCompleteEvent(ConnectionHandle Handle)
    : IHciEvent<EnhancedFlushCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.EnhancedFlushComplete;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out EnhancedFlushCompleteEvent value)
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

/// <summary>Asks for a link's flush timeout (Core, Vol 4, Part E, 7.3.29).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct ReadAutomaticFlushTimeoutCommand(ConnectionHandle Handle)
    : IHciCommand<ReadAutomaticFlushTimeoutReturn>, IWireFormat<ReadAutomaticFlushTimeoutCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadAutomaticFlushTimeout;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadAutomaticFlushTimeoutCommand value)
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

/// <summary>A link's flush timeout (Core, Vol 4, Part E, 7.3.29).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="FlushTimeout">0: never.</param>
public readonly record struct ReadAutomaticFlushTimeoutReturn(
    HciStatus Status, ConnectionHandle Handle, Slots FlushTimeout)
    : IReturnParameters<ReadAutomaticFlushTimeoutReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 5;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadAutomaticFlushTimeoutReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadAutomaticFlushTimeoutReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U16(FlushTimeout.Value);
    }
}

/// <summary>Sets a link's flush timeout (Core, Vol 4, Part E, 7.3.30).</summary>
/// <param name="Handle">The link.</param>
/// <param name="FlushTimeout">0: never; else 1 to 0x7FF.</param>
public readonly record struct WriteAutomaticFlushTimeoutCommand(ConnectionHandle Handle, Slots FlushTimeout)
    : IHciCommand<StatusHandleReturn>, IWireFormat<WriteAutomaticFlushTimeoutCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteAutomaticFlushTimeout;

    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteAutomaticFlushTimeoutCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U16(FlushTimeout.Value);
    }
}
