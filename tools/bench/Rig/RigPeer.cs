using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.L2cap.Channels;
using HostStack.Pan.Switching;

namespace HostStack.Bench.Rig;

/// <summary>The host's side of one peer: its BNEP session, and where its frames go. Every setup is accepted.</summary>
internal sealed class RigPeer(PeerScript script, FrameSink sink) : IBnepSessionUser, ISwitchEgress
{
    private LearningSwitch? _switch;
    private SwitchPort? _port;

    public PeerScript Script { get; } = script;

    /// <summary>The session; set when its channel is accepted.</summary>
    public BnepSession Session { get; set; } = null!;

    /// <summary>Puts the peer on a switch; without one, its frames go to the sink.</summary>
    public void Join(LearningSwitch network)
    {
        _switch = network;
        _port = network.AddPeer(Script.Mac.ToString(), Script.Mac, this);
    }

    public void FrameReceived(BnepSession session, in EthernetFrame frame, ReadOnlySpan<byte> unknownExtensions)
    {
        if (_switch is { } network)
        {
            network.Forward(_port!, frame, unknownExtensions);
        }
        else
        {
            sink.Take(frame);
        }
    }

    public EgressResult Transmit(in EthernetFrame frame, ReadOnlySpan<byte> extensions) =>
        Session.Send(frame, extensions) == BnepSendResult.Sent ? EgressResult.Sent : EgressResult.Dropped;

    public void SetupRequested(BnepSession session, BnepUuid destination, BnepUuid source) =>
        session.Answer(SetupResponseCode.Success);

    public void ChannelOpened(BnepSession session)
    {
        // The peer asks for setup.
    }

    public void SetupExpired(BnepSession session, BnepUuid destination, BnepUuid source)
    {
        // Each is answered at once.
    }

    public void SetupCompleted(BnepSession session, SetupOutcome outcome)
    {
        // This side asks for none.
    }

    public void Opened(BnepSession session)
    {
        // The rig looks at the session.
    }

    public void Confirmed(BnepSession session)
    {
        // The script needs no proof.
    }

    public void RoleChanged(BnepSession session, BnepUuid oldLocal, BnepUuid oldPeer)
    {
        // The script changes none.
    }

    public void FilterAnswered(BnepSession session, FilterKind kind, FilterResponseCode code)
    {
        // This side sets none.
    }

    public void Writable(BnepSession session)
    {
        // Credits come back before the queue is full.
    }

    public void Closed(BnepSession session, ChannelCloseReason reason)
    {
        // The rig is over.
    }
}
