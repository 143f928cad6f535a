using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using HostStack.Ethernet;

namespace HostStack.NetDevices.UserMode;

/// <summary>The addresses that follow from <see cref="UserModeOptions"/>, checked.</summary>
internal sealed record UserModePlan
{
    private const int LongestPrefix = 27;
    private const int ShortestPrefix = 8;
    private const int Prefix6 = 64;
    private const uint GatewayHost = 2;
    private const uint RelayHost = 3;
    private const uint FirstLeaseHost = 15;
    private const int LeastMtu = 576;
    private const int LeastMtu6 = 1280;
    private const int MostMtu = 9000;
    private const ulong GatewayMacPrefix = 0x5255;
    private const ulong LinkLocalPrefix = 0xFE80_0000_0000_0000;

    private UserModePlan(UserModeOptions options) => Options = options;

    public UserModeOptions Options { get; }

    /// <summary>The IPv4 network's first address, as a number.</summary>
    public required uint Network { get; init; }

    /// <summary>The IPv4 network's mask.</summary>
    public required uint Mask { get; init; }

    /// <summary>The IPv4 gateway.</summary>
    public required uint Gateway { get; init; }

    /// <summary>The name server of the peers: the relay, or one outside.</summary>
    public required uint NameServer { get; init; }

    /// <summary>Whether the port relays names itself, in both families.</summary>
    public bool HasRelay => Options.DnsServer is null;

    /// <summary>The first address to lease.</summary>
    public required uint FirstLease { get; init; }

    /// <summary>The IPv6 network; zero where there is none.</summary>
    public UInt128 Network6 { get; private init; }

    /// <summary>The IPv6 gateway within the network.</summary>
    public UInt128 Gateway6 => Network6 == 0 ? 0 : Network6 | GatewayHost;

    /// <summary>The IPv6 relay for names.</summary>
    public UInt128 NameServer6 => Network6 == 0 ? 0 : Network6 | RelayHost;

    /// <summary>The gateway's IPv6 link-local address.</summary>
    public static UInt128 LinkLocalGateway => new(LinkLocalPrefix, GatewayHost);

    /// <summary>The relay's IPv6 link-local address.</summary>
    public static UInt128 LinkLocalNameServer => new(LinkLocalPrefix, RelayHost);

    /// <summary>Bits of the IPv6 network.</summary>
    public static int PrefixLength6 => Prefix6;

    /// <summary>The address that libslirp speaks IPv4 from: 52:55 and the gateway's four octets.</summary>
    public MacAddress GatewayMac => new((GatewayMacPrefix << 32) | Gateway);

    /// <summary>Checks options and fills in what they leave open.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option cannot be; the message says which, and what helps.</exception>
    public static UserModePlan From(UserModeOptions options)
    {
        var prefix = options.Network.PrefixLength;
        if (options.Network.BaseAddress.AddressFamily != AddressFamily.InterNetwork || prefix is < ShortestPrefix or > LongestPrefix)
        {
            throw new ArgumentException(
                $"The network {options.Network} cannot hold the peers; give an IPv4 network of {ShortestPrefix} to {LongestPrefix} bits.",
                nameof(options));
        }

        if (options.Network6 is { } six
            && (six.BaseAddress.AddressFamily != AddressFamily.InterNetworkV6 || six.PrefixLength != Prefix6))
        {
            throw new ArgumentException(
                $"The network {six} cannot be advertised; give an IPv6 network of {Prefix6} bits, or none.", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.Mtu, options.Network6 is null ? LeastMtu : LeastMtu6, nameof(options.Mtu));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Mtu, MostMtu, nameof(options.Mtu));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueLength, 1, nameof(options.QueueLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SocketLimit, 1, nameof(options.SocketLimit));
        var network = Number(options.Network.BaseAddress);
        var plan = new UserModePlan(options)
        {
            Network = network,
            Mask = uint.MaxValue << (32 - prefix),
            Gateway = Number(options.Gateway, network + GatewayHost),
            NameServer = Number(options.DnsServer, network + RelayHost),
            FirstLease = Number(options.FirstLease, network + FirstLeaseHost),
            Network6 = options.Network6 is { } network6 ? Number6(network6.BaseAddress) : 0,
        };
        plan.Check();
        return plan;
    }

    /// <summary>Whether an address is of the IPv4 network.</summary>
    /// <param name="address">The address.</param>
    public bool Contains(uint address) => (address & Mask) == Network;

    /// <summary>An IPv4 address as a number.</summary>
    /// <param name="address">The address.</param>
    public static uint Number(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[sizeof(uint)];
        return address.TryWriteBytes(octets, out var length) && length == octets.Length
            ? BinaryPrimitives.ReadUInt32BigEndian(octets)
            : throw new ArgumentException($"{address} is not an IPv4 address; give one.", nameof(address));
    }

    /// <summary>The address with a number.</summary>
    /// <param name="address">The number.</param>
    public static IPAddress Address(uint address)
    {
        Span<byte> octets = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(octets, address);
        return new IPAddress(octets);
    }

    private static uint Number(IPAddress? address, uint otherwise) => address is null ? otherwise : Number(address);

    private static UInt128 Number6(IPAddress address) => BinaryPrimitives.ReadUInt128BigEndian(address.GetAddressBytes());

    private void Check()
    {
        var last = Network | ~Mask;
        var lastLease = FirstLease + UserModeOptions.LeaseCount - 1;
        if (!Contains(Gateway) || Gateway == Network || Gateway == last)
        {
            throw new ArgumentException(
                $"The gateway {Address(Gateway)} is not a host of {Options.Network}; give one of its addresses.", nameof(Options));
        }

        if (Gateway == NameServer)
        {
            throw new ArgumentException(
                $"The gateway {Address(Gateway)} has the name server's address; give it another.", nameof(Options));
        }

        CheckNameServer();
        if (FirstLease <= Network || !Contains(FirstLease) || lastLease >= last || IsLease(Gateway) || IsLease(NameServer))
        {
            throw new ArgumentException(
                $"The {UserModeOptions.LeaseCount} leases from {Address(FirstLease)} on are not all free in {Options.Network}; "
                + "begin where they fit, beside the gateway and the name server.",
                nameof(Options));
        }

        foreach (var forward in Options.Forwards)
        {
            if (forward.IsIPv6 && Network6 == 0)
            {
                throw new ArgumentException($"The forward {forward} needs IPv6; give the port an IPv6 network.", nameof(Options));
            }

            if (forward.GuestAddress is { } guest && !IsGuest(guest))
            {
                throw new ArgumentException(
                    $"The forward {forward} leads to no peer: {guest} is not of the port's networks.", nameof(Options));
            }
        }
    }

    private void CheckNameServer()
    {
        if (!HasRelay
            && (ReservedAddresses.IsMulticastOrAbove(NameServer)
                || (ReservedAddresses.IsOfMachineOrLink(NameServer) && !Options.AllowHostLoopback)))
        {
            throw new ArgumentException(
                $"The name server {Address(NameServer)} is of this machine, its link or a group, which peers must not reach; "
                + $"leave it out: the relay at {Address(Network + RelayHost)} asks this machine's own name servers.");
        }
    }

    private bool IsLease(uint address) => address >= FirstLease && address - FirstLease < UserModeOptions.LeaseCount;

    private bool IsGuest(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? Contains(Number(address)) && Number(address) != Gateway
            : Options.Network6 is { } network6 && network6.Contains(address) && Number6(address) != Gateway6;
}
