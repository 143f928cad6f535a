using HostStack.Cli.Terminal;
using HostStack.Hci.Links;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Cli.Status;

/// <summary>Tells of one host: reads it on its loop, and collects its refusals.</summary>
internal sealed class HostStatusSource(BluetoothHost host, CommandEnvironment environment) : IStatusSource
{
    private static readonly TimeSpan LoopTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly RefusalHistory _refusals = new();
    private readonly Lock _gate = new();
    private readonly RateTable _rates = new();

    /// <summary>Takes an event of the host.</summary>
    public void Happened(HostEvent happened)
    {
        if (happened is Refused refused)
        {
            _refusals.Add(refused);
        }
    }

    public async Task<ControllerEntry> ReadAsync()
    {
        try
        {
            var status = await host.GetStatusAsync().WaitAsync(LoopTime, environment.Time);
            var pan = await host.GetPanStatusAsync().WaitAsync(LoopTime, environment.Time);
            lock (_gate)
            {
                var now = environment.Elapsed;
                var entry = Describe(status, pan, now);
                _rates.Forget(now - Memory);
                return entry;
            }
        }
        catch (ObjectDisposedException)
        {
            return Unread("closed", null);
        }
        catch (TimeoutException)
        {
            return Unread("silent", "The host does not answer; restart it, and report it with its log.");
        }
    }

    private static string Words(HciHostState state) => state switch
    {
        HciHostState.Open => "up",
        HciHostState.Opening => "opening",
        HciHostState.Resetting => "resetting",
        HciHostState.Failed => "lost",
        _ => "closed",
    };

    private static SecurityEntry Describe(LinkSecurity security) => new(
        security.Encryption switch
        {
            EncryptionMode.Off => "off",
            EncryptionMode.E0 => "E0",
            _ => "AES-CCM",
        },
        security.KeySize,
        security.KeyType is { } type ? EventReporter.Words(type) : null);

    private static Dictionary<string, long> Counters(HciCounters counters, PanStatus pan) => new()
    {
        ["linksUp"] = counters.LinksUp,
        ["linksDown"] = counters.LinksDown,
        ["connectionsRejected"] = counters.ConnectionsRejected,
        ["setupsRefused"] = pan.SetupsRefused,
        ["aclSent"] = counters.AclSent,
        ["aclReceived"] = counters.AclReceived,
        ["pdusDropped"] = counters.PdusDroppedQueueFull + counters.PdusDroppedLinkDown,
        ["commandsSent"] = counters.CommandsSent,
        ["commandTimeouts"] = counters.CommandTimeouts,
        ["resets"] = counters.Resets,
        ["malformed"] = counters.MalformedPackets + counters.MalformedEvents + counters.MalformedReturns
            + counters.PdusOverrun + counters.PdusTooLong,
        ["framingLosses"] = counters.FramingLosses,
    };

    private ControllerEntry Unread(string state, string? problem) => new()
    {
        Uri = host.Uri,
        Name = host.Options.Name,
        State = state,
        Problem = problem,
        Refusals = _refusals.Read(environment.Time.GetUtcNow()),
        RefusalCount = _refusals.Count,
    };

    private ControllerEntry Describe(HostStatus status, PanStatus pan, TimeSpan now)
    {
        var names = status.Bonds.Where(static bond => bond.Name is not null)
            .GroupBy(static bond => bond.Peer.ToString()).ToDictionary(static group => group.Key, static group => group.First().Name);
        return Unread(Words(status.State), status.Problem) with
        {
            Address = status.Controller?.Address.ToString(),
            Device = status.Controller?.Device?.ToString() is { Length: > 0 } device ? device : null,
            Name = status.Name,
            Epoch = status.Epoch,
            Buffers = status.Controller?.Buffers.Packets ?? 0,
            BufferSize = status.Controller?.Buffers.DataLength ?? 0,
            FreeBuffers = status.FreeBuffers,
            Discoverable = status.Discoverable,
            Connectable = status.Connectable,
            PairingWindow = status.PairingWindowOpen,
            Bonds = [.. status.Bonds.Select(static bond => new BondEntry(bond.Peer.ToString(), EventReporter.Words(bond.KeyType), bond.Name))],
            Links = [.. status.Links.Select(link => new LinkEntry(
                link.Peer.ToString(), Name(link.Peer.ToString()), link.Role.ToString().ToLowerInvariant(), Describe(link.Security), link.Channels))],
            Networks = [.. pan.Networks.Select(DescribeNetwork)],
            Connections = [.. pan.Connections.Select(connection => new ConnectionEntry(
                connection.Peer.ToString(),
                Name(connection.Peer.ToString()),
                connection.RemoteRole.Name(),
                connection.Port,
                connection.State.ToString().ToLowerInvariant(),
                Describe(connection.Security),
                connection.Losses,
                Traffic($"connection {connection.Peer}", connection.Counters, now)))],
            Counters = Counters(status.Counters, pan),
        };

        string? Name(string peer) => names.GetValueOrDefault(peer);

        NetworkEntry DescribeNetwork(PanNetworkStatus network) => new(
            network.Role.Name(),
            network.Port,
            network.ClientLimit,
            network.KnownAddresses,
            Traffic($"{network.Role}", network.PortCounters, now),
            [.. network.Peers.Select(peer => new PeerEntry(
                peer.Peer.ToString(),
                Name(peer.Peer.ToString()),
                peer.Role.Name(),
                peer.Address.ToString(),
                Describe(peer.Security),
                Traffic($"{network.Role} {peer.Peer}", peer.Counters, now)))]);
    }

    private TrafficEntry Traffic(string key, PanCounters counters, TimeSpan now)
    {
        var (rateIn, rateOut) = _rates.Update(key, counters.OctetsIn, counters.OctetsOut, now);
        return new TrafficEntry(
            counters.FramesIn,
            counters.OctetsIn,
            counters.FramesOut,
            counters.OctetsOut,
            counters.DroppedIn + counters.DroppedOut,
            counters.FilteredOut,
            rateIn,
            rateOut);
    }
}
