using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Makes a new link key for a link (Core, Vol 4, Part E, 7.1.17).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct ChangeConnectionLinkKeyCommand(ConnectionHandle Handle)
    : IHciStatusCommand, IWireFormat<ChangeConnectionLinkKeyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ChangeConnectionLinkKey;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ChangeConnectionLinkKeyCommand value)
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

/// <summary>A link has a new link key (Core, Vol 4, Part E, 7.7.9).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
public readonly record struct ChangeConnectionLinkKeyCompleteEvent(HciStatus Status, ConnectionHandle Handle)
    : IHciEvent<ChangeConnectionLinkKeyCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.ChangeConnectionLinkKeyComplete;

    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ChangeConnectionLinkKeyCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
    }
}
