using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.Pan;
using HostStack.VirtualController.Faults;
using HostStack.VirtualController.Transport;

namespace HostStack.EndToEnd.Tests.Serial;

/// <summary>Whole hosts over serial ports of the operating system: pairs of pseudo-terminals, opened by their URIs.</summary>
/// <remarks>They have no modem lines and no speed: those are shown by the calls, in <c>TerminalCallsTests</c>.</remarks>
[TestFixture]
[Platform("Linux")]
internal sealed class SerialLineTests : LineFixture
{
    private static readonly TimeSpan Patience = RealTimeStation.Limit;

    [Test]
    public async Task H4_WholeHost_ComesUpAndAnswers(
        [Values("baud=115200", "baud=921600&flow=none", "baud=3000000", "baud=4000000", "baud=1234567")] string options)
    {
        var controller = Radio.Add();
        await using var source = new LineSource(controller, "h4:serial", options);
        await using var station = await LineStation.OpenAsync(source);
        Assert.That(station.Host.Address, Is.EqualTo(controller.Address));
        Assert.That(source.Terminal.Speed, Is.EqualTo(int.Parse(options.Split('&')[0]["baud=".Length..])));
        await station.AskAsync(times: 20);
    }

    [Test]
    public async Task H5_WholeHost_ComesUpAndAnswers(
        [Values("", "window=1&crc=no", "window=7&oof=yes&parity=none", "baud=3000000&crc=no&oof=yes")] string options)
    {
        var controller = Radio.Add();
        await using var source = new LineSource(controller, "h5:serial", options);
        await using var station = await LineStation.OpenAsync(source);
        await station.AskAsync(times: 20);
        Assert.That(source.H5.BadFrames, Is.Zero);
    }

    [Test]
    public async Task Network_GnOverH4_PanuOverH5_Pings()
    {
        var (serverController, clientController) = (Radio.Add(), Radio.Add());
        await using var serverLine = new LineSource(serverController, "h4:serial", "baud=3000000");
        await using var clientLine = new LineSource(clientController, "h5:serial", "baud=3000000&window=7");
        await using var server = await LineStation.OpenAsync(serverLine, 1);
        await using var client = await LineStation.OpenAsync(clientLine, 2);
        await JoinAsync(server, client);
        await client.AssertReachesAsync(server, payload: 1000, times: 50);
        await server.AssertReachesAsync(client, payload: 1000, times: 50);
        Assert.That(clientLine.H5.BadFrames, Is.Zero);
    }

    /// <summary>Lost, changed and added octets in both directions: H5 mends them all, and the network notices nothing. They begin
    /// when the link is established: what the two agree on before has no check of its own. Frames are short, so that none is
    /// harmed as often in a row as it is sent again.</summary>
    [Test]
    public async Task Network_OverANoisyH5Line_LosesNoPing([Values(1UL, 2UL, 3UL)] ulong seed)
    {
        var noise = new OctetFaults(Drop: 0.0005, Insert: 0.0005, Flip: 0.0005);
        FaultyStream? faults = null;
        var (serverController, clientController) = (Radio.Add(), Radio.Add());
        await using var serverLine = new LineSource(serverController, "h4:serial");
        await using var clientLine = new LineSource(clientController, "h5:serial", "baud=4000000&window=7")
        {
            Line = new H5LineOptions { Period = TimeSpan.FromMilliseconds(30) },
        };
        await using var server = await LineStation.OpenAsync(serverLine, 1);
        clientLine.Wrap = line => faults = new FaultyStream(line, seed, noise, noise) { IsFaulty = false };
        await using var client = await LineStation.OpenAsync(clientLine, 2);
        faults!.IsFaulty = true;
        await JoinAsync(server, client);
        await client.AssertReachesAsync(server, payload: 100, times: 120);
        Assert.That(faults.Injected, Is.GreaterThan(20), $"seed {seed}");
        Assert.That(clientLine.H5.BadFrames, Is.Positive, $"seed {seed}");
    }

    [Test]
    public async Task Unplugged_PendingCallEndsWithOneClearException([Values("h4:serial", "h5:serial")] string scheme)
    {
        var controller = Radio.Add();
        await using var source = new LineSource(controller, scheme);
        await using var station = await LineStation.OpenAsync(source);
        Faults.LoseCompletion = 1;
        var pending = station.Host.ReadLocalOobDataAsync();
        await source.Terminal.DisposeAsync();
        Assert.That(
            async () => await pending.WaitAsync(Patience),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("the device is gone").And.Message.EndsWith("."));
        Assert.That(
            async () => await station.AskAsync(), Throws.InstanceOf<ControllerUnavailableException>());
    }

