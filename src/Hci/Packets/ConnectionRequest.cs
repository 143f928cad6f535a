using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>A device pages this one; accept or reject within the accept timeout (Core, Vol 4, Part E,
/// 7.7.4).</summary>
/// <param name="Address">The peer.</param>
/// <param name="ClassOfDevice">The peer's class of device.</param>
/// <param name="LinkType">ACL, SCO or eSCO.</param>
public readonly record struct ConnectionRequestEvent(BdAddr Address, ClassOfDevice ClassOfDevice, LinkType LinkType)
    : IHciEvent<ConnectionRequestEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.ConnectionRequest;

    /// <inheritdoc/>
    public int EncodedSize => 10;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ConnectionRequestEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), new(reader.U24()), (LinkType)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U24(ClassOfDevice.Value);
        writer.U8((byte)LinkType);
    }
}

/// <summary>Accepts a page; Connection Complete follows (Core, Vol 4, Part E, 7.1.8).</summary>
/// <param name="Address">The peer.</param>
/// <param name="Role">Central asks for a role switch; Peripheral stays.</param>
public readonly record struct AcceptConnectionRequestCommand(BdAddr Address, LinkRole Role)
    : IHciStatusCommand, IWireFormat<AcceptConnectionRequestCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.AcceptConnectionRequest;

    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out AcceptConnectionRequestCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), (LinkRole)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U8((byte)Role);
    }
}

/// <summary>Refuses a page (Core, Vol 4, Part E, 7.1.9).</summary>
/// <param name="Address">The peer.</param>
/// <param name="Reason">0x0D, 0x0E or 0x0F.</param>
public readonly record struct RejectConnectionRequestCommand(BdAddr Address, HciStatus Reason)
    : IHciStatusCommand, IWireFormat<RejectConnectionRequestCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.RejectConnectionRequest;

    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RejectConnectionRequestCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), (HciStatus)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U8((byte)Reason);
    }
}
