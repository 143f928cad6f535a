using System.Buffers.Binary;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Dhcp;

/// <summary>What a server says: an offer, an acknowledgement or a refusal (RFC 2131, 4.3).</summary>
internal sealed record DhcpReply
{
    private const ushort MinimumMtu = 68;

    public required DhcpMessageType Type { get; init; }

    public required uint TransactionId { get; init; }

    /// <summary>The client that it is for.</summary>
    public required MacAddress Hardware { get; init; }

    /// <summary>The address that is given; 0 in a refusal.</summary>
    public uint Address { get; init; }

    /// <summary>Prefix length of the subnet mask, or of the address's class where there is no mask.</summary>
    public int PrefixLength { get; init; }

    /// <summary>Who says so.</summary>
    public uint Server { get; init; }

    /// <summary>Seconds; <see cref="uint.MaxValue"/> is for ever.</summary>
    public uint LeaseSeconds { get; init; }

    /// <summary>Seconds; null where the server leaves it to the client.</summary>
    public uint? RenewalSeconds { get; init; }

    /// <summary>Seconds; null where the server leaves it to the client.</summary>
    public uint? RebindingSeconds { get; init; }

    /// <summary>Routers on the link, the preferred one first.</summary>
    public uint[] Routers { get; init; } = [];

    /// <summary>Name servers, the preferred one first.</summary>
    public uint[] DnsServers { get; init; } = [];

    public string? DomainName { get; init; }

    /// <summary>Null where it is not told, or cannot be one.</summary>
    public ushort? Mtu { get; init; }

    public ClasslessRoute[] Routes { get; init; } = [];

    /// <summary>Why a server refuses, in its own words.</summary>
    public string? Message { get; init; }

    /// <summary>Reads a reply.</summary>
    /// <param name="source">The payload of the datagram.</param>
    /// <param name="reply">The reply.</param>
    /// <returns>False for a malformed message, a request, a type that servers do not send, an option of a wrong length, no
    /// server identifier; an offer or acknowledgement also without a lease time or with an address that no host can
    /// have.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out DhcpReply reply)
    {
        reply = null!;
        if (!DhcpMessage.TryParse(source, out var message)
            || !message.IsReply
            || !DhcpOptions.TryParse(message, out var options)
            || options.Value(DhcpOptionCode.MessageType) is not [var type]
            || !options.TryGetNumber(DhcpOptionCode.ServerIdentifier, out var server)
            || server is not { } from
            || !IPv4Prefix.IsHost(from, IPv4Prefix.MaximumLength))
        {
            return false;
        }

        switch ((DhcpMessageType)type)
        {
            case DhcpMessageType.Nak:
                reply = new DhcpReply
                {
                    Type = DhcpMessageType.Nak,
                    TransactionId = message.TransactionId,
                    Hardware = message.Hardware,
                    Server = from,
                    Message = options.Text(DhcpOptionCode.Message),
                };
                return true;
            case DhcpMessageType.Offer or DhcpMessageType.Ack:
                return TryParseGrant(message, options, (DhcpMessageType)type, from, out reply);
            default:
                return false;
        }
    }

    private static bool TryParseGrant(
        in DhcpMessage message, DhcpOptions options, DhcpMessageType type, uint server, out DhcpReply reply)
    {
        reply = null!;
        if (!options.TryGetNumber(DhcpOptionCode.LeaseTime, out var lease)
            || lease is null
            || !options.TryGetNumber(DhcpOptionCode.SubnetMask, out var mask)
            || !options.TryGetNumber(DhcpOptionCode.RenewalTime, out var renewal)
            || !options.TryGetNumber(DhcpOptionCode.RebindingTime, out var rebinding)
            || !options.TryGetAddresses(DhcpOptionCode.Router, out var routers)
            || !options.TryGetAddresses(DhcpOptionCode.DomainNameServer, out var dnsServers)
            || !ClasslessRoute.TryParseAll(options.Value(DhcpOptionCode.ClasslessRoutes), out var routes))
        {
            return false;
        }

        var prefix = ClassPrefix(message.YourAddress);
        if ((mask is { } given && !IPv4Prefix.TryLength(given, out prefix)) || !IPv4Prefix.IsHost(message.YourAddress, prefix))
        {
            return false;
        }

        reply = new DhcpReply
        {
            Type = type,
            TransactionId = message.TransactionId,
            Hardware = message.Hardware,
            Address = message.YourAddress,
            PrefixLength = prefix,
            Server = server,
            LeaseSeconds = lease.Value,
            RenewalSeconds = renewal,
            RebindingSeconds = rebinding,
            Routers = routers,
            DnsServers = dnsServers,
            DomainName = options.Text(DhcpOptionCode.DomainName),
            Mtu = options.Value(DhcpOptionCode.InterfaceMtu) is { Length: sizeof(ushort) } mtu
                && BinaryPrimitives.ReadUInt16BigEndian(mtu) is >= MinimumMtu and var octets ? octets : null,
            Routes = routes,
            Message = options.Text(DhcpOptionCode.Message),
        };
        return true;
    }

    // RFC 791, 3.2: what a host assumed before masks were told.
    private static int ClassPrefix(uint address) => (address >> 30) switch
    {
        0 or 1 => 8,
        2 => 16,
        _ => 24,
    };
}
