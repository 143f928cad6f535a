using System.Net;
using System.Net.Sockets;
using HostStack.Cli.Commands;
using HostStack.Cli.Options;
using HostStack.Cli.Terminal;
using HostStack.Ethernet;
using HostStack.Hci.Wire;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;

namespace HostStack.Cli.Sessions;

/// <summary>The built-in endpoint of a network: a port in memory and a small IP host on it.</summary>
internal sealed class EndpointSession : IAsyncDisposable
{
    private readonly CommandContext _context;
    private readonly Lock _gate = new();
    private Task<IPAddress?>? _claim;

    /// <summary>Makes the endpoint; its MAC address is the controller's, as BNEP wants it.</summary>
    public EndpointSession(CommandContext context, string name, BdAddr address, IReadOnlyList<IPNetworkAddress> addresses)
    {
        _context = context;
        Port = new MemoryEthernetPort(name, new MacAddress(address.Value).AsUnicast());
        Endpoint = new IpEndpoint(
            Port,
            new IpEndpointOptions
            {
                IPv4Address = Of(addresses, AddressFamily.InterNetwork),
                IPv6Address = Of(addresses, AddressFamily.InterNetworkV6),
            },
            context.Time);
        context.Report.Happened(
            "endpoint",
            $"{name} answers pings at {string.Join(", ", addresses.Select(static given => given.Address).Append(Endpoint.LinkLocalAddress))}",
            Tone.Plain,
            ("port", name),
            ("mac", Port.Address),
            ("ipv4", Endpoint.IPv4Address),
            ("ipv6", Endpoint.LinkLocalAddress));
    }

    public MemoryEthernetPort Port { get; }

    public IpEndpoint Endpoint { get; }

    /// <summary>Takes an IPv4 link-local address where there is none: once, and only while the network is there.</summary>
    public Task<IPAddress?> ClaimIPv4Async()
    {
        lock (_gate)
        {
            return _claim is null || (_claim.IsCompleted && Endpoint.IPv4Address is null)
                ? _claim = Endpoint.IPv4Address is { } fixedAddress ? Task.FromResult<IPAddress?>(fixedAddress) : ClaimAsync()
                : _claim;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Endpoint.Dispose();
        if (_claim is { } claim)
        {
            await claim;
        }

        await Port.DisposeAsync();
    }

    private static IPAddress? Of(IReadOnlyList<IPNetworkAddress> addresses, AddressFamily family) =>
        addresses.FirstOrDefault(address => address.Address.AddressFamily == family).Address;

    private async Task<IPAddress?> ClaimAsync()
    {
        var address = await Endpoint.ClaimLinkLocalIPv4Async();
        if (address is not null)
        {
            _context.Report.Happened(
                "address", $"{Port.Name} took the IPv4 link-local address {address}", Tone.Plain, ("port", Port.Name), ("ipv4", address));
        }

        return address;
    }
}
