using System.Globalization;
using System.Net;
using HostStack.Cli.Commands;
using HostStack.Cli.Sessions;
using HostStack.Cli.Terminal;
using HostStack.Hci.Links;
using HostStack.Pan;
using HostStack.Sdp.Client;
using HostStack.Sdp.Elements;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;

namespace HostStack.Cli.Demo;

/// <summary>The demo: one device serves a network, the others find it, pair, join and ping. Nothing is shown that did not
/// happen.</summary>
internal sealed class DemoNetwork : IAsyncDisposable
{
    private const string SeeWhy = "run it again with --log debug=FILE to see why";
    private static readonly TimeSpan PairingWindow = TimeSpan.FromMinutes(10);

    private readonly CommandContext _context;
    private readonly PanRole _role;
    private readonly VirtualRadio _radio;
    private readonly TwoUsers _users = new();
    private readonly List<DemoDevice> _devices = [];
    private readonly List<IAsyncDisposable> _networks = [];
    private TimeSpan _firstPing;

    public DemoNetwork(CommandContext context, PanRole role, RadioOptions radio)
    {
        _context = context;
        _role = role;
        _radio = new VirtualRadio(radio);
        _radio.Start();
    }

    private IReport Report => _context.Report;

    private DemoDevice Server => _devices[0];

    private List<DemoDevice> Peers => _devices[1..];

    /// <summary>Starts the devices and serves the network.</summary>
    public async Task StartAsync(int peers, CancellationToken stop)
    {
        Report.Happened(
            "demo",
            $"{_role.Name()} for {peers} peer{(peers == 1 ? "" : "s")}: {peers + 1} Bluetooth hosts on simulated controllers and one radio (seed {_radio.Options.Seed}, pace {_radio.Options.Pace})",
            Tone.Plain,
            ("role", _role.Name()),
            ("peers", peers),
            ("seed", _radio.Options.Seed),
            ("pace", _radio.Options.Pace));
        Report.Working("controllers start");
        Task<DemoDevice>[] opening = [.. Enumerable.Range(0, peers + 1).Select(index => OpenAsync(index, stop))];
        try
        {
            await Task.WhenAll(opening);
        }
        finally
        {
            // Where one failed, the others are there to be closed.
            foreach (var task in opening.Where(static task => task.IsCompletedSuccessfully))
            {
                _devices.Add(await task);
            }
        }

        _networks.Add(await Server.Host.ServeAsync(_role, Server.Port));
        await Server.Host.SetDiscoverableAsync(true);
        await Server.Host.OpenPairingWindowAsync(PairingWindow);
        await Server.SayAsync(
            "serving", $"{_role.Name()} is served: in the service records, discoverable, open for pairing", Tone.Good, ("role", _role.Name()));
    }

    /// <summary>Lets every peer find the server; then each pairs and joins, one after another.</summary>
    public async Task JoinAsync(CancellationToken stop)
    {
        Report.Working("devices look for each other");
        await Task.WhenAll(Peers.Select(peer => FindAsync(peer, stop)));
        foreach (var peer in Peers)
        {
            await JoinAsync(peer, stop);
            if (_firstPing == TimeSpan.Zero)
            {
                await PingFirstAsync(peer);
            }
        }
    }

    /// <summary>Pings by both protocols: each peer the server, and each peer the next one.</summary>
    /// <exception cref="CommandFailedException">A ping was not answered.</exception>
    public async Task PingAsync(int count, CancellationToken stop)
    {
        var tallies = new List<PingTally>();
        foreach (var (from, to) in Pairs())
        {
            tallies.Add(await PingAsync(from, to, to.Endpoint.IPv4Address!, "IPv4", count, stop));
            tallies.Add(await PingAsync(from, to, to.Endpoint.LinkLocalAddress, "IPv6", count, stop));
        }

        Report.Table("pings", $"Pings over the {_role.Name()}", PingTally.Columns, tallies.Select(static tally => tally.ToRow()));
        var sent = tallies.Sum(static tally => tally.Sent);
        var lost = tallies.Sum(static tally => tally.Sent - tally.Received);
        if (lost > 0)
        {
            throw new CommandFailedException(
                ExitCode.Failed, $"{lost} of {sent} pings were not answered; {SeeWhy}.");
        }

        Report.Happened(
            "done",
            string.Create(CultureInfo.InvariantCulture, $"all {sent} pings were answered; the first one {_firstPing.TotalSeconds:0.00} s after the start of the program"),
            Tone.Good,
            ("sent", sent),
            ("received", sent - lost),
            ("firstPing", _firstPing));
    }

    /// <summary>Ends everything: networks, links, controllers, the radio.</summary>
    public async ValueTask DisposeAsync()
    {
        Report.Working("closing");
        await Task.WhenAll(_devices.Select(static device => device.DisposeAsync().AsTask()));
        foreach (var network in _networks)
        {
            await network.DisposeAsync();
        }

        _radio.Dispose();
    }

    private Task<DemoDevice> OpenAsync(int index, CancellationToken stop)
    {
        var name = index > 0 ? $"panu-{index}" : _role == PanRole.Panu ? "panu-0" : _role.Name().ToLowerInvariant();
        var controller = _radio.Add(new ControllerOptions { Name = name });
        return DemoDevice.OpenAsync(
            _context, controller, new IPAddress([10, 0, 0, (byte)(index + 1)]), _users.CreateUser(), isServer: index == 0, stop);
    }

