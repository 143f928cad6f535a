using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Pages a device and makes an ACL link (Core, Vol 4, Part E, 7.1.5).</summary>
/// <param name="Address">The peer.</param>
/// <param name="PacketType">Packet types that the link may use.</param>
/// <param name="PageScanRepetitionMode">As the peer told in its inquiry response; R1 or R2 where it is not
/// known.</param>
/// <param name="ClockOffset">The peer's clock offset, with the valid bit where it is known.</param>
/// <param name="AllowRoleSwitch">Whether the peer may become central.</param>
public readonly record struct CreateConnectionCommand(
    BdAddr Address, PacketTypes PacketType, PageScanRepetitionMode PageScanRepetitionMode, ClockOffset ClockOffset,
    bool AllowRoleSwitch)
    : IHciStatusCommand, IWireFormat<CreateConnectionCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.CreateConnection;

    /// <inheritdoc/>
    public int EncodedSize => 13;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out CreateConnectionCommand value)
    {
        var reader = new WireReader(source);
        var address = reader.BdAddr();
        var packetType = (PacketTypes)reader.U16();
        var pageScanRepetitionMode = (PageScanRepetitionMode)reader.U8();
        reader.Bytes(1); // reserved
        var clockOffset = new ClockOffset(reader.U16());
        var allowRoleSwitch = reader.Flag();
        value = new(address, packetType, pageScanRepetitionMode, clockOffset, allowRoleSwitch);
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U16((ushort)PacketType);
        writer.U8((byte)PageScanRepetitionMode);
        writer.Zeros(1);
        writer.U16(ClockOffset.Value);
        writer.Flag(AllowRoleSwitch);
    }
}

/// <summary>Stops paging; Connection Complete with status 0x02 follows (Core, Vol 4, Part E, 7.1.7).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct CreateConnectionCancelCommand(BdAddr Address)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<CreateConnectionCancelCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.CreateConnectionCancel;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out CreateConnectionCancelCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
    }
}

/// <summary>A link has come up, or could not (Core, Vol 4, Part E, 7.7.3).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The new link; meaningless where the status is not success.</param>
/// <param name="Address">The peer.</param>
/// <param name="LinkType">ACL or SCO.</param>
/// <param name="EncryptionEnabled">Whether the link is already encrypted.</param>
public readonly record struct ConnectionCompleteEvent(
    HciStatus Status, ConnectionHandle Handle, BdAddr Address, LinkType LinkType, EncryptionMode EncryptionEnabled)
    : IHciEvent<ConnectionCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.ConnectionComplete;

    /// <inheritdoc/>
    public int EncodedSize => 11;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ConnectionCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new(
            (HciStatus)reader.U8(), reader.Handle(), reader.BdAddr(), (LinkType)reader.U8(),
            (EncryptionMode)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.BdAddr(Address);
        writer.U8((byte)LinkType);
        writer.U8((byte)EncryptionEnabled);
    }
}
