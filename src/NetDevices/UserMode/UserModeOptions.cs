using System.Net;
using HostStack.Ethernet;

namespace HostStack.NetDevices.UserMode;

/// <summary>The network behind a <see cref="UserModePort"/>. The defaults give peers addresses, names and a way out, and keep
/// them from the services that listen on this machine's loopback alone.</summary>
public sealed record UserModeOptions
{
    /// <summary>Addresses that the port leases by DHCP, one after the other, to as many peers.</summary>
    public const int LeaseCount = 16;

    /// <summary>The name that people see.</summary>
    public string Name { get; init; } = "slirp";

    /// <summary>The IPv4 network of the peers; at most 27 bits, so that the leases find room.</summary>
    public IPNetwork Network { get; init; } = new(IPAddress.Parse("10.0.2.0"), 24);

    /// <summary>The gateway, which is the DHCP server too; null: the network's second address, 10.0.2.2.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The first of <see cref="LeaseCount"/> addresses to lease; null: the network's fifteenth, 10.0.2.15.</summary>
    public IPAddress? FirstLease { get; init; }

    /// <summary>The IPv6 network that router advertisements give to the peers, 64 bits; null for no IPv6. The default is a
    /// unique local one (RFC 4193), so that peers prefer IPv4 to reach the world (RFC 6724).</summary>
    public IPNetwork? Network6 { get; init; } = new(IPAddress.Parse("fd53:6c69:7270::"), 64);

    /// <summary>The name server that peers are told, asked through the NAT; null: the port relays at the network's third
    /// address, 10.0.2.3, to the name server that this machine's own resolver asks.</summary>
    /// <remarks>Where it is set the relay is off for both families. Peers reach it as any other address: one of this machine's
    /// loopback (127/8, 0/8) or link (169.254/16) is refused, unless <see cref="AllowHostLoopback"/> lets questions for names
    /// through (port 53 alone); a group's is refused always.</remarks>
    public IPAddress? DnsServer { get; init; }

    /// <summary>The domain that peers are told; null for none.</summary>
    public string? DomainName { get; init; }

    /// <summary>The ways in.</summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];

    /// <summary>Whether the gateway's address leads to services of this machine that listen on 127.0.0.1 or ::1. Off: what
    /// trusts everyone on the loopback (databases, debuggers, administration pages) must not meet a Bluetooth peer.</summary>
    public bool AllowHostLoopback { get; init; }

    /// <summary>Whether peers are kept from everything but DHCP, the gateway's echo and the forwards.</summary>
    public bool Restricted { get; init; }

    /// <summary>The largest payload of a frame, in octets.</summary>
    public int Mtu { get; init; } = EthernetFrame.StandardMtu;

    /// <summary>Sockets that the NAT may have at one time. While it has them, connections and flows that would open another
    /// wait for one to end; the frames are dropped and counted.</summary>
    public int SocketLimit { get; init; } = 512;

    /// <summary>Frames that wait in each direction; more are dropped and counted.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>Whether a port can be opened so, as <see cref="UserModePort.Open"/> finds out too.</summary>
    /// <exception cref="ArgumentException">An option cannot be; the message says which, and what helps.</exception>
    public void Check() => UserModePlan.From(this);
}

/// <summary>What a <see cref="UserModePort"/> has counted.</summary>
/// <param name="FromNetwork">Frames that peers sent and the NAT took.</param>
/// <param name="ToNetwork">Frames that the network took from the NAT.</param>
/// <param name="DroppedFromNetwork">Frames of peers for which the queue had no room.</param>
/// <param name="DroppedToNetwork">Frames for peers that were lost: no network, no carrier, or a pause that lasted.</param>
/// <param name="Refused">Frames of peers that a NAT has no business with: multicast, other machines of the same network,
/// loopback and link-local addresses; and IPv4 fragments and options.</param>
/// <param name="OverLimit">Frames of peers that would have opened a socket above <see cref="UserModeOptions.SocketLimit"/>.</param>
/// <param name="Pauses">Times that the network asked for a pause.</param>
/// <param name="PeerErrors">Complaints of the NAT about what a peer sent.</param>
public readonly record struct UserModeCounters(
    long FromNetwork,
    long ToNetwork,
    long DroppedFromNetwork,
    long DroppedToNetwork,
    long Refused,
    long OverLimit,
    long Pauses,
    long PeerErrors);
