using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Ends a link; Disconnection Complete follows (Core, Vol 4, Part E, 7.1.6).</summary>
/// <param name="Handle">The link.</param>
/// <param name="Reason">What the peer is told.</param>
public readonly record struct DisconnectCommand(ConnectionHandle Handle, HciStatus Reason)
    : IHciStatusCommand, IWireFormat<DisconnectCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.Disconnect;

    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out DisconnectCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), (HciStatus)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U8((byte)Reason);
    }
}

/// <summary>A link has ended (Core, Vol 4, Part E, 7.7.5).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="Reason">Why.</param>
public readonly record struct DisconnectionCompleteEvent(HciStatus Status, ConnectionHandle Handle, HciStatus Reason)
    : IHciEvent<DisconnectionCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.DisconnectionComplete;

    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out DisconnectionCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), (HciStatus)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U8((byte)Reason);
    }
}
