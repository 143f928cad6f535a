using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Host;

/// <summary>Something that happened in a host. The cases are the derived records; profiles add their own.</summary>
public abstract record HostEvent
{
    /// <summary>When, by the host's clock.</summary>
    public DateTimeOffset Time { get; internal set; }
}

/// <summary>A controller is up.</summary>
/// <param name="Uri">Its URI.</param>
/// <param name="Address">Its device address.</param>
/// <param name="Epoch">The number of this opening, from 1.</param>
public sealed record ControllerOpened(string Uri, BdAddr Address, int Epoch) : HostEvent;

/// <summary>Something about the controller is wrong, and was worked around.</summary>
/// <param name="Uri">Its URI.</param>
/// <param name="Sentence">What, with the remedy where there is one.</param>
public sealed record ControllerWarned(string Uri, string Sentence) : HostEvent;

/// <summary>The controller hung, was reset or was unplugged. Every link of it is gone.</summary>
/// <param name="Uri">Its URI.</param>
/// <param name="Reason">What happened.</param>
/// <param name="RetryIn">When it is opened again; null: not any more.</param>
public sealed record ControllerLost(string Uri, string Reason, TimeSpan? RetryIn) : HostEvent;

/// <summary>A link is up.</summary>
/// <param name="Peer">Its other end.</param>
/// <param name="Role">This device's role at the beginning.</param>
public sealed record LinkUp(PeerAddress Peer, LinkRole Role) : HostEvent;

/// <summary>A link has ended.</summary>
/// <param name="Peer">Its other end.</param>
/// <param name="Reason">Why.</param>
public sealed record LinkDown(PeerAddress Peer, HciStatus Reason) : HostEvent;

/// <summary>The security of a link changed.</summary>
/// <param name="Peer">Its other end.</param>
/// <param name="Security">What it proves now.</param>
public sealed record LinkSecured(PeerAddress Peer, LinkSecurity Security) : HostEvent;

/// <summary>A peer was paired.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="KeyType">What its link key proves.</param>
/// <param name="Bonded">Whether the key is stored.</param>
public sealed record Paired(PeerAddress Peer, LinkKeyType KeyType, bool Bonded) : HostEvent;

/// <summary>A pairing did not succeed.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Reason">Why.</param>
/// <param name="Remedy">What to do.</param>
public sealed record PairingFailed(PeerAddress Peer, string Reason, string Remedy) : HostEvent;

/// <summary>The bond with a peer was removed.</summary>
/// <param name="Peer">The peer.</param>
public sealed record BondRemoved(PeerAddress Peer) : HostEvent;

/// <summary>The pairing window opened or closed.</summary>
/// <param name="IsOpen">Whether peers may pair now.</param>
public sealed record PairingWindowChanged(bool IsOpen) : HostEvent;

/// <summary>Which layer refused.</summary>
public enum RefusalLayer
{
    /// <summary>The link: page, accept.</summary>
    Link = 0,

    /// <summary>Pairing, encryption, key size.</summary>
    Security,

    /// <summary>A channel.</summary>
    L2cap,

    /// <summary>A service record that is not there.</summary>
    Sdp,

    /// <summary>BNEP setup.</summary>
    Bnep,

    /// <summary>Authorization and roles.</summary>
    Pan,
}

/// <summary>Somebody was refused, by this side or by the peer: one event for each refusal.</summary>
/// <param name="Layer">Where.</param>
/// <param name="Rule">The rule that said no, or the peer's result.</param>
/// <param name="Peer">The peer.</param>
/// <param name="Role">The role that was wanted, where there is one.</param>
/// <param name="KeyType">The type of the link key; null where none was used.</param>
/// <param name="Remedy">What to do about it, in a sentence.</param>
public record Refused(
    RefusalLayer Layer, string Rule, PeerAddress Peer, string? Role, LinkKeyType? KeyType, string Remedy) : HostEvent
{
    /// <summary>Whether the peer refused this side; else this side refused the peer.</summary>
    public bool ByPeer { get; init; }
}

/// <summary>A reader was too slow: events before this one are missing from what it reads.</summary>
/// <param name="Count">How many.</param>
public sealed record EventsLost(long Count) : HostEvent;

/// <summary>The host has been closed: the last event.</summary>
public sealed record HostClosed : HostEvent;
