using System.Net;
using HostStack.Ethernet;
using HostStack.Hci.Loop;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Pan;
using HostStack.VirtualController.Controllers;

namespace HostStack.EndToEnd.Tests.Rig;

/// <summary>One host with its controller, its port and an endpoint behind it.</summary>
internal sealed class Station : IAsyncDisposable
{
    private readonly World _world;
    private readonly List<HostEvent> _events = [];
    private readonly List<IDisposable> _endpoints = [];
    private HostEventReader? _reader;
    private BluetoothHost? _host;
    private CreditWatch? _credits;
    private IpEndpoint? _ip;
    private MemoryEthernetPort? _port;

    public Station(World world, SimulatedController controller, byte number)
    {
        _world = world;
        Controller = controller;
        Number = number;
        Loop = world.Simulation.CreateLoop($"station {number}", world.Log.CreateLogger($"loop {number}"));
    }

    public byte Number { get; }

    public string Name => $"station {Number}";

    public EventLoop Loop { get; }

    public SimulatedController Controller { get; }

    public ILinkKeyStore KeyStore { get; set; } = new InMemoryLinkKeyStore();

    public bool IsOpen => _host is not null;

    public BluetoothHost Host => _host ?? throw new InvalidOperationException($"{Name} is not open.");

    public CreditWatch Credits => _credits!;

    public string? CreditViolation => _credits?.Violation;

    public MemoryEthernetPort Port => _port!;

    public IpEndpoint Ip => _ip!;

    public PeerAddress Peer => new(Controller.Address);

    public IPAddress Address => Ip.IPv4Address!;

    public async Task OpenAsync(IControllerSource source, BluetoothHostOptions options)
    {
        _host = await BluetoothHost.OpenAsync(source, options, _world.Log);
        _reader = _host.Events.Subscribe(16384);
        _credits = new CreditWatch(_host);
        (_port, _ip) = AddPort("pan", Number);
    }

    public (MemoryEthernetPort Port, IpEndpoint Ip) AddPort(string name, byte number)
    {
        var port = new MemoryEthernetPort(name, new MacAddress(Controller.Address.Value).AsUnicast());
        var endpoint = new IpEndpoint(
            port, new IpEndpointOptions { IPv4Address = new IPAddress([10, 0, 0, number]) }, _world.Simulation.Time);
        _endpoints.Add(endpoint);
        return (port, endpoint);
    }

    /// <summary>Becomes the user of another station's network.</summary>
    public Task<PanConnection> JoinAsync(Station server, PanRole role, PanClientOptions? options = null) =>
        Host.ConnectAsync(server.Peer, role, Port, options);

    public Task<PanConnectResult> TryJoinAsync(Station server, PanRole role, PanClientOptions? options = null) =>
        Host.TryConnectAsync(server.Peer, role, Port, options);

    /// <summary>Pings, IPv4 and IPv6.</summary>
    public async Task AssertReachesAsync(Station other, string why = "")
    {
        Assert.That((await Ip.PingAsync(other.Address)).Status, Is.EqualTo(PingStatus.Reply), $"{Name} -> {other.Name}, IPv4 {why}");
        Assert.That(
            (await Ip.PingAsync(other.Ip.LinkLocalAddress)).Status, Is.EqualTo(PingStatus.Reply), $"{Name} -> {other.Name}, IPv6 {why}");
    }

    public IReadOnlyList<HostEvent> AllEvents()
    {
        while (_reader is not null && _reader.TryRead(out var happened))
        {
            _events.Add(happened);
        }

        return _events;
    }

    public IEnumerable<T> EventsOf<T>() => AllEvents().OfType<T>();

    /// <summary>Forgets what happened so far.</summary>
    public void ForgetEvents()
    {
        AllEvents();
        _events.Clear();
    }

    /// <summary>The one event that says no: of a refusal or of a pairing that failed, with everything it must tell.</summary>
    public T SingleNo<T>()
        where T : HostEvent
    {
        var said = EventsOf<T>().ToArray();
        Assert.That(said, Has.Length.EqualTo(1), $"{Name}: one {typeof(T).Name}, not {string.Join("; ", said.Select(static one => one.ToString()))}");
        switch (said[0])
        {
            case Refused refused:
                Assert.That(refused.Rule, Is.Not.Empty);
                Assert.That(refused.Remedy, Does.EndWith("."));
                break;
            case PairingFailed failed:
                Assert.That(failed.Reason, Is.Not.Empty);
                Assert.That(failed.Remedy, Does.EndWith("."));
                break;
        }

        return said[0];
    }

    public int BuffersInUse() => _host is null ? 0 : Buffers.InUse(_host);

    public async ValueTask DisposeAsync()
    {
        if (_host is { } host)
        {
            await host.DisposeAsync();
            AllEvents();
        }

        _endpoints.ForEach(static endpoint => endpoint.Dispose());
    }
}
