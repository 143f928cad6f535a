using System.Net;
using HostStack.Ethernet;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.Pan.Tests.EndToEnd;

/// <summary>Whole hosts over virtual controllers on one radio, on virtual time.</summary>
internal sealed class PanSimulation : IDisposable
{
    private readonly List<Station> _stations = [];

    public PanSimulation(ulong seed = 1)
    {
        Simulation = new Simulation(seed);
        Radio = VirtualRadio.In(Simulation);
    }

    public Simulation Simulation { get; }

    public VirtualRadio Radio { get; }

    public void Run(Func<Task> procedure)
    {
        try
        {
            Simulation.Run(procedure);
        }
        catch (Exception failure) when (failure is not (SuccessException or IgnoreException))
        {
            TestContext.Out.WriteLine($"seed 0x{Simulation.Seed:X}");
            foreach (var station in _stations)
            {
                TestContext.Out.WriteLine($"{station.Host.Address}: {string.Join("; ", station.AllEvents())}");
            }

            throw;
        }
    }

    /// <summary>A host with an endpoint of the given number on 10.0.0.0/8.</summary>
    public async Task<Station> AddAsync(byte number, BluetoothHostOptions? options = null, ControllerOptions? controller = null)
    {
        var simulated = Radio.Add(controller);
        var loop = Simulation.CreateLoop($"host {number}");
        options ??= new BluetoothHostOptions();
        var host = await BluetoothHost.OpenAsync(simulated.Source, options with
        {
            Name = $"station {number}",
            Loop = loop,
            CallbackScheduler = Simulation.Callbacks,
            PairingAgent = options.PairingAgent ?? new JustWorksAgent(),
            KeyStore = options.KeyStore ?? new InMemoryLinkKeyStore(),
        });
        var station = new Station(this, host, simulated, number);
        _stations.Add(station);
        return station;
    }

    /// <summary>Pairs two stations, so that both have a bond.</summary>
    public static async Task BondAsync(Station initiator, Station acceptor)
    {
        await acceptor.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var outcome = await initiator.Host.PairAsync(acceptor.Peer);
        Assert.That(outcome.Succeeded, Is.True, outcome.ToString());
        await acceptor.Host.ClosePairingWindowAsync();
    }

    public Task DelayAsync(TimeSpan span) => Simulation.DelayAsync(span);

    /// <summary>Lets time pass until something is so; a minute at most.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var i = 0; i < 600 && !condition(); i++)
        {
            await DelayAsync(TimeSpan.FromMilliseconds(100));
        }

        Assert.That(condition(), Is.True, what);
    }

    public void Dispose()
    {
        Simulation.Run(async () =>
        {
            foreach (var station in _stations)
            {
                await station.DisposeAsync();
            }
        });
        Radio.Dispose();
        Simulation.Dispose();
    }
}

/// <summary>One host with its controller, its port and an endpoint behind it.</summary>
internal sealed class Station : IAsyncDisposable
{
    private readonly PanSimulation _simulation;
    private readonly HostEventReader _reader;
    private readonly List<HostEvent> _events = [];
    private readonly List<IDisposable> _endpoints = [];

    public Station(PanSimulation simulation, BluetoothHost host, SimulatedController controller, byte number)
    {
        _simulation = simulation;
        _reader = host.Events.Subscribe(4096);
        Host = host;
        Controller = controller;
        (Port, Ip) = AddPort("pan", number);
    }

    public BluetoothHost Host { get; }

    public SimulatedController Controller { get; }

    public MemoryEthernetPort Port { get; private set; }

    public IpEndpoint Ip { get; }

    public PeerAddress Peer => new(Host.Address);

    public IPAddress Address => Ip.IPv4Address!;

    public (MemoryEthernetPort Port, IpEndpoint Ip) AddPort(string name, byte number)
    {
        var port = new MemoryEthernetPort(name, new MacAddress(Host.Address.Value).AsUnicast());
        var endpoint = new IpEndpoint(
            port, new IpEndpointOptions { IPv4Address = new IPAddress([10, 0, 0, number]) }, _simulation.Simulation.Time);
        _endpoints.Add(endpoint);
        return (port, endpoint);
    }

    public IReadOnlyList<HostEvent> AllEvents()
    {
        while (_reader.TryRead(out var happened))
        {
            _events.Add(happened);
        }

        return _events;
    }

    public IEnumerable<T> EventsOf<T>() => AllEvents().OfType<T>();

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _reader.Dispose();
        _endpoints.ForEach(static endpoint => endpoint.Dispose());
    }
}
