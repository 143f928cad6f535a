using System.Net;
using System.Net.Sockets;
using HostStack.Cli.Commands;
using HostStack.Cli.Terminal;
using HostStack.Ethernet;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Ip;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Networks;

/// <summary>An interface of this machine with addresses of its own: fixed, by DHCP, or link-local.</summary>
internal sealed class InterfaceAttachment : HostAttachment
{
    // Below the metrics that network managers give (100 and more): who asks for this way wants it.
    private const int DefaultRouteMetric = 50;
    private static readonly TimeSpan AddressTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RetryTime = TimeSpan.FromMilliseconds(250);

    private readonly CommandContext _context;
    private readonly AttachmentRequest _request;
    private readonly AddressedPort _port;
    private readonly TaskCompletionSource _addressed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasPinged;

    /// <summary>Takes an interface.</summary>
    /// <param name="context">The run.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="port">The interface; owned from now on.</param>
    /// <param name="usesDhcp">Whether the network has a DHCP server to ask.</param>
    /// <param name="hostName">The name that the server is told.</param>
    public InterfaceAttachment(CommandContext context, AttachmentRequest request, ISystemPort port, bool usesDhcp, string hostName)
    {
        _context = context;
        _request = request;
        _port = new AddressedPort(
            port,
            request.Bridge is not null ? new AddressingOptions { UseLinkLocal = false } : new AddressingOptions
            {
                Fixed = [.. request.Addresses.Select(static given => new InterfaceAddress(given.Address, given.PrefixLength ?? HostLength(given.Address)))],
                UseDhcp = usesDhcp,
                DefaultRouteMetric = request.DefaultRoute ? DefaultRouteMetric : null,
                HostName = HostName(hostName),
            },
            context.Time,
            logger: context.Loggers.CreateLogger("HostStack.NetDevices"));
        if (request.Bridge is not null)
        {
            // The bridge has the addresses.
            _addressed.SetResult();
        }

        _port.AddressChanged += Tell;
        _port.AddressingFailed += failure => context.Report.TellTrouble(port.Name, failure.Message);
    }

    public override IEthernetPort Port => _port;

    public override async Task<PingResult> PingAsync(IPAddress target, CancellationToken stop)
    {
        if (!_hasPinged)
        {
            _hasPinged = true;
            return await FirstPingAsync(target, stop);
        }

        return await SendAsync(target).WaitAsync(stop);
    }

    public override async Task LeaveAsync() => await _port.EndAddressingAsync();

    public override ValueTask DisposeAsync() => _port.DisposeAsync();

    /// <summary>A device's name as a host's: what DHCP does not take becomes hyphens; null: nothing is left.</summary>
    internal static string? HostName(string name)
    {
        const int longest = 63;
        var letters = string.Concat(name.Select(static letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return letters.Length == 0 ? null : letters.Length <= longest ? letters : letters[..longest];
    }

    private static int HostLength(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    // The first one waits for an address: one by DHCP or a link-local one is agreed on first, IPv6 looks for duplicates.
    private async Task<PingResult> FirstPingAsync(IPAddress target, CancellationToken stop)
    {
        var started = _context.Time.GetTimestamp();
        if (target.AddressFamily == AddressFamily.InterNetwork)
        {
            _context.Report.Working("waiting for an address");
            await Task.WhenAny(_addressed.Task, Task.Delay(AddressTime, _context.Time, stop));
        }

        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var result = await SendAsync(target).WaitAsync(stop);
            if (result.Status is not (PingStatus.NoSourceAddress or PingStatus.NotSent) || _context.Time.GetElapsedTime(started) > AddressTime)
            {
                return result;
            }

            await Task.Delay(RetryTime, _context.Time, stop);
        }
    }

    private Task<PingResult> SendAsync(IPAddress target) =>
        _context.Environment.Networks.PingAsync(_port.Name, _request.Namespace, target);

    private void Tell(AddressChange change, AddressAssignment assignment)
    {
        _context.Report.TellAddress(
            _port.Name,
            assignment.Address,
            assignment.PrefixLength,
            assignment.Source switch
            {
                AddressSource.Fixed => "fixed",
                AddressSource.Dhcp => "dhcp",
                _ => "link-local",
            },
            change.ToString().ToLowerInvariant(),
            assignment.Gateway,
            assignment.DnsServers);
        if (change == AddressChange.Added && assignment.Address.AddressFamily == AddressFamily.InterNetwork)
        {
            _addressed.TrySetResult();
        }
    }
}
