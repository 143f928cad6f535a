using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for this device's role on a link (Core, Vol 4, Part E, 7.2.7).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct RoleDiscoveryCommand(ConnectionHandle Handle)
    : IHciCommand<RoleDiscoveryReturn>, IWireFormat<RoleDiscoveryCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.RoleDiscovery;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RoleDiscoveryCommand value)
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

/// <summary>This device's role on a link (Core, Vol 4, Part E, 7.2.7).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="CurrentRole">The role.</param>
public readonly record struct RoleDiscoveryReturn(HciStatus Status, ConnectionHandle Handle, LinkRole CurrentRole)
    : IReturnParameters<RoleDiscoveryReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RoleDiscoveryReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(RoleDiscoveryReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), (LinkRole)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U8((byte)CurrentRole);
    }
}

/// <summary>Changes this device's role; Role Change follows (Core, Vol 4, Part E, 7.2.8).</summary>
/// <param name="Address">The peer.</param>
/// <param name="Role">The wanted role of this device.</param>
public readonly record struct SwitchRoleCommand(BdAddr Address, LinkRole Role)
    : IHciStatusCommand, IWireFormat<SwitchRoleCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.SwitchRole;

    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SwitchRoleCommand value)
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

/// <summary>The roles on a link have changed, or could not (Core, Vol 4, Part E, 7.7.18).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Address">The peer.</param>
/// <param name="NewRole">This device's role now.</param>
public readonly record struct RoleChangeEvent(HciStatus Status, BdAddr Address, LinkRole NewRole)
    : IHciEvent<RoleChangeEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.RoleChange;

    /// <inheritdoc/>
    public int EncodedSize => 8;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RoleChangeEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.BdAddr(), (LinkRole)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.BdAddr(Address);
        writer.U8((byte)NewRole);
    }
}
