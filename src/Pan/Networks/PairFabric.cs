using HostStack.Ethernet;
using HostStack.Hci.Loop;
using HostStack.Pan.Service;

namespace HostStack.Pan.Networks;

/// <summary>The network of a served PANU: the port and one peer.</summary>
internal sealed class PairFabric(EventLoop loop, IEthernetPort port) : INetworkFabric
{
    private readonly PointToPoint _pair = new(loop, port);

    public int KnownAddresses => 0;

    public PanCounters PortCounters => Turn(_pair.Counters);

    public void Start() => _pair.Start();

    // With one peer there is nobody to take an address from.
    public bool IsFree(PanPeer peer) => true;

    public void Enter(PanPeer peer) => _pair.Attach(peer);

    public void Leave(PanPeer peer) => _pair.Detach(peer);

    public void FrameFromPeer(PanPeer peer, in EthernetFrame frame, ReadOnlySpan<byte> extensions) => _pair.FrameFromPeer(frame);

    public void PeerWritable(PanPeer peer) => _pair.Writable();

    public PanCounters CountersOf(PanPeer peer) => _pair.Counters;

    public void Close() => _pair.Close();

    private static PanCounters Turn(PanCounters peer) =>
        new(peer.FramesOut, peer.OctetsOut, peer.FramesIn, peer.OctetsIn, peer.DroppedIn, peer.FilteredOut, peer.DroppedOut);
}
