using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Tells the peer of a key press while a passkey is typed (Core, Vol 4, Part E, 7.3.63).</summary>
/// <param name="Address">The peer.</param>
/// <param name="NotificationType">What was pressed.</param>
public readonly record struct SendKeypressNotificationCommand(BdAddr Address, KeypressNotificationType NotificationType)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<SendKeypressNotificationCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.SendKeypressNotification;

    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SendKeypressNotificationCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), (KeypressNotificationType)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U8((byte)NotificationType);
    }
}

/// <summary>The peer's user presses keys (Core, Vol 4, Part E, 7.7.49).</summary>
/// <param name="Address">The peer.</param>
/// <param name="NotificationType">What was pressed.</param>
public readonly record struct KeypressNotificationEvent(BdAddr Address, KeypressNotificationType NotificationType)
    : IHciEvent<KeypressNotificationEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.KeypressNotification;

    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out KeypressNotificationEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), (KeypressNotificationType)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U8((byte)NotificationType);
    }
}
