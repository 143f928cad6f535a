using HostStack.Ethernet;
using HostStack.Pan.Service;

namespace HostStack.Pan.Networks;

/// <summary>What joins the peers of a served network: a switch, or nothing but the port. Loop only.</summary>
internal interface INetworkFabric
{
    /// <summary>Addresses in its table.</summary>
    int KnownAddresses { get; }

    /// <summary>What went over the local port; "in" is from the machine.</summary>
    PanCounters PortCounters { get; }

    void Start();

    /// <summary>Whether nobody else has the peer's network address.</summary>
    bool IsFree(PanPeer peer);

    void Enter(PanPeer peer);

    void Leave(PanPeer peer);

    void FrameFromPeer(PanPeer peer, in EthernetFrame frame, ReadOnlySpan<byte> extensions);

    void PeerWritable(PanPeer peer);

    PanCounters CountersOf(PanPeer peer);

    void Close();
}
