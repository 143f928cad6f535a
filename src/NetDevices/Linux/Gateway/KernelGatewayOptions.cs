using System.Net;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>How a <see cref="KernelGateway"/> gives the peers of a network addresses and a way out.</summary>
public sealed record KernelGatewayOptions
{
    /// <summary>Where it is unless told. Not the folder of a service, which systemd removes with the service, also where that
    /// was killed and its notes are wanted.</summary>
    public const string DefaultRuntimeFolder = "/run/hoststack-gateways";

    /// <summary>The network namespace of the interface, as <c>ip netns</c> names it; null: that of this process.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>The peers' IPv4 network, of 8 to 29 bits' prefix. Null: a private /24 that
    /// no present route of this machine overlaps, the same for one device each time.</summary>
    public IPNetwork? Subnet { get; init; }

    /// <summary>This machine's address on <see cref="Subnet"/>; null: the first.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Whether the peers get IPv6: addresses of a unique local prefix (RFC 4193) that stays the same for one device,
    /// and NAT66 on the way out. Left out where the kernel has no IPv6.</summary>
    public bool IPv6 { get; init; } = true;

    /// <summary>The peers' IPv6 prefix, a /64; null: made from the port's address.</summary>
    public IPNetwork? Prefix { get; init; }

    /// <summary>This machine's address on <see cref="Prefix"/>; null: <c>prefix::1</c>.</summary>
    public IPAddress? IPv6Address { get; init; }

    /// <summary>The only interface that leads out; null: whichever the machine's routes say.</summary>
    public string? Uplink { get; init; }

    /// <summary>Whether dnsmasq gives addresses (DHCP), router advertisements and names.</summary>
    public bool Dhcp { get; init; } = true;

    /// <summary>The name servers that questions of the peers are passed on to; empty: those of <c>/etc/resolv.conf</c>.</summary>
    public IReadOnlyList<IPAddress> NameServers { get; init; } = [];

    /// <summary>Where the state file, which a later start cleans up by, and the leases are kept.</summary>
    public string RuntimeFolder { get; init; } = DefaultRuntimeFolder;

    /// <summary>How long to wait for whoever has the lock of the folder.</summary>
    internal TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>An address that a peer got.</summary>
/// <param name="Address">The address.</param>
/// <param name="Peer">Whose it is.</param>
/// <param name="Name">The name that the peer gave; null: none.</param>
public sealed record DhcpLease(IPAddress Address, Ethernet.MacAddress Peer, string? Name);
