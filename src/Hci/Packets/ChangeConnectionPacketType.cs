using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Changes the packet types that a link may use (Core, Vol 4, Part E, 7.1.14).</summary>
/// <param name="Handle">The link.</param>
/// <param name="PacketType">The packet types.</param>
public readonly record struct ChangeConnectionPacketTypeCommand(ConnectionHandle Handle, PacketTypes PacketType)
    : IHciStatusCommand, IWireFormat<ChangeConnectionPacketTypeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ChangeConnectionPacketType;

    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ChangeConnectionPacketTypeCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), (PacketTypes)reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U16((ushort)PacketType);
    }
}

/// <summary>The packet types of a link have changed (Core, Vol 4, Part E, 7.7.29).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="PacketType">The packet types.</param>
public readonly record struct ConnectionPacketTypeChangedEvent(
    HciStatus Status, ConnectionHandle Handle, PacketTypes PacketType)
    : IHciEvent<ConnectionPacketTypeChangedEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.ConnectionPacketTypeChanged;

    /// <inheritdoc/>
    public int EncodedSize => 5;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ConnectionPacketTypeChangedEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), (PacketTypes)reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U16((ushort)PacketType);
    }
}

/// <summary>The peer's limit of slots per packet has changed (Core, Vol 4, Part E, 7.7.27).</summary>
/// <param name="Handle">The link.</param>
/// <param name="LmpMaxSlots">1, 3 or 5.</param>
public readonly record struct MaxSlotsChangeEvent(ConnectionHandle Handle, byte LmpMaxSlots)
    : IHciEvent<MaxSlotsChangeEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.MaxSlotsChange;

    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out MaxSlotsChangeEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U8(LmpMaxSlots);
    }
}
