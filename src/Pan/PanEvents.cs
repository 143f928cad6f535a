using HostStack.Bnep.Control;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.Host;

namespace HostStack.Pan;

/// <summary>A role is served.</summary>
/// <param name="Role">The role.</param>
/// <param name="Port">The name of its port.</param>
public sealed record NetworkUp(PanRole Role, string Port) : HostEvent;

/// <summary>A role is not served any more.</summary>
/// <param name="Role">The role.</param>
/// <param name="Port">The name of its port.</param>
public sealed record NetworkDown(PanRole Role, string Port) : HostEvent;

/// <summary>A peer entered a network that is served here.</summary>
/// <param name="Role">The role that serves it.</param>
/// <param name="Peer">The peer.</param>
/// <param name="PeerRole">The peer's role.</param>
/// <param name="Address">Its address on the network.</param>
public sealed record PeerJoined(PanRole Role, PeerAddress Peer, PanRole PeerRole, MacAddress Address) : HostEvent;

/// <summary>A peer left a network that is served here.</summary>
/// <param name="Role">The role that served it.</param>
/// <param name="Peer">The peer.</param>
/// <param name="Reason">Why.</param>
public sealed record PeerLeft(PanRole Role, PeerAddress Peer, string Reason) : HostEvent;

/// <summary>This host is a user of a peer's network.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="RemoteRole">The peer's role.</param>
public sealed record PanConnected(PeerAddress Peer, PanRole RemoteRole) : HostEvent;

/// <summary>This host is not a user of a peer's network any more.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="RemoteRole">The peer's role.</param>
/// <param name="Reason">Why.</param>
public sealed record PanDisconnected(PeerAddress Peer, PanRole RemoteRole, string Reason) : HostEvent;

/// <summary>A lost connection is tried again.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="RemoteRole">The peer's role.</param>
/// <param name="Attempt">The number of the attempt since the loss, from 1.</param>
/// <param name="Wait">How long from now.</param>
public sealed record Reconnecting(PeerAddress Peer, PanRole RemoteRole, int Attempt, TimeSpan Wait) : HostEvent;

/// <summary>The answer of one side to the filters of the other.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Multicast">The multicast address filter; else the network protocol type filter.</param>
/// <param name="Code">The peer's answer; 0 is success.</param>
public sealed record FilterChanged(PeerAddress Peer, bool Multicast, FilterResponseCode Code) : HostEvent;

/// <summary>A peer sent frames from an address that is not its own; they are dropped. Once for each stay.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Source">The address.</param>
/// <param name="Remedy">What to do where it is wanted.</param>
public sealed record SourceSpoofed(PeerAddress Peer, MacAddress Source, string Remedy) : HostEvent;

/// <summary>A setup was refused, here or by the peer.</summary>
/// <param name="Code">The answer on the wire; null where none was sent or none came.</param>
/// <param name="LocalRole">The role of this side.</param>
/// <param name="RemoteRole">The role of the peer; null where its UUID is outside the profile.</param>
/// <param name="Layer">Which layer refused.</param>
/// <param name="Rule">The rule, or the peer's result.</param>
/// <param name="Peer">The peer.</param>
/// <param name="KeyType">The type of the link key; null where none was used.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record SetupRefused(
    SetupResponseCode? Code,
    PanRole? LocalRole,
    PanRole? RemoteRole,
    RefusalLayer Layer,
    string Rule,
    PeerAddress Peer,
    LinkKeyType? KeyType,
    string Remedy)
    : Refused(Layer, Rule, Peer, LocalRole is { } role ? role.Name() : null, KeyType, Remedy);
