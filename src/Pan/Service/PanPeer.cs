using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.Pan.Ports;
using HostStack.Pan.Roles;
using HostStack.Pan.Switching;

namespace HostStack.Pan.Service;

/// <summary>Where an established session belongs: a served network, or a connection of this side. Loop only.</summary>
internal interface IPeerHome
{
    /// <summary>The session is established and belongs here now.</summary>
    void Enter(PanPeer peer);

    /// <summary>The peer sent something on the session for the first time; what it sent comes after.</summary>
    void Confirmed(PanPeer peer)
    {
    }

    /// <summary>The session does not belong here any more.</summary>
    void Leave(PanPeer peer, string reason);

    /// <summary>A frame from the peer; borrowed.</summary>
    void FrameFromPeer(PanPeer peer, in EthernetFrame frame, ReadOnlySpan<byte> extensions);

    /// <summary>The peer's queue has room again.</summary>
    void PeerWritable(PanPeer peer);
}

/// <summary>One BNEP session with a peer, begun by either side: hears BNEP, asks <see cref="PanService"/> for decisions,
/// and carries frames to and from its home. Loop only.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "A decision's token source ends with the decision or with the session.")]
internal sealed class PanPeer : IBnepSessionUser, ISwitchEgress
{
    private readonly PanService _service;
    private readonly MacAddress _rawPeer;
    private readonly MacAddress _rawLocal;
    private readonly TaskCompletionSource<SetupOutcome> _setup = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _decision;

    public PanPeer(PanService service, PeerAddress address, BdAddr local)
    {
        _service = service;
        Peer = address;
        _rawPeer = new MacAddress(address.Address.Value);
        _rawLocal = new MacAddress(local.Value);
        Address = _rawPeer.AsUnicast();
    }

    /// <summary>Who.</summary>
    public PeerAddress Peer { get; }

    /// <summary>Its device address as a network address: a group bit, which some dongles have, is cleared.</summary>
    public MacAddress Address { get; }

    /// <summary>The session; set before its channel opens.</summary>
    public BnepSession Session { get; set; } = null!;

    /// <summary>The link below.</summary>
    public IAclLink? Link { get; set; }

    /// <summary>Where it belongs; null before it is established and after its end.</summary>
    public IPeerHome? Home { get; private set; }

    /// <summary>Where the decision that was taken puts it when it opens.</summary>
    public IPeerHome? NextHome { get; set; }

    /// <summary>The role of this side that a setup of this side asks for.</summary>
    public PanRole WantedRemoteRole { get; init; }

    /// <summary>Until when it may stay where the decision put it; null: for ever.</summary>
    public DateTimeOffset? AuthorizedUntil { get; set; }

    /// <summary>Its port of a switch.</summary>
    public SwitchPort? Port { get; set; }

    /// <summary>Why the channel has ended; null while it has not.</summary>
    public ChannelCloseReason? CloseReason { get; private set; }

    /// <summary>The peer's role.</summary>
    public PanRole PeerRole => RolePairs.RoleOf(Session.PeerRole) ?? PanRole.Panu;

    /// <summary>What the link proves.</summary>
    public LinkSecurity Security => Link?.Security ?? LinkSecurity.None;

    /// <summary>How the setup of this side ended.</summary>
    public Task<SetupOutcome> Setup => _setup.Task;

    /// <summary>Called at the peer's first packet after its yes, which proves the connection.</summary>
    public Action? Proved { get; set; }

    /// <summary>Called when the channel has ended.</summary>
    public Action<ChannelCloseReason>? Ended { get; set; }

    public void ChannelOpened(BnepSession session)
    {
        if (session.IsInitiator)
        {
            session.RequestSetup(RolePairs.UuidOf(WantedRemoteRole), RolePairs.UuidOf(PanRole.Panu));
        }
    }

    public void SetupRequested(BnepSession session, BnepUuid destination, BnepUuid source)
    {
        AbandonDecision();
        _decision = new CancellationTokenSource();
        _ = _service.DecideAsync(this, destination, source, _decision.Token);
    }

    public void SetupExpired(BnepSession session, BnepUuid destination, BnepUuid source)
    {
        // BNEP answered for us, by its own deadline: whatever the gate finds later comes too late.
        AbandonDecision();
        _service.Expired(this, destination, source);
    }

    public void SetupCompleted(BnepSession session, SetupOutcome outcome) => _setup.TrySetResult(outcome);

