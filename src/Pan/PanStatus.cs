using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.Pan;

/// <summary>Counters of one peer on a network, or of a port: frames and octets without BNEP headers.</summary>
/// <param name="FramesIn">Frames from the peer.</param>
/// <param name="OctetsIn">Their octets.</param>
/// <param name="FramesOut">Frames to the peer.</param>
/// <param name="OctetsOut">Their octets.</param>
/// <param name="DroppedOut">Frames to the peer that found no room, or were too long.</param>
/// <param name="FilteredOut">Frames that the peer's filters did not want.</param>
/// <param name="DroppedIn">Frames from the peer that the rules stopped: spoofed, isolated, storm, reserved.</param>
public readonly record struct PanCounters(
    long FramesIn, long OctetsIn, long FramesOut, long OctetsOut, long DroppedOut, long FilteredOut, long DroppedIn);

/// <summary>One peer on a served network.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Role">Its role.</param>
/// <param name="Address">Its address on the network.</param>
/// <param name="Security">What its link proves.</param>
/// <param name="Counters">Its counters.</param>
public sealed record PanPeerStatus(
    PeerAddress Peer, PanRole Role, MacAddress Address, LinkSecurity Security, PanCounters Counters);

/// <summary>A served network.</summary>
/// <param name="Role">The role.</param>
/// <param name="Port">The name of its port.</param>
/// <param name="ClientLimit">Peers that it takes.</param>
/// <param name="KnownAddresses">Addresses in the switch's table; 0 for a PANU.</param>
/// <param name="PortCounters">What went over the local port: "in" is from the machine.</param>
/// <param name="Peers">The peers.</param>
public sealed record PanNetworkStatus(
    PanRole Role,
    string Port,
    int ClientLimit,
    int KnownAddresses,
    PanCounters PortCounters,
    IReadOnlyList<PanPeerStatus> Peers);

/// <summary>Where a connection to a peer's network stands.</summary>
public enum PanConnectionState
{
    /// <summary>The link, the channel or BNEP is being set up.</summary>
    Connecting = 0,

    /// <summary>Frames flow.</summary>
    Connected,

    /// <summary>Lost; the next attempt waits for its time.</summary>
    Waiting,

    /// <summary>Over.</summary>
    Closed,
}

/// <summary>A connection to a peer's network.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="RemoteRole">Its role.</param>
/// <param name="Port">The name of the local port.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Security">What the link proves; nothing while there is none.</param>
/// <param name="Counters">Frames "in" are from the peer.</param>
/// <param name="Losses">Times that the connection was lost.</param>
public sealed record PanConnectionStatus(
    PeerAddress Peer,
    PanRole RemoteRole,
    string Port,
    PanConnectionState State,
    LinkSecurity Security,
    PanCounters Counters,
    int Losses);

/// <summary>Everything that PAN does on a host.</summary>
/// <param name="Networks">Served networks.</param>
/// <param name="Connections">Connections to peers' networks.</param>
/// <param name="SetupsRefused">Peers' setups that were refused here.</param>
public sealed record PanStatus(
    IReadOnlyList<PanNetworkStatus> Networks, IReadOnlyList<PanConnectionStatus> Connections, long SetupsRefused);
