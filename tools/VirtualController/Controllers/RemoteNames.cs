using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.VirtualController.Controllers;

/// <summary>The events that answer Remote Name Request (Core, Vol 4, Part E, 7.1.19).</summary>
internal static class RemoteNames
{
    public static void Report(SimulatedController to, BdAddr peer, HciStatus status, ReadOnlySpan<byte> name)
    {
        var writer = to.Events.Begin();
        writer.U8((byte)status);
        writer.BdAddr(peer);
        writer.Bytes(name);
        writer.Zeros(HostSettings.NameSize - name.Length);
        to.Events.Send(EventCode.RemoteNameRequestComplete, writer);
    }

    /// <summary>What the page tells of the peer's host (7.7.50).</summary>
    public static void ReportHostFeatures(SimulatedController to, SimulatedController peer)
    {
        var writer = to.Events.Begin();
        writer.BdAddr(peer.Address);
        writer.U64(LmpFeaturePages.Page(peer, page: 1));
        to.Events.Send(EventCode.RemoteHostSupportedFeatures, writer);
    }
}
