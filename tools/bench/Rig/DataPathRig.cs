using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.L2cap;
using HostStack.L2cap.Channels;
using HostStack.Pan.Switching;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Bench.Rig;

/// <summary>What a rig is made of.</summary>
public sealed record RigOptions
{
    /// <summary>Peers that are connected, 1 to 7.</summary>
    public int Peers { get; init; } = 1;

    /// <summary>Octets of data in an ACL packet, both ways.</summary>
    public int AclLength { get; init; } = 1021;

    /// <summary>ACL packets that the controller takes before it completes one.</summary>
    public int Credits { get; init; } = 8;

    /// <summary>How BNEP headers of sent frames are chosen.</summary>
    public HeaderCompression Compression { get; init; } = HeaderCompression.Automatic;

    /// <summary>Whether the peers are joined by a switch; otherwise their frames go to a sink.</summary>
    public bool Switched { get; init; }
}

/// <summary>A whole host (HCI, L2CAP, BNEP, and the switch where asked for) over a controller that costs nothing, with peers
/// that are connected and whose packets are octets written by hand. One thread; time stands still.</summary>
public sealed class DataPathRig : IDisposable
{
    /// <summary>Frames that a workload takes in turn: together more than the fastest cache of a core holds, so that their
    /// octets are not measured as if they were always at hand.</summary>
    public const int FramesInTurn = 64;

    private const ushort BnepMtu = 1691;

    private readonly EventLoop _loop;
    private readonly MeteredController _controller;
    private readonly L2capLayer _l2cap;
    private readonly HciHost _host;
    private readonly FrameSink _sink = new();
    private readonly RigPeer[] _peers;
    private readonly LearningSwitch? _switch;
    private readonly SwitchPort? _local;

    /// <summary>Brings the host up and connects the peers.</summary>
    /// <param name="options">What the rig is made of.</param>
    /// <exception cref="InvalidOperationException">A peer could not be connected.</exception>
    public DataPathRig(RigOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _loop = new EventLoop(new FrozenTime());
        _controller = new MeteredController(options.Peers, options.AclLength, options.Credits);
        _l2cap = new L2capLayer(_loop.Timers, new L2capOptions(), NullLogger.Instance);
        _host = new HciHost(_loop, new HciOptions(), _l2cap, static _ => new SatisfiedSecurity());
        _peers = [.. Enumerable.Range(1, options.Peers).Select(number => new RigPeer(new PeerScript(number), _sink))];
        _l2cap.Listen(new ServiceRegistration
        {
            Psm = Psm.Bnep,
            Options = new ChannelOptions { IncomingMtu = BnepMtu, OutgoingMtuFloor = BnepMtu },
            Accept = Accept,
        });
        var opening = _loop.RunAsync(() => _host.OpenAsync(_controller));
        Pump();
        Local = new MacAddress(_host.Controller?.Address.Value ?? 0);
        if (!opening.IsCompletedSuccessfully || _host.State != HciHostState.Open)
        {
            throw new InvalidOperationException("The host did not come up over the rig's controller.");
        }

        Array.ForEach(_peers, Connect);
        _controller.Kept = null;
        if (options.Switched)
        {
            _switch = new LearningSwitch(new SwitchOptions(), _loop.Timers, _loop.Time);
            _local = _switch.AddLocal("local", Local, _sink);
            Array.ForEach(_peers, peer => peer.Join(_switch));
        }
    }

    /// <summary>What the rig is made of.</summary>
    public RigOptions Options { get; }

    /// <summary>The host's address.</summary>
    public MacAddress Local { get; }

    /// <summary>Frames that reached the sink.</summary>
    public long FramesReceived => _sink.Frames;

    /// <summary>Octets of payload that reached the sink.</summary>
    public long OctetsReceived => _sink.Octets;

    /// <summary>ACL packets that reached the controller.</summary>
    public long PacketsSent => _controller.Packets;