    [Test]
    public async Task Unplugged_AndPluggedIn_TheHostComesBackByItself([Values("h4:serial", "h5:serial")] string scheme)
    {
        var controller = Radio.Add();
        await using var source = new LineSource(controller, scheme);
        await using var station = await LineStation.OpenAsync(source, reopens: true);
        using var events = station.Host.Events.Subscribe(64);
        await source.Terminal.DisposeAsync();
        await NextAsync<ControllerOpened>(events);
        await station.AskAsync();
        Assert.That(source.Openings, Is.EqualTo(2));
    }

    /// <summary>A controller that lost its power has forgotten the link, its settings and its firmware: all is opened anew.</summary>
    [Test]
    public async Task H5_ControllerBeginsAnew_TheHostOpensItAgain()
    {
        var controller = Radio.Add();
        await using var source = new LineSource(controller, "h5:serial");
        await using var station = await LineStation.OpenAsync(source, reopens: true);
        using var events = station.Host.Events.Subscribe(64);
        source.H5.Restart();
        var lost = await NextAsync<ControllerLost>(events);
        Assert.That(lost.Reason, Does.Contain("begun anew by itself"));
        await NextAsync<ControllerOpened>(events);
        await station.AskAsync();
    }

    [Test]
    public async Task H5_SleepingController_IsWokenForEachCall()
    {
        var controller = Radio.Add();
        await using var source = new LineSource(controller, "h5:serial");
        await using var station = await LineStation.OpenAsync(source);
        for (var i = 0; i < 3; i++)
        {
            source.H5.Sleep();
            await station.AskAsync();
        }

        Assert.That(source.H5.Wakeups, Is.Positive);
    }

    [Test]
    public async Task H5_HeldBack_GoesOnAfterwards()
    {
        var controller = Radio.Add();
        var clock = new HaltedClock();
        await using var source = new LineSource(controller, "h5:serial", "oof=yes") { Time = clock };
        await using var station = await LineStation.OpenAsync(source, time: clock);

        // Nobody is held back for ever, and no answer is waited for without end: here both are, while the clock stands.
        clock.Halt();
        source.H5.Hold(hold: true);

        // The first command may overtake XOFF; its answer does not, so that the second one waits.
        var asked = station.AskAsync(times: 2);
        Assert.That(async () => await asked.WaitAsync(TimeSpan.FromMilliseconds(300)), Throws.InstanceOf<TimeoutException>(), "held back");
        source.H5.Hold(hold: false);
        await asked;
    }

    [Test]
    public async Task OpenAsync_H4ControllerOnAnH5Line_SaysWhatToCheck()
    {
        await using var terminal = new Testing.Serial.PseudoTerminal();
        Assert.That(
            async () => await ControllerSources.CreateDefault().Open($"h5:serial:{terminal.Path}").OpenAsync(default).WaitAsync(Patience),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.StartsWith($"Nobody answers on h5:serial:{terminal.Path};"));
    }

    [Test]
    public async Task Dispose_ControllerThatTakesNothing_NeverHangs([Values("h4:serial", "h5:serial")] string scheme)
    {
        StalledStream? line = null;
        var controller = Radio.Add();
        await using var source = new LineSource(controller, scheme) { Wrap = inner => line = new StalledStream(inner) };
        var station = await LineStation.OpenAsync(source);
        line!.Stall();
        var pending = station.Host.ReadLocalOobDataAsync();
        await station.Host.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.That(async () => await pending.WaitAsync(Patience), Throws.InstanceOf<ControllerUnavailableException>());
    }

    private static async Task JoinAsync(LineStation server, LineStation client)
    {
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var outcome = await client.Host.PairAsync(server.Peer).WaitAsync(Patience);
        Assert.That(outcome.Succeeded, Is.True, outcome.ToString());
        await client.Host.ConnectAsync(server.Peer, PanRole.Gn, client.Port).WaitAsync(Patience);
    }

    private static async Task<T> NextAsync<T>(HostEventReader events)
        where T : HostEvent
    {
        using var limit = new CancellationTokenSource(Patience);
        await foreach (var happened in events.WithCancellation(limit.Token))
        {
            if (happened is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException($"the events ended without a {typeof(T).Name}");
    }
}
