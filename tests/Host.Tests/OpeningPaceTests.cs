using HostStack.Hci.Links;
using HostStack.Hci.Transport;
using HostStack.Testing;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.Host.Tests;

/// <summary>How often a controller is tried that cannot be opened, and what is told of it.</summary>
[TestFixture]
internal sealed class OpeningPaceTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [Test]
    public void Failed_TheSameAgainAndAgain_WaitsDouble_AndIsNewsWhileTheyGrow()
    {
        var pace = new OpeningPace(First, Longest);
        var told = Enumerable.Range(0, 6).Select(_ => (pace.Failed("gone", isFinal: false), pace.Wait.TotalSeconds));
        Assert.That(told, Is.EqualTo(new[] { (true, 1.0), (true, 2.0), (true, 4.0), (true, 5.0), (false, 5.0), (false, 5.0) }));
        Assert.That(pace.Failed("busy", isFinal: false), Is.True);
    }

    [Test]
    public void Failed_ForGood_WaitsFiveMinutes_AndIsNewsOnce()
    {
        var pace = new OpeningPace(First, Longest);
        Assert.That((pace.Failed("no firmware", true), pace.Wait.TotalMinutes), Is.EqualTo((true, 5.0)));
        Assert.That((pace.Failed("no firmware", true), pace.Wait.TotalMinutes), Is.EqualTo((false, 5.0)));
        Assert.That((pace.Failed("gone", false), pace.Wait.TotalSeconds), Is.EqualTo((true, 1.0)));
    }

    [TestCase(false, true, ExpectedResult = "1")]
    [TestCase(true, false, ExpectedResult = "300")]
    [TestCase(true, true, ExpectedResult = "5 5 5")]
    public async Task<string> WaitAsync_EndsWhenSomethingChanged_AfterAFinalFailureOnly(bool isFinal, bool canLook)
    {
        var pace = new OpeningPace(First, Longest);
        var source = new Place { Seen = canLook ? "one" : null };
        var waits = new List<double>();
        pace.Failed("no firmware", isFinal);
        Assert.That(await pace.WaitAsync(Wait, source, CancellationToken.None), Is.True);
        return string.Join(' ', waits);

        Task<bool> Wait(TimeSpan time)
        {
            waits.Add(time.TotalSeconds);
            source.Seen = canLook && waits.Count == 3 ? "another" : source.Seen;
            return Task.FromResult(true);
        }
    }

    [Test]
    public async Task WaitAsync_NothingChanges_IsTheWholeWait_AndEndsWithTheHost()
    {
        var pace = new OpeningPace(First, Longest);
        var source = new Place { Seen = "one" };
        var waits = new List<double>();
        pace.Failed("no firmware", isFinal: true);
        Assert.That(await pace.WaitAsync(Wait, source, CancellationToken.None), Is.True);
        Assert.That(waits, Is.EqualTo(Enumerable.Repeat(5.0, 60)));
        Assert.That(await pace.WaitAsync(static _ => Task.FromResult(false), source, CancellationToken.None), Is.False);

        Task<bool> Wait(TimeSpan time)
        {
            waits.Add(time.TotalSeconds);
            return Task.FromResult(true);
        }
    }

    [Test]
    public void Host_WhoseControllerFailsForGood_LeavesItAlone_UntilSomethingIsPluggedIn()
    {
        using var simulation = new Simulation(seed: 1);
        using var radio = VirtualRadio.In(simulation);
        simulation.Run(async () =>
        {
            var controller = radio.Add(new ControllerOptions { Name = "own" });
            var place = new Place { Plugged = controller.Source, Seen = "one" };
            await using var host = await BluetoothHost.OpenAsync(place, new BluetoothHostOptions
            {
                Loop = simulation.CreateLoop("host"), CallbackScheduler = simulation.Callbacks,
            });
            using var reader = host.Events.Subscribe();
            place.Plugged = null;
            controller.PowerOff();
            await simulation.DelayAsync(TimeSpan.FromMinutes(31));
            Assert.That(place.Openings, Is.InRange(2 + 5, 2 + 6), "the first, one at once, and one each five minutes");
            Assert.That(
                reader.Drain().OfType<ControllerLost>().Select(static lost => lost.RetryIn!.Value.TotalSeconds),
                Is.EqualTo(new[] { 1.0, 300.0 }));

            controller.PowerOn();
            (place.Plugged, place.Seen) = (controller.Source, "one, anew");
            await simulation.DelayAsync(TimeSpan.FromSeconds(6));
            Assert.That((await host.GetStatusAsync()).State, Is.EqualTo(HciHostState.Open));
        });
    }

    private sealed class Place : IControllerSource
    {
        public string Uri => "place:";

        public IControllerSource? Plugged { get; set; }

        public string? Seen { get; set; }

        public int Openings { get; private set; }

        public Task<IHciTransport> OpenAsync(CancellationToken cancellationToken)
        {
            Openings++;
            return Plugged?.OpenAsync(cancellationToken) ?? Task.FromException<IHciTransport>(
                new ControllerUnavailableException("The firmware is missing; install it.") { IsFinal = true });
        }

        public Task<string?> LookAsync(CancellationToken cancellationToken) => Task.FromResult(Seen);
    }
}
