using System.Net;
using System.Net.Sockets;
using HostStack.Cli.Commands;
using HostStack.Cli.Options;
using HostStack.Cli.Terminal;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;

namespace HostStack.Cli.Networks;

/// <summary>The built-in endpoint of a network: a port in memory and a small IP host on it. It needs no privilege.</summary>
internal sealed class EndpointAttachment : HostAttachment
{
    private readonly CommandContext _context;
    private readonly MemoryEthernetPort _port;
    private readonly IpEndpoint _endpoint;
    private readonly Lock _gate = new();
    private Task<IPAddress?>? _claim;

    /// <summary>Makes the endpoint; its MAC address is the controller's, as BNEP wants it.</summary>
    public EndpointAttachment(CommandContext context, string name, MacAddress address, IReadOnlyList<IPNetworkAddress> addresses)
    {
        _context = context;
        _port = new MemoryEthernetPort(name, address);
        _endpoint = new IpEndpoint(
            _port,
            new IpEndpointOptions
            {
                IPv4Address = Of(addresses, AddressFamily.InterNetwork),
                IPv6Address = Of(addresses, AddressFamily.InterNetworkV6),
            },
            context.Time);
        context.Report.Happened(
            "endpoint",
            $"{name} answers pings at {string.Join(", ", addresses.Select(static given => given.Address).Append(_endpoint.LinkLocalAddress))}",
            Tone.Plain,
            ("port", name),
            ("mac", _port.Address),
            ("ipv4", _endpoint.IPv4Address),
            ("ipv6", _endpoint.LinkLocalAddress));
    }

    public override IEthernetPort Port => _port;

    public override void Begin() => _ = ClaimIPv4Async();

    public override async Task<PingResult> PingAsync(IPAddress target, CancellationToken stop)
    {
        if (target.AddressFamily == AddressFamily.InterNetwork && _endpoint.IPv4Address is null)
        {
            _context.Report.Working("taking an IPv4 link-local address");
            await ClaimIPv4Async().WaitAsync(stop);
        }

        return await _endpoint.PingAsync(target).WaitAsync(stop);
    }

    public override async ValueTask DisposeAsync()
    {
        _endpoint.Dispose();
        if (_claim is { } claim)
        {
            await claim;
        }

        await _port.DisposeAsync();
    }

    private static IPAddress? Of(IReadOnlyList<IPNetworkAddress> addresses, AddressFamily family) =>
        addresses.FirstOrDefault(address => address.Address.AddressFamily == family).Address;

    // Takes an IPv4 link-local address where there is none: once, and only while the network is there.
    private Task<IPAddress?> ClaimIPv4Async()
    {
        lock (_gate)
        {
            return _claim is null || (_claim.IsCompleted && _endpoint.IPv4Address is null)
                ? _claim = _endpoint.IPv4Address is { } fixedAddress ? Task.FromResult<IPAddress?>(fixedAddress) : ClaimAsync()
                : _claim;
        }
    }

    private async Task<IPAddress?> ClaimAsync()
    {
        var address = await _endpoint.ClaimLinkLocalIPv4Async();
        if (address is not null)
        {
            NetworkReports.TellAddress(_context.Report, _port.Name, address, LinkLocalPrefix, "link-local");
        }

        return address;
    }

    // RFC 3927, 2.1.
    private const int LinkLocalPrefix = 16;
}
