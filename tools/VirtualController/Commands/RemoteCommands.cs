using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Commands;

/// <summary>What the peer's controller says of itself (Core, Vol 4, Part E, 7.1.19 to 7.1.24).</summary>
internal static class RemoteCommands
{
    public static void AddTo(CommandTable table)
    {
        table.Status(CommandCode.RemoteNameRequest, 19, 10, RemoteName);
        table.Complete(CommandCode.RemoteNameRequestCancel, 20, BdAddr.Size, (c, ref parameters, ref results) =>
        {
            var peer = parameters.BdAddr();
            results.BdAddr(peer);
            return c.Paging.Cancel(peer, PagePurpose.RemoteName);
        });
        table.Status(CommandCode.ReadRemoteSupportedFeatures, 21, 2, (c, ref parameters, ref _) =>
            Ask(c, LinkCommands.Handle(ref parameters), ReportFeatures));
        table.Status(CommandCode.ReadRemoteExtendedFeatures, 22, 3, (c, ref parameters, ref _) =>
        {
            var handle = LinkCommands.Handle(ref parameters);
            var page = parameters.U8();
            return Ask(c, handle, end => ReportExtendedFeatures(end, page));
        });
        table.Status(CommandCode.ReadRemoteVersionInformation, 23, 2, (c, ref parameters, ref _) =>
            Ask(c, LinkCommands.Handle(ref parameters), ReportVersion));
        table.Status(CommandCode.ReadClockOffset, 24, 2, (c, ref parameters, ref _) =>
            Ask(c, LinkCommands.Handle(ref parameters), ReportClockOffset));
    }

    private static HciStatus Ask(SimulatedController c, ConnectionHandle handle, Action<LinkEnd> report)
    {
        if (c.Links.Find(handle) is not { } end)
        {
            return HciStatus.UnknownConnection;
        }

        end.Link.Later(() => report(end));
        return HciStatus.Success;
    }

    private static HciStatus RemoteName(SimulatedController c, ref WireReader parameters, ref WireWriter results)
    {
        var peer = parameters.BdAddr();
        if (c.Links.Find(peer) is not { } end)
        {
            return c.Paging.ReadName(peer);
        }

        end.Link.Later(() => RemoteNames.Report(c, peer, HciStatus.Success, end.Peer.Controller.Settings.Name));
        return HciStatus.Success;
    }

    private static void ReportFeatures(LinkEnd end)
    {
        var writer = end.Controller.Events.Begin();
        writer.U8((byte)HciStatus.Success);
        writer.U16(end.Handle.Value);
        writer.U64(LmpFeaturePages.Page(end.Peer.Controller, page: 0));
        end.Controller.Events.Send(EventCode.ReadRemoteSupportedFeaturesComplete, writer);
    }

    private static void ReportExtendedFeatures(LinkEnd end, byte page)
    {
        var known = page <= LmpFeaturePages.MaxPage;
        var writer = end.Controller.Events.Begin();
        writer.U8((byte)(known ? HciStatus.Success : HciStatus.InvalidParameters));
        writer.U16(end.Handle.Value);
        writer.U8(page);
        writer.U8(LmpFeaturePages.MaxPage);
        writer.U64(LmpFeaturePages.Page(end.Peer.Controller, page));
        end.Controller.Events.Send(EventCode.ReadRemoteExtendedFeaturesComplete, writer);
    }

    private static void ReportVersion(LinkEnd end)
    {
        var peer = end.Peer.Controller.Options;
        var writer = end.Controller.Events.Begin();
        writer.U8((byte)HciStatus.Success);
        writer.U16(end.Handle.Value);
        writer.U8(peer.Version);
        writer.U16(peer.Manufacturer);
        writer.U16(peer.Subversion);
        end.Controller.Events.Send(EventCode.ReadRemoteVersionInformationComplete, writer);
    }

    private static void ReportClockOffset(LinkEnd end)
    {
        var writer = end.Controller.Events.Begin();
        writer.U8((byte)HciStatus.Success);
        writer.U16(end.Handle.Value);
        writer.U16((ushort)(end.PeerAddress.Value & 0x7FFF));
        end.Controller.Events.Send(EventCode.ReadClockOffsetComplete, writer);
    }
}
