using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Authenticates a link with the stored key, or pairs (Core, Vol 4, Part E, 7.1.15).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct AuthenticationRequestedCommand(ConnectionHandle Handle)
    : IHciStatusCommand, IWireFormat<AuthenticationRequestedCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.AuthenticationRequested;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out AuthenticationRequestedCommand value)
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

/// <summary>Authentication has ended (Core, Vol 4, Part E, 7.7.6).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
public readonly record struct AuthenticationCompleteEvent(HciStatus Status, ConnectionHandle Handle)
    : IHciEvent<AuthenticationCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.AuthenticationComplete;

    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out AuthenticationCompleteEvent value)
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