    private async Task FindAsync(DemoDevice peer, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var found = new TaskCompletionSource<DiscoveredDevice>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await peer.Host.InquireAsync(
                new InquiryRequest(),
                device =>
                {
                    if (device.Information.Offers((uint)_role) && found.TrySetResult(device))
                    {
                        enough.Cancel();
                    }
                },
                enough.Token);
        }
        catch (OperationCanceledException) when (found.Task.IsCompleted && !stop.IsCancellationRequested)
        {
            // Found: there is nothing more to look for.
        }

        if (!found.Task.IsCompleted)
        {
            throw new CommandFailedException(ExitCode.Failed, $"{peer.Name} found no {_role.Name()}; {SeeWhy}.");
        }

        var server = await found.Task;
        var services = ScanCommand.Services(server);
        await peer.SayAsync(
            "found",
            $"found \"{server.Name}\" at {server.Address}: class {server.ClassOfDevice}, {server.Rssi} dBm, offers {string.Join(' ', services)}",
            Tone.Plain,
            ("address", server.Address),
            ("name", server.Name),
            ("class", server.ClassOfDevice),
            ("rssi", server.Rssi),
            ("services", services));
    }

    private async Task JoinAsync(DemoDevice peer, CancellationToken stop)
    {
        await PairAsync(peer, stop);
        await BrowseAsync(peer, stop);
        Report.Working($"{peer.Name} joins the {_role.Name()}");
        _networks.Add(await peer.Host.ConnectAsync(Server.Address, _role, peer.Port, null, stop));
        await peer.CatchUpAsync();
    }

    private async Task PairAsync(DemoDevice peer, CancellationToken stop)
    {
        Report.Working($"{peer.Name} pairs with {Server.Name}");
        var pairing = await peer.Host.PairAsync(Server.Address, null, stop);
        if (!pairing.Succeeded)
        {
            throw new CommandFailedException(
                ExitCode.Refused, $"{peer.Name} could not pair ({EventReporter.Words(pairing.Rule is { } rule ? rule : pairing.Shortfall)}); {SeeWhy}.");
        }

        await peer.SayAsync(
            "paired",
            $"paired by {(pairing.Model is { } model ? EventReporter.Words(model) : "a stored key")}: {EventReporter.Words(pairing.KeyType)}{(pairing.IsBonded ? ", bonded" : "")}",
            Tone.Good,
            ("peer", Server.Address),
            ("model", pairing.Model),
            ("keyType", pairing.KeyType),
            ("bonded", pairing.IsBonded));
    }

    private async Task BrowseAsync(DemoDevice peer, CancellationToken stop)
    {
        Report.Working($"{peer.Name} reads the service records of {Server.Name}");
        var records = await Browsing.RunAsync(peer.Host, Server.Address, new SdpUuid((ushort)_role), stop);
        if (records.Count == 0)
        {
            throw new CommandFailedException(ExitCode.Failed, $"{Server.Name} has no record of its {_role.Name()}; {SeeWhy}.");
        }

        var service = ServiceSummary.Read(records[0]);
        var types = service.NetworkPacketTypes.Select(static type => $"0x{type:X4}").ToArray();
        await peer.SayAsync(
            "service",
            $"SDP: \"{service.Name}\", {string.Join(", ", service.Profiles)}, PSM {service.Psm}, carries {string.Join(' ', types)}",
            Tone.Plain,
            ("name", service.Name),
            ("psm", service.Psm),
            ("networkTypes", types));
    }

    private async Task PingFirstAsync(DemoDevice peer)
    {
        var result = await peer.Endpoint.PingAsync(Server.Endpoint.IPv4Address!);
        _firstPing = _context.Environment.Elapsed;
        await peer.SayAsync(
            "first-ping",
            result.IsReply
                ? string.Create(CultureInfo.InvariantCulture, $"first ping: {Server.Endpoint.IPv4Address} replied in {result.RoundTrip.TotalMilliseconds:0.000} ms, {_firstPing.TotalSeconds:0.00} s after the start")
                : $"first ping: {result.Status}",
            result.IsReply ? Tone.Good : Tone.Bad,
            ("status", result.Status),
            ("ms", Math.Round(result.RoundTrip.TotalMilliseconds, 3)),
            ("sinceStart", _firstPing));
    }

    private IEnumerable<(DemoDevice From, DemoDevice To)> Pairs()
    {
        var peers = Peers;
        foreach (var peer in peers)
        {
            yield return (peer, Server);
        }

        if (peers.Count == 1)
        {
            yield return (Server, peers[0]);
            yield break;
        }

        for (var i = 0; i < peers.Count; i++)
        {
            yield return (peers[i], peers[(i + 1) % peers.Count]);
        }
    }

    private async Task<PingTally> PingAsync(
        DemoDevice from, DemoDevice to, IPAddress address, string protocol, int count, CancellationToken stop)
    {
        Report.Working($"{from.Name} pings {to.Name} by {protocol}");
        var tally = new PingTally(from.Name, to.Name, protocol);
        for (var i = 0; i < count; i++)
        {
            tally.Add(await from.Endpoint.PingAsync(address).WaitAsync(stop));
        }

        return tally;
    }
}
