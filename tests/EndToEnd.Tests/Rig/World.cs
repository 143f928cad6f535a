using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Faults;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.EndToEnd.Tests.Rig;

/// <summary>A simulation with a radio and whole hosts on it. Every story ends with the same questions: did any loop fault,
/// did credits stay exact at every step, are all buffers back?</summary>
internal sealed class World
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly List<Station> _stations = [];
    private readonly List<RawPeer> _rawPeers = [];

    private World(ulong seed, RadioOptions? radio, IRadioFaults? faults)
    {
        Simulation = new Simulation(seed) { Limit = TimeSpan.FromHours(2) };
        Radio = VirtualRadio.In(Simulation, (radio ?? new RadioOptions()) with { Faults = faults ?? radio?.Faults });
        Random = Simulation.Random.Fork("test");
        Log = new FaultLog();
    }

    public Simulation Simulation { get; }

    public VirtualRadio Radio { get; }

    /// <summary>The test's own randomness, from the seed.</summary>
    public SeededRandom Random { get; }

    public FaultLog Log { get; }

    public TimeSpan Now => Simulation.Time.Elapsed;

    /// <summary>Set where a fault leaks credits, or a peer keeps buffers: they need not be back before the hosts close.</summary>
    public bool CreditsMayBeOut { get; set; }

    public IReadOnlyList<Station> Stations => _stations;

    /// <summary>Runs a story, closes its hosts and asks the questions. A failure prints the seed and what happened.</summary>
    public static void Run(Func<World, Task> story, ulong seed = 1, RadioOptions? radio = null, IRadioFaults? faults = null)
    {
        var world = new World(seed, radio, faults);
        try
        {
            world.Simulation.Run(() => story(world));
            world.Simulation.Advance(Rest);
            world.AssertCredits();
            world.Simulation.Run(world.CloseAsync);
            world.Simulation.Advance(Rest);
            world.AssertClean();
        }
        catch (Exception failure) when (failure is not (SuccessException or IgnoreException))
        {
            world.Describe();
            throw;
        }
        finally
        {
            world.Radio.Dispose();
            world.Simulation.Dispose();
        }
    }

    /// <summary>A host with an endpoint of the given number on 10.0.0.0/8.</summary>
    /// <param name="number">The number; also of its name, <c>station 1</c>.</param>
    /// <param name="options">What is special about the host.</param>
    /// <param name="controller">What is special about its controller.</param>
    /// <param name="on">A controller that exists; null: a new one.</param>
    /// <param name="wire">Put between host and controller; null: nothing.</param>
    public async Task<Station> HostAsync(
        byte number,
        BluetoothHostOptions? options = null,
        ControllerOptions? controller = null,
        SimulatedController? on = null,
        Func<SimulatedController, IControllerSource>? wire = null)
    {
        var simulated = on ?? Radio.Add(controller);
        var station = new Station(this, simulated, number);
        _stations.Add(station);
        options ??= new BluetoothHostOptions();
        station.KeyStore = options.KeyStore ?? new InMemoryLinkKeyStore();
        await station.OpenAsync(wire?.Invoke(simulated) ?? simulated.Source, options with
        {
            Name = $"station {number}",
            Loop = station.Loop,
            CallbackScheduler = Simulation.Callbacks,
            PairingAgent = options.PairingAgent ?? new JustWorksAgent(),
            KeyStore = station.KeyStore,
            Seed = number,
        });
        return station;
    }

    /// <summary>A controller that the test drives with raw octets.</summary>
    public async Task<RawPeer> RawAsync(ControllerOptions? controller = null)
    {
        var raw = await RawPeer.OpenAsync(this, Radio.Add(controller));
        _rawPeers.Add(raw);
        return raw;
    }

    /// <summary>Pairs two hosts, so that both have a bond.</summary>
    public static async Task BondAsync(Station initiator, Station acceptor)
    {
        await acceptor.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var outcome = await initiator.Host.PairAsync(acceptor.Peer);
        Assert.That(outcome.Succeeded, Is.True, outcome.ToString());
        await acceptor.Host.ClosePairingWindowAsync();
    }

    public Task DelayAsync(TimeSpan span) => Simulation.DelayAsync(span);

    public Task DelayAsync(double milliseconds) => Simulation.DelayAsync(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Lets time pass until something is so.</summary>
    /// <param name="condition">What.</param>
    /// <param name="what">In words.</param>
    /// <param name="limit">A minute unless given.</param>
    public async Task UntilAsync(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        var deadline = Now + (limit ?? TimeSpan.FromMinutes(1));
        var step = 1.0;
        while (!condition() && Now < deadline)
        {
            await DelayAsync(step);
            step = Math.Min(step * 1.5, 100);
        }

        Assert.That(condition(), Is.True, $"{what} (t={Now})");
    }

    /// <summary>Awaits a call that must end within a time of the virtual clock, however it ends.</summary>
    /// <returns>What it threw; null where it succeeded.</returns>
    public async Task<Exception?> EndsWithinAsync(Task call, TimeSpan limit, string what)
    {
        await UntilAsync(() => call.IsCompleted, $"{what} ends within {limit}", limit);
        try
        {
            await call;
            return null;
        }
        catch (Exception failure) when (failure is not AssertionException)
        {
            return failure;
        }
    }

    private async Task CloseAsync()
    {
        foreach (var station in _stations)
        {
            await station.DisposeAsync();
        }

        foreach (var raw in _rawPeers)
        {
            await raw.DisposeAsync();
        }
    }

    private void AssertCredits()
    {
        foreach (var station in _stations.Where(static station => station.IsOpen))
        {
            Assert.That(station.CreditViolation, Is.Null, station.Name);
            if (!CreditsMayBeOut)
            {
                Assert.That(station.Credits.InFlight, Is.Zero, $"{station.Name}: credits are home when all is quiet");
            }
        }
    }

    private void AssertClean()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Log.Faults, Is.Empty, "no loop faults");
            Assert.That(Radio.Loop.Faults, Is.Zero, "the radio's loop has no faults");
            foreach (var station in _stations)
            {
                Assert.That(station.Loop.Faults, Is.Zero, $"{station.Name}: no loop faults");
                Assert.That(station.CreditViolation, Is.Null, station.Name);
                Assert.That(station.BuffersInUse(), Is.Zero, $"{station.Name}: all buffers are back");
                Assert.That(station.Controller.BuffersInUse, Is.Zero, $"{station.Name}: the controller has no packet left");
                Assert.That(station.Controller.LinkCount, Is.Zero, $"{station.Name}: no link is left");
            }
        });
    }

    private void Describe()
    {
        TestContext.Out.WriteLine($"seed 0x{Simulation.Seed:X}, t={Now}");
        foreach (var station in _stations)
        {
            TestContext.Out.WriteLine($"{station.Name} ({station.Controller}):");
            foreach (var happened in station.AllEvents())
            {
                TestContext.Out.WriteLine($"  {happened.Time:HH:mm:ss.fff} {happened}");
            }
        }

        foreach (var line in Log.Lines)
        {
            TestContext.Out.WriteLine(line);
        }
    }
}
