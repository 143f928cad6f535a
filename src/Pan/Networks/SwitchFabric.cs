using HostStack.Ethernet;
using HostStack.Pan.Ports;
using HostStack.Pan.Service;
using HostStack.Pan.Switching;

namespace HostStack.Pan.Networks;

/// <summary>The network of a NAP or GN: a learning switch between the port and the peers.</summary>
internal sealed class SwitchFabric : INetworkFabric, IPortFrameUser, ISwitchEgress
{
    private readonly IEthernetPort _port;
    private readonly PanService _service;
    private readonly LearningSwitch _switch;
    private readonly SwitchPort _local;
    private readonly PortIngress _ingress;
    private int _peers;

    public SwitchFabric(PanService service, IEthernetPort port, SwitchOptions options)
    {
        _service = service;
        var loop = service.Host.Loop;
        _port = port;
        _switch = new LearningSwitch(options, loop.Timers, loop.Time) { SpoofSeen = Spoofed };
        _local = _switch.AddLocal(port.Name, port.Address, this);
        _ingress = new PortIngress(loop, port, this);
    }

    public int KnownAddresses => _switch.KnownAddresses;

    public PanCounters PortCounters => Read(_local.Counters);

    public void Start() => _ingress.Start();

    public bool IsFree(PanPeer peer)
    {
        foreach (var port in _switch.Ports)
        {
            // A peer's former session gives way to its new one.
            if (port.Address == peer.Address && !(port.Egress is PanPeer other && other.Peer == peer.Peer))
            {
                return false;
            }
        }

        return true;
    }

    public void Enter(PanPeer peer)
    {
        peer.Port = _switch.AddPeer(peer.Peer.ToString(), peer.Address, peer);
        if (_peers++ == 0)
        {
            _port.SetCarrier(true);
        }
    }

    public void Leave(PanPeer peer)
    {
        if (peer.Port is not { } port)
        {
            return;
        }

        _switch.Remove(port);
        peer.Port = null;
        if (--_peers == 0)
        {
            _port.SetCarrier(false);
        }
    }

    public void FrameFromPeer(PanPeer peer, in EthernetFrame frame, ReadOnlySpan<byte> extensions)
    {
        if (peer.Port is { } port)
        {
            _switch.Forward(port, frame, extensions);
        }
    }

    public void PeerWritable(PanPeer peer)
    {
        // The switch never waits for one peer: what found no room was dropped and counted.
    }

    public PanCounters CountersOf(PanPeer peer) => peer.Port is { } port ? Read(port.Counters) : default;

    public void Close() => _ingress.Close();

    public bool FrameFromPort(in EthernetFrame frame, IFrameBuffer? buffer)
    {
        _switch.Forward(_local, frame, [], buffer);
        return true;
    }

    public EgressResult Transmit(in EthernetFrame frame, ReadOnlySpan<byte> extensions)
    {
        // A frame whose payload a filter removed travels for its extension headers alone, which the port has no place for.
        if (frame.ProtocolType.Value == 0 && frame.Payload.IsEmpty)
        {
            return EgressResult.Filtered;
        }

        return _port.Send(frame) ? EgressResult.Sent : EgressResult.Dropped;
    }

    private static PanCounters Read(SwitchPortCounters counters) => new(
        counters.FramesIn,
        counters.OctetsIn,
        counters.FramesOut,
        counters.OctetsOut,
        counters.EgressDrops,
        counters.EgressFiltered,
        counters.SpoofedSource + counters.InvalidSource + counters.Isolated + counters.Reflected
            + counters.ReservedDestination + counters.StormDrops);

    private void Spoofed(SwitchPort port, MacAddress source)
    {
        if (port.Egress is PanPeer peer)
        {
            _service.Metrics.Spoofed();
            _service.Host.Publish(new SourceSpoofed(
                peer.Peer,
                source,
                "If a bridge or virtual machines stand behind the peer, set the switch's SourceBinding to Learned."));
        }
    }
}