    public void Opened(BnepSession session) => MoveTo(NextHome);

    public void Confirmed(BnepSession session)
    {
        Home?.Confirmed(this);
        Proved?.Invoke();
    }

    public void RoleChanged(BnepSession session, BnepUuid oldLocal, BnepUuid oldPeer) => MoveTo(NextHome ?? Home);

    public void FrameReceived(BnepSession session, in EthernetFrame frame, ReadOnlySpan<byte> unknownExtensions)
    {
        if (Home is not { } home)
        {
            return;
        }

        if ((frame.Source == _rawPeer && _rawPeer.IsMulticast) || (frame.Destination == _rawLocal && _rawLocal.IsMulticast))
        {
            // Compressed headers mean the raw device address, which no network interface may carry when it is a group's.
            var mapped = new EthernetFrame(
                frame.Destination == _rawLocal ? _rawLocal.AsUnicast() : frame.Destination,
                frame.Source == _rawPeer ? Address : frame.Source,
                frame.Type,
                frame.Payload);
            home.FrameFromPeer(this, mapped, unknownExtensions);
            return;
        }

        home.FrameFromPeer(this, frame, unknownExtensions);
    }

    public void FilterAnswered(BnepSession session, FilterKind kind, FilterResponseCode code) =>
        _service.Host.Publish(new FilterChanged(Peer, kind == FilterKind.Multicast, code));

    public void Writable(BnepSession session) => Home?.PeerWritable(this);

    public void Closed(BnepSession session, ChannelCloseReason reason)
    {
        CloseReason = reason;
        AbandonDecision();
        _setup.TrySetResult(new SetupOutcome(SetupResult.Closed, SetupResponseCode.NotAllowed, 0));
        LeaveHome(Explain(reason));
        _service.Gone(this);
        Ended?.Invoke(reason);
    }

    public EgressResult Transmit(in EthernetFrame frame, ReadOnlySpan<byte> extensions) => Read(Session.Send(frame, extensions));

    public EgressResult Transmit(in EthernetFrame frame, IFrameBuffer buffer) => Read(Send(frame, buffer, out _));

    /// <summary>Sends a frame of the port, in its own buffer where there is one.</summary>
    /// <param name="frame">Borrowed.</param>
    /// <param name="buffer">Where its buffer can be had; null: nowhere.</param>
    /// <param name="taken">Whether the buffer was taken: the frame cannot be offered again.</param>
    public BnepSendResult Send(in EthernetFrame frame, IFrameBuffer? buffer, out bool taken)
    {
        // What finds no room is offered again: it stays in its buffer.
        taken = buffer is not null && Session.HasRoom;
        return taken ? Session.Send(buffer!.Take()) : Session.Send(frame);
    }

    /// <summary>Takes the session out of its home and ends its channel.</summary>
    public void Dismiss(string reason)
    {
        AbandonDecision();
        LeaveHome(reason);
        Session.Disconnect();
    }

    /// <summary>Why a channel ended, for people.</summary>
    public static string Explain(ChannelCloseReason reason) => reason switch
    {
        ChannelCloseReason.LocalRequest => "closed here",
        ChannelCloseReason.RemoteRequest => "closed by the peer",
        ChannelCloseReason.LinkLost => "link lost",
        ChannelCloseReason.ConfigurationFailed => "the channel's configuration failed",
        ChannelCloseReason.Timeout => "no response in time",
        ChannelCloseReason.SecurityLost => "the link lost its security",
        _ => "protocol error",
    };

    private static EgressResult Read(BnepSendResult result) => result switch
    {
        BnepSendResult.Sent => EgressResult.Sent,
        BnepSendResult.Filtered or BnepSendResult.HeaderOnly => EgressResult.Filtered,
        _ => EgressResult.Dropped,
    };

    private void MoveTo(IPeerHome? home)
    {
        NextHome = null;
        if (ReferenceEquals(home, Home))
        {
            return;
        }

        LeaveHome("changed roles");
        Home = home;
        if (home is null)
        {
            Session.Disconnect();
            return;
        }

        home.Enter(this);
    }

    private void LeaveHome(string reason)
    {
        if (Home is { } home)
        {
            Home = null;
            home.Leave(this, reason);
        }
    }

    private void AbandonDecision()
    {
        var decision = _decision;
        _decision = null;
        decision?.Cancel();
        decision?.Dispose();
    }
}
