using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Commands;

/// <summary>Making, accepting and ending links (Core, Vol 4, Part E, 7.1.5 to 7.1.9, 7.1.14).</summary>
internal static class ConnectionCommands
{
    public static void AddTo(CommandTable table)
    {
        table.Status(CommandCode.CreateConnection, 4, 13, CreateConnection);
        table.Complete(CommandCode.CreateConnectionCancel, 7, BdAddr.Size, (c, ref parameters, ref results) =>
        {
            var peer = parameters.BdAddr();
            results.BdAddr(peer);
            return c.Paging.Cancel(peer, PagePurpose.Connection);
        });
        table.Status(CommandCode.AcceptConnectionRequest, 8, 7, (c, ref parameters, ref _) =>
        {
            const byte becomeCentral = 0;
            const byte stayPeripheral = 1;
            var peer = parameters.BdAddr();
            var role = parameters.U8();
            return role > stayPeripheral ? HciStatus.InvalidParameters : c.Paging.Accept(peer, role == becomeCentral);
        });
        table.Status(CommandCode.RejectConnectionRequest, 9, 7, (c, ref parameters, ref _) =>
            c.Paging.Reject(parameters.BdAddr(), (HciStatus)parameters.U8()));
        table.Status(CommandCode.Disconnect, 5, 3, Disconnect);
        table.Status(CommandCode.ChangeConnectionPacketType, 14, 4, ChangePacketType);
    }

    private static HciStatus CreateConnection(SimulatedController c, ref WireReader parameters, ref WireWriter results)
    {
        var peer = parameters.BdAddr();
        parameters.U16();       // packet types
        parameters.U8();        // page scan repetition mode
        parameters.U8();        // reserved
        parameters.U16();       // clock offset
        var allowRoleSwitch = parameters.U8();
        return allowRoleSwitch > 1 ? HciStatus.InvalidParameters : c.Paging.Connect(peer, allowRoleSwitch == 1);
    }

    private static HciStatus Disconnect(SimulatedController c, ref WireReader parameters, ref WireWriter results)
    {
        var handle = LinkCommands.Handle(ref parameters);
        var reason = (HciStatus)parameters.U8();
        if (c.Links.Find(handle) is not { } end)
        {
            return HciStatus.UnknownConnection;
        }

        if (reason is not (HciStatus.AuthenticationFailure or HciStatus.RemoteUserTerminated or HciStatus.RemoteLowResources
            or HciStatus.RemotePowerOff or HciStatus.UnsupportedRemoteFeature or HciStatus.UnitKeyNotSupported))
        {
            return HciStatus.InvalidParameters;
        }

        end.Link.Detach(end, reason);
        return HciStatus.Success;
    }

    private static HciStatus ChangePacketType(SimulatedController c, ref WireReader parameters, ref WireWriter results)
    {
        var handle = LinkCommands.Handle(ref parameters);
        var types = parameters.U16();
        if (c.Links.Find(handle) is not { } end)
        {
            return HciStatus.UnknownConnection;
        }

        end.Link.Later(() =>
        {
            end.PacketTypes = types;
            var writer = c.Events.Begin();
            writer.U8((byte)HciStatus.Success);
            writer.U16(handle.Value);
            writer.U16(types);
            c.Events.Send(EventCode.ConnectionPacketTypeChanged, writer);
        });
        return HciStatus.Success;
    }
}
