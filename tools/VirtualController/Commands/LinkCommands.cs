using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Commands;

/// <summary>Policy and condition of links that exist (Core, Vol 4, Part E, 7.2, 7.3.19, 7.3.41, 7.5).</summary>
internal static class LinkCommands
{
    private const ushort KnownPolicies = 0x0005;
    private const int HandleBits = 0x0FFF;

    public static void AddTo(CommandTable table)
    {
        table.Complete(CommandCode.RoleDiscovery, 39, 2, (c, ref parameters, ref results) =>
            Read(c, ref parameters, ref results, static (end, ref writer) => writer.U8((byte)end.Role)));
        table.Status(CommandCode.SwitchRole, 40, 7, (c, ref parameters, ref _) =>
        {
            var peer = parameters.BdAddr();
            var role = (LinkRole)parameters.U8();
            return role > LinkRole.Peripheral ? HciStatus.InvalidParameters
                : c.Links.Find(peer) is { } end ? RoleSwitch.Request(end, role)
                : HciStatus.UnknownConnection;
        });
        table.Complete(CommandCode.ReadLinkPolicySettings, 41, 2, (c, ref parameters, ref results) =>
            Read(c, ref parameters, ref results, static (end, ref writer) => writer.U16(end.LinkPolicy)));
        table.Complete(CommandCode.WriteLinkPolicySettings, 42, 4, (c, ref parameters, ref results) =>
            Write(c, ref parameters, ref results, static (end, value) => end.LinkPolicy = value));
        table.Complete(CommandCode.ReadDefaultLinkPolicySettings, 43, 0, (c, ref _, ref results) =>
        {
            results.U16(c.Settings.DefaultLinkPolicy);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.WriteDefaultLinkPolicySettings, 44, 2, (c, ref parameters, ref _) =>
        {
            // Hold, which this controller does not have, is masked rather than refused: hosts set it blindly.
            c.Settings.DefaultLinkPolicy = (ushort)(parameters.U16() & KnownPolicies);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.ReadAutomaticFlushTimeout, 76, 2, (c, ref parameters, ref results) =>
            Read(c, ref parameters, ref results, static (end, ref writer) => writer.U16(end.FlushTimeout)));
        table.Complete(CommandCode.WriteAutomaticFlushTimeout, 77, 4, (c, ref parameters, ref results) =>
            Write(c, ref parameters, ref results, static (end, value) => end.FlushTimeout = value));
        table.Complete(CommandCode.ReadLinkSupervisionTimeout, 88, 2, (c, ref parameters, ref results) =>
            Read(c, ref parameters, ref results, static (end, ref writer) => writer.U16(end.Link.SupervisionTimeout)));
        table.Complete(CommandCode.WriteLinkSupervisionTimeout, 89, 4, (c, ref parameters, ref results) =>
            Write(c, ref parameters, ref results, SetSupervisionTimeout));
        table.Complete(CommandCode.ReadLinkQuality, 124, 2, (c, ref parameters, ref results) =>
            Read(c, ref parameters, ref results, static (_, ref writer) => writer.U8(byte.MaxValue)));
        table.Complete(CommandCode.ReadRssi, 125, 2, (c, ref parameters, ref results) =>
            Read(c, ref parameters, ref results, static (_, ref writer) => writer.I8(0)));     // within the golden range
        table.Status(CommandCode.SniffMode, 34, 10, (c, ref parameters, ref _) =>
        {
            var handle = Handle(ref parameters);
            var interval = parameters.U16();
            return ChangeMode(c, handle, mode: 2, interval);
        });
        table.Status(CommandCode.ExitSniffMode, 35, 2, (c, ref parameters, ref _) =>
            ChangeMode(c, Handle(ref parameters), mode: 0, interval: 0));
    }

    private delegate void ReadLink(LinkEnd end, ref WireWriter writer);

    /// <summary>Reads a connection handle; the flag bits above it are not part of it.</summary>
    public static ConnectionHandle Handle(ref WireReader parameters) => new((ushort)(parameters.U16() & HandleBits));

    private static HciStatus Read(SimulatedController c, ref WireReader parameters, ref WireWriter results, ReadLink read)
    {
        var handle = Handle(ref parameters);
        results.U16(handle.Value);
        if (c.Links.Find(handle) is not { } end)
        {
            return HciStatus.UnknownConnection;
        }

        read(end, ref results);
        return HciStatus.Success;
    }

    private static HciStatus Write(SimulatedController c, ref WireReader parameters, ref WireWriter results, Action<LinkEnd, ushort> write)
    {
        var handle = Handle(ref parameters);
        var value = parameters.U16();
        results.U16(handle.Value);
        if (c.Links.Find(handle) is not { } end)
        {
            return HciStatus.UnknownConnection;
        }

        write(end, value);
        return HciStatus.Success;
    }

    // The central decides; the peripheral's host is told (7.7.46).
    private static void SetSupervisionTimeout(LinkEnd end, ushort timeout)
    {
        if (end.Role != LinkRole.Central)
        {
            return;
        }

        end.Link.SupervisionTimeout = timeout;
        var peer = end.Peer;
        end.Link.Later(() =>
        {
            var writer = peer.Controller.Events.Begin();
            writer.U16(peer.Handle.Value);
            writer.U16(timeout);
            peer.Controller.Events.Send(EventCode.LinkSupervisionTimeoutChanged, writer);
        });
    }

    private static HciStatus ChangeMode(SimulatedController c, ConnectionHandle handle, byte mode, ushort interval)
    {
        const ushort policyAllowsSniff = 0x0004;
        if (c.Links.Find(handle) is not { } end)
        {
            return HciStatus.UnknownConnection;
        }

        if (end.Mode == mode || (mode != 0 && (end.LinkPolicy & policyAllowsSniff) == 0))
        {
            return HciStatus.CommandDisallowed;
        }

        end.Link.Later(() =>
        {
            foreach (var side in new[] { end, end.Peer })
            {
                side.Mode = mode;
                var writer = side.Controller.Events.Begin();
                writer.U8((byte)HciStatus.Success);
                writer.U16(side.Handle.Value);
                writer.U8(mode);
                writer.U16(interval);
                side.Controller.Events.Send(EventCode.ModeChange, writer);
            }
        });
        return HciStatus.Success;
    }
}
