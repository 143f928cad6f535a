using System.Net;
using HostStack.Ethernet;
using HostStack.Hci.Capture;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Interop.Tests.Guests;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Pan;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>Our host in the test process, on the guests' radio: its bonds are in a file, everything that crosses to its
/// controller is captured, and an IP endpoint is behind its port.</summary>
internal sealed class OurHost : IAsyncDisposable
{
    /// <summary>How our host joins a server in a guest, which may wait long for a processor of a busy machine.</summary>
    public static readonly PanClientOptions ToAGuest = new() { Bnep = new() { SetupTimeout = TimeSpan.FromSeconds(30) } };

    private readonly SimulatedController _controller;
    private readonly List<HostEvent> _earlier = [];
    private readonly List<string> _captures = [];
    private BluetoothHost? _host;
    private EventRecord? _record;
    private BtsnoopWriter? _capture;
    private MemoryEthernetPort? _port;
    private IpEndpoint? _ip;

    private OurHost(SimulatedController controller, string folder)
    {
        _controller = controller;
        Folder = folder;
    }

    public string Folder { get; }

    public BluetoothHost Host => _host ?? throw new InvalidOperationException("The host is closed.");

    public PeerAddress Address => new(_controller.Address);

    public MemoryEthernetPort Port => _port!;

    /// <summary>10.9.0.1, and the link-local address.</summary>
    public IpEndpoint Ip => _ip!;

    /// <summary>The captures of its openings so far.</summary>
    public IReadOnlyList<string> Captures => _captures;

    /// <summary>Opens a host on a controller of its own.</summary>
    /// <param name="folder">Where its bonds and captures live.</param>
    /// <param name="controller">What is special about the controller.</param>
    /// <param name="radio">Whose controller it is; null: the one of the BlueZ tests.</param>
    public static async Task<OurHost> OpenAsync(string folder, ControllerOptions? controller = null, VirtualRadio? radio = null)
    {
        var ours = new OurHost((radio ?? BlueZRig.Radio).Add(controller), folder);
        await ours.OpenAsync();
        return ours;
    }

    /// <summary>Closes the host and opens it again: only what is in the file of bonds stays.</summary>
    public async Task RestartAsync()
    {
        await DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Serves a role with the pairing window closed.</summary>
    public Task<PanNetwork> ServeAsync(PanRole role, PanServiceOptions? options = null) => Host.ServeAsync(role, Port, options);

    /// <summary>Pairs with a peer, on our wish.</summary>
    public async Task PairAsync(BlueZPeer peer)
    {
        var outcome = await Host.PairAsync(peer.Address);
        Assert.That(outcome.Succeeded, Is.True, outcome.ToString());
    }

    /// <summary>Becomes the user of a peer's network.</summary>
    /// <param name="peer">Who serves.</param>
    /// <param name="role">What it serves.</param>
    /// <param name="options">How to join; <see cref="ToAGuest"/> unless given.</param>
    public Task<PanConnectResult> JoinAsync(BlueZPeer peer, PanRole role, PanClientOptions? options = null) =>
        Host.TryConnectAsync(peer.Address, role, Port, options ?? ToAGuest);

    /// <summary>A further port, with nothing behind it.</summary>
    public MemoryEthernetPort NewPort() => new("further", Port.Address);

    /// <summary>What happened, since the host was made.</summary>
    public IReadOnlyList<HostEvent> Events => [.. _earlier, .. _record?.All ?? []];

    public int Count<T>(Func<T, bool>? which = null)
        where T : HostEvent => Events.OfType<T>().Count(which ?? (static _ => true));

    /// <summary>Waits for the number of events of a kind.</summary>
    public Task<T> SeesAsync<T>(int number = 1, TimeSpan? limit = null)
        where T : HostEvent =>
        _earlier.OfType<T>().ElementAtOrDefault(number - 1) is { } known
            ? Task.FromResult(known)
            : _record!.SeesAsync<T>(number - _earlier.OfType<T>().Count(), limit);

    /// <summary>Pings a peer's addresses.</summary>
    public async Task AssertReachesAsync(params IPAddress[] addresses)
    {
        foreach (var address in addresses)
        {
            var ping = await Ip.PingAsync(address, timeout: TimeSpan.FromSeconds(20));
            Assert.That(ping.Status, Is.EqualTo(PingStatus.Reply), $"our host pings {address}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is { } host)
        {
            await host.DisposeAsync();
            _earlier.AddRange(_record!.All);
            _record.Dispose();
            _record = null;
            _host = null;
            _ip!.Dispose();
            _capture!.Dispose();
        }
    }

    private async Task OpenAsync()
    {
        var capture = Path.Combine(Folder, $"ours.{_captures.Count + 1}.btsnoop");
        _captures.Add(capture);
        _capture = BtsnoopWriter.Create(capture);
        _host = await BluetoothHost.OpenAsync(_controller.Source, new BluetoothHostOptions
        {
            Name = "ours",
            Discoverable = true,
            PairingAgent = new JustWorksAgent(),
            KeyStore = new FileLinkKeyStore(Path.Combine(Folder, "bonds.json")),
            Capture = _capture,
        });
        _record = new EventRecord(_host.Events);
        _port = new MemoryEthernetPort("pan", new MacAddress(_host.Address.Value).AsUnicast());
        _ip = new IpEndpoint(_port, new IpEndpointOptions { IPv4Address = IPAddress.Parse("10.9.0.1") });
    }
}
