using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.Hci.Loop;
using HostStack.Pan.Ports;
using HostStack.Pan.Service;

namespace HostStack.Pan.Networks;

/// <summary>A local port and at most one session: what a PANU has. Nothing is forwarded between peers. Loop only.</summary>
/// <remarks>While the session's link is full the port pauses, so that nothing is lost between the machine and the air; while
/// there is no session its frames are dropped and counted.</remarks>
internal sealed class PointToPoint : IPortFrameUser
{
    private readonly IEthernetPort _port;
    private readonly PortIngress _ingress;
    private PanPeer? _peer;
    private PanCounters _counters;

    public PointToPoint(EventLoop loop, IEthernetPort port)
    {
        _port = port;
        _ingress = new PortIngress(loop, port, this);
    }

    /// <summary>Frames "in" are from the peer.</summary>
    public PanCounters Counters => _counters;

    /// <summary>Times that the port was paused.</summary>
    public long Pauses => _ingress.Pauses;

    /// <summary>Begins to take frames from the port.</summary>
    public void Start() => _ingress.Start();

    /// <summary>Takes a session.</summary>
    /// <param name="peer">The session.</param>
    /// <param name="isProved">Whether the port's carrier is raised at once, not only by <see cref="Proved"/>.</param>
    public void Attach(PanPeer peer, bool isProved = true)
    {
        _peer = peer;
        if (isProved)
        {
            Proved();
        }

        _ingress.Resume();
    }

    /// <summary>The peer is there: raises the port's carrier. Idempotent.</summary>
    public void Proved() => _port.SetCarrier(true);

    /// <summary>Lets a session go; another one stays.</summary>
    public void Detach(PanPeer peer)
    {
        if (ReferenceEquals(_peer, peer))
        {
            _peer = null;
            _port.SetCarrier(false);
            _ingress.Resume();
        }
    }

    /// <summary>Ends the use of the port.</summary>
    public void Close()
    {
        _peer = null;
        _port.SetCarrier(false);
        _ingress.Close();
    }

    /// <summary>The session has room again.</summary>
    public void Writable() => _ingress.Resume();

    public bool FrameFromPort(in EthernetFrame frame, IFrameBuffer? buffer)
    {
        if (_peer is not { } peer)
        {
            _counters = _counters with { DroppedOut = _counters.DroppedOut + 1 };
            return true;
        }

        switch (peer.Send(frame, buffer, out var taken))
        {
            case BnepSendResult.QueueFull when !taken:
                return false;
            case BnepSendResult.Sent:
                _counters = _counters with
                {
                    FramesOut = _counters.FramesOut + 1,
                    OctetsOut = _counters.OctetsOut + frame.Length,
                };
                return true;
            case BnepSendResult.Filtered or BnepSendResult.HeaderOnly:
                _counters = _counters with { FilteredOut = _counters.FilteredOut + 1 };
                return true;
            default:
                _counters = _counters with { DroppedOut = _counters.DroppedOut + 1 };
                return true;
        }
    }

    public void FrameFromPeer(in EthernetFrame frame)
    {
        // A frame that travels for its extension headers alone ends here: the port has no place for them.
        var taken = (frame.ProtocolType.Value != 0 || !frame.Payload.IsEmpty) && _port.Send(frame);
        _counters = taken
            ? _counters with { FramesIn = _counters.FramesIn + 1, OctetsIn = _counters.OctetsIn + frame.Length }
            : _counters with { DroppedIn = _counters.DroppedIn + 1 };
    }
}