    /// <summary>Octets of data that reached the controller.</summary>
    public long OctetsSent => _controller.Octets;

    /// <summary>Pooled buffers of L2CAP that are out.</summary>
    public int BuffersOut => _l2cap.Pool.Rented;

    /// <summary>The network address of a peer.</summary>
    /// <param name="peer">From 0.</param>
    public MacAddress AddressOf(int peer) => _peers[peer].Script.Mac;

    /// <summary>Frames from a peer, equal but for where they lie in memory; each as its ACL packets with their H4 type
    /// octets.</summary>
    /// <param name="peer">From 0.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="payload">Octets of payload.</param>
    /// <param name="compressed">Whether the header is without addresses: for the host itself.</param>
    public byte[][][] FramesFrom(int peer, MacAddress destination, int payload, bool compressed) =>
    [
        .. Enumerable.Range(0, FramesInTurn)
            .Select(_ => _peers[peer].Script.Frame(destination, payload, compressed, Options.AclLength)),
    ];

    /// <summary>Packets come from the controller, on the loop's thread.</summary>
    /// <param name="packets">Each with its H4 type octet.</param>
    public void Receive(byte[][] packets)
    {
        foreach (var packet in packets)
        {
            _host.Receive(packet);
        }
    }

    /// <summary>Packets come from the transport: through the loop's inbox, which copies them.</summary>
    /// <param name="packets">Each with its H4 type octet.</param>
    public void Deliver(byte[][] packets)
    {
        foreach (var packet in packets)
        {
            _controller.Deliver(packet);
        }
    }

    /// <summary>Runs the loop until it is idle.</summary>
    public void Pump()
    {
        while (_loop.Pump())
        {
            // Until nothing is left to do.
        }
    }

    /// <summary>Sends a frame to a peer.</summary>
    /// <param name="peer">From 0.</param>
    /// <param name="frame">Borrowed.</param>
    public void Send(int peer, in EthernetFrame frame) => _peers[peer].Session.Send(frame);

    /// <summary>The machine puts a frame on the switch.</summary>
    /// <param name="frame">Borrowed.</param>
    public void Forward(in EthernetFrame frame) => _switch!.Forward(_local!, frame, []);

    /// <summary>The controller completes all packets that it has, by one event.</summary>
    /// <param name="exceptPeer">A peer whose packets it keeps, because the peer does not acknowledge them; none: -1.</param>
    public void Complete(int exceptPeer = -1)
    {
        var completed = _controller.Complete(exceptPeer + 1);
        if (!completed.IsEmpty)
        {
            _host.Receive(completed);
        }
    }

    /// <summary>Ends the host.</summary>
    public void Dispose()
    {
        _ = _loop.RunAsync(_host.CloseAsync);
        Pump();
        _l2cap.Dispose();
        _loop.Dispose();
    }

    private BnepSession? Accept(IL2capChannel channel)
    {
        var peer = Array.Find(_peers, peer => peer.Script.Address == channel.Link.Peer.Address);
        if (peer is not null)
        {
            peer.Session = new BnepSession(
                Local,
                peer.Script.Mac,
                new BnepSessionOptions { Compression = Options.Compression },
                _loop.Timers,
                peer,
                NullLogger.Instance);
        }

        return peer?.Session;
    }

    private void Connect(RigPeer peer)
    {
        var (request, complete) = peer.Script.Connect();
        Hear(request);
        Hear(complete);
        Hear(peer.Script.ConnectionRequest());
        foreach (var packet in peer.Script.Configure(_controller.Kept!))
        {
            Hear(packet);
        }

        Hear(peer.Script.SetupRequest());
        if (peer.Session is not { IsOpen: true })
        {
            throw new InvalidOperationException($"Peer {peer.Script.Address} of the rig was not connected.");
        }
    }

    private void Hear(byte[] packet)
    {
        Deliver([packet]);
        Pump();
        Complete();
        Pump();
    }
}
