using HostStack.Bnep.Control;
using HostStack.Ethernet;
using HostStack.L2cap.Channels;

namespace HostStack.Bnep.Sessions;

/// <summary>What the profile on a BNEP connection hears of it. Loop only; synchronous; must not block. Every method may
/// call back into the session.</summary>
public interface IBnepSessionUser
{
    /// <summary>The channel is open: a side that opened it may ask for setup now.</summary>
    /// <param name="session">The session.</param>
    void ChannelOpened(BnepSession session);

    /// <summary>The peer asks for the connection, or for other roles on the open one. The user calls
    /// <see cref="BnepSession.Answer"/> now or later. Repeats of the request are held and answered with it.</summary>
    /// <param name="session">The session.</param>
    /// <param name="destination">The service that the peer wants on this side.</param>
    /// <param name="source">The service that the peer offers.</param>
    void SetupRequested(BnepSession session, BnepUuid destination, BnepUuid source);

    /// <summary>A request of the peer got no answer in <see cref="BnepSessionOptions.AuthorizationTimeout"/> and was
    /// refused; a later <see cref="BnepSession.Answer"/> means nothing.</summary>
    /// <param name="session">The session.</param>
    /// <param name="destination">The service that the peer wanted.</param>
    /// <param name="source">The service that the peer offered.</param>
    void SetupExpired(BnepSession session, BnepUuid destination, BnepUuid source);

    /// <summary>A request of this side has ended.</summary>
    /// <param name="session">The session.</param>
    /// <param name="outcome">How.</param>
    void SetupCompleted(BnepSession session, SetupOutcome outcome);

    /// <summary>The BNEP connection is established: frames flow, and <see cref="BnepSession.LocalRole"/> and
    /// <see cref="BnepSession.PeerRole"/> are set. Comes before <see cref="SetupCompleted"/>.</summary>
    /// <param name="session">The session.</param>
    void Opened(BnepSession session);

    /// <summary>The peer sent something on the established connection, for the first time:
    /// <see cref="BnepSession.IsConfirmed"/>. Comes before what it sent.</summary>
    /// <param name="session">The session.</param>
    void Confirmed(BnepSession session);

    /// <summary>The roles of the established connection are others now.</summary>
    /// <param name="session">The session.</param>
    /// <param name="oldLocal">This side's role before.</param>
    /// <param name="oldPeer">The peer's role before.</param>
    void RoleChanged(BnepSession session, BnepUuid oldLocal, BnepUuid oldPeer);

    /// <summary>One frame from the peer.</summary>
    /// <param name="session">The session.</param>
    /// <param name="frame">The frame with both addresses; borrowed for the call. A frame whose payload was filtered out
    /// has (inner) type 0 and travels for its extension headers alone.</param>
    /// <param name="unknownExtensions">The extension headers that must go on with the frame, as
    /// <see cref="BnepSession.Send(in HostStack.Ethernet.EthernetFrame, ReadOnlySpan{byte})"/> takes them; mostly empty; borrowed for the call.</param>
    void FrameReceived(BnepSession session, in EthernetFrame frame, ReadOnlySpan<byte> unknownExtensions);

    /// <summary>The peer answered a filter of this side, which allows the next one.</summary>
    /// <param name="session">The session.</param>
    /// <param name="kind">Which filter.</param>
    /// <param name="code">The answer; <see cref="FilterResponseCode.UnsupportedRequest"/> also where the peer does not know
    /// the message at all.</param>
    void FilterAnswered(BnepSession session, FilterKind kind, FilterResponseCode code);

    /// <summary>The queue, which refused a frame, has room again.</summary>
    /// <param name="session">The session.</param>
    void Writable(BnepSession session);

    /// <summary>The channel has ended; the last call.</summary>
    /// <param name="session">The session.</param>
    /// <param name="reason">Why.</param>
    void Closed(BnepSession session, ChannelCloseReason reason);
}
