using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Client;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.Host.Tests;

/// <summary>The host over virtual controllers, on virtual time.</summary>
[TestFixture]
internal sealed class BluetoothHostTests
{
    private Simulation _simulation = null!;
    private VirtualRadio _radio = null!;

    [SetUp]
    public void SetUp()
    {
        _simulation = new Simulation(seed: 1);
        _radio = VirtualRadio.In(_simulation);
    }

    [TearDown]
    public void TearDown()
    {
        _radio.Dispose();
        _simulation.Dispose();
    }

    [Test]
    public void Open_BringsTheControllerUp() => _simulation.Run(async () =>
    {
        var controller = _radio.Add();
        await using var host = await OpenAsync(controller);

        var status = await host.GetStatusAsync();

        Assert.That(host.Address, Is.EqualTo(controller.Address));
        Assert.That(
            (status.State, status.Epoch, status.Name, status.Discoverable, status.PairingWindowOpen),
            Is.EqualTo((HciHostState.Open, 1, "test", false, false)));
    });

    [Test]
    public void Open_ControllerThatCannotBeOpened_SaysWhy() => _simulation.Run(async () =>
    {
        var loop = _simulation.CreateLoop("host");

        var failure = await CatchAsync(() => BluetoothHost.OpenAsync(
            new BrokenSource(), new BluetoothHostOptions { Loop = loop, CallbackScheduler = _simulation.Callbacks }));

        Assert.That(failure, Is.InstanceOf<ControllerUnavailableException>().With.Message.Contains("plug it in"));
    });

    [Test]
    public void Dispose_Twice_AndAfterwardsCallsFailWithOneSentence() => _simulation.Run(async () =>
    {
        var host = await OpenAsync(_radio.Add());
        using var reader = host.Events.Subscribe();

        await host.DisposeAsync();
        await host.DisposeAsync();
        var failure = await CatchAsync(() => host.InquireAsync());

        Assert.That(failure, Is.InstanceOf<ControllerUnavailableException>().With.Message.Contains("closed"));
        Assert.That(Read(reader).Last(), Is.InstanceOf<HostClosed>());
    });

    [Test]
    public void Pair_GivesBothABond_AndTheEvents() => _simulation.Run(async () =>
    {
        await using var one = await OpenAsync(_radio.Add());
        await using var other = await OpenAsync(_radio.Add());
        using var reader = other.Events.Subscribe();
        await other.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));

        var outcome = await one.PairAsync(new PeerAddress(other.Address));
        await other.ClosePairingWindowAsync();

        Assert.That(outcome.Succeeded, Is.True);
        Assert.That((await one.GetBondsAsync()).Single().Peer.Address, Is.EqualTo(other.Address));
        Assert.That((await other.GetBondsAsync()).Single().KeyType, Is.EqualTo(LinkKeyType.UnauthenticatedP256));
        var events = Read(reader);
        Assert.That(events.OfType<LinkUp>().Count(), Is.EqualTo(1));
        Assert.That(events.OfType<Paired>().Single().Bonded, Is.True);
        Assert.That(events.OfType<LinkSecured>().Last().Security.IsEncrypted, Is.True);
        Assert.That(events.OfType<PairingWindowChanged>().Select(changed => changed.IsOpen), Is.EqualTo((bool[])[true, false]));
    });

    [Test]
    public void Pair_WindowClosed_IsRefusedByThePeer_WithTheRemedy() => _simulation.Run(async () =>
    {
        await using var one = await OpenAsync(_radio.Add());
        await using var other = await OpenAsync(_radio.Add());
        using var reader = other.Events.Subscribe();

        var outcome = await one.PairAsync(new PeerAddress(other.Address));

        Assert.That(outcome.Succeeded, Is.False);
        var refused = Read(reader).OfType<Refused>().First();
        Assert.That((refused.Layer, refused.Peer.Address), Is.EqualTo((RefusalLayer.Security, one.Address)));
        Assert.That(refused.Remedy, Does.Contain("pairing window"));
        Assert.That(await other.GetBondsAsync(), Is.Empty);
    });

    [Test]
    public void PairingWindow_ClosesByItself() => _simulation.Run(async () =>
    {
        await using var host = await OpenAsync(_radio.Add());
        await host.OpenPairingWindowAsync(TimeSpan.FromSeconds(30));
        await host.OpenPairingWindowAsync(TimeSpan.FromSeconds(60));

        await _simulation.DelayAsync(TimeSpan.FromSeconds(45));
        var during = (await host.GetStatusAsync()).PairingWindowOpen;
        await _simulation.DelayAsync(TimeSpan.FromSeconds(16));

        Assert.That((during, (await host.GetStatusAsync()).PairingWindowOpen), Is.EqualTo((true, false)));
    });

    [Test]
    public void RemoveBond_IsHeard_AndTheBondIsGone() => _simulation.Run(async () =>
    {
        await using var one = await OpenAsync(_radio.Add());
        await using var other = await OpenAsync(_radio.Add());
        await other.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        await one.PairAsync(new PeerAddress(other.Address));
        using var reader = one.Events.Subscribe();

        var removed = await one.RemoveBondAsync(new PeerAddress(other.Address));
        var again = await one.RemoveBondAsync(new PeerAddress(other.Address));

        Assert.That((removed, again), Is.EqualTo((true, false)));
        Assert.That(await one.GetBondsAsync(), Is.Empty);
        Assert.That(Read(reader).OfType<BondRemoved>().Count(), Is.EqualTo(1));
    });

    [Test]
    public void Inquire_FindsDiscoverableHostsOnly_AndTellsEachOnTheCallbackScheduler() => _simulation.Run(async () =>
    {
        await using var searcher = await OpenAsync(_radio.Add());
        await using var hidden = await OpenAsync(_radio.Add());
        await using var open = await OpenAsync(_radio.Add(), new BluetoothHostOptions { Discoverable = true });
        var told = new List<BdAddr>();

        var found = await searcher.InquireAsync(found: device => told.Add(device.Address));
        await hidden.SetDiscoverableAsync(true);
        var later = await searcher.InquireAsync();

        Assert.That(found.Select(device => device.Address), Is.EqualTo((BdAddr[])[open.Address]));
        Assert.That(told, Does.Contain(open.Address));
        Assert.That(later.Select(device => device.Address), Is.EquivalentTo((BdAddr[])[open.Address, hidden.Address]));
    });

    [Test]
    public void ControllerLost_IsOpenedAgain_WithWaitsThatDouble() => _simulation.Run(async () =>
    {
        var controller = _radio.Add();
        await using var host = await OpenAsync(controller);
        using var reader = host.Events.Subscribe();

        controller.PowerOff();
        await _simulation.DelayAsync(TimeSpan.FromSeconds(5));
        controller.PowerOn();
        await _simulation.DelayAsync(TimeSpan.FromSeconds(10));

        var events = Read(reader);
        Assert.That(
            events.OfType<ControllerLost>().Select(lost => lost.RetryIn!.Value.TotalSeconds), Is.EqualTo((double[])[1, 2, 4]));
        Assert.That(events.OfType<ControllerOpened>().Single().Epoch, Is.EqualTo(2));
    });

    [Test]
    public void ControllerLost_ReopeningSwitchedOff_IsSaidOnce() => _simulation.Run(async () =>
    {
        var controller = _radio.Add();
        await using var host = await OpenAsync(controller, new BluetoothHostOptions { ReopenAfterLoss = false });
        using var reader = host.Events.Subscribe();

        controller.PowerOff();
        await _simulation.DelayAsync(TimeSpan.FromMinutes(1));

        Assert.That(Read(reader).OfType<ControllerLost>().Single().RetryIn, Is.Null);
    });

    [Test]
    public void Dispose_WhileTheControllerIsLost_EndsTheAttempts() => _simulation.Run(async () =>
    {
        var controller = _radio.Add();
        var host = await OpenAsync(controller);
        using var reader = host.Events.Subscribe();
        controller.PowerOff();
        await _simulation.DelayAsync(TimeSpan.FromSeconds(4));

        await host.DisposeAsync();
        var count = Read(reader).Count;
        await _simulation.DelayAsync(TimeSpan.FromMinutes(5));

        Assert.That(count, Is.GreaterThan(0));
        Assert.That(Read(reader), Is.Empty);
    });

    [Test]
    public void Attachment_IsMadeOnce_AndHearsTheEnd() => _simulation.Run(async () =>
    {
        var host = await OpenAsync(_radio.Add());
        var first = await host.Loop.InvokeAsync(() => host.GetOrAttach(_ => new Attachment()));
        var second = await host.Loop.InvokeAsync(() => host.GetOrAttach(_ => new Attachment()));

        await host.DisposeAsync();

        Assert.That(second, Is.SameAs(first));
        Assert.That(first.Closings, Is.EqualTo(1));
    });

    [Test]
    public async Task Host_OnAThreadOfItsOwn_OpensPairsAndCloses()
    {
        using var radio = new VirtualRadio();
        radio.Start();
        await using var one = await BluetoothHost.OpenAsync(
            radio.Source("virtual:"), new BluetoothHostOptions { PairingAgent = new JustWorksAgent() });
        await using var other = await BluetoothHost.OpenAsync(
            radio.Source("virtual:"), new BluetoothHostOptions { PairingAgent = new JustWorksAgent() });
        await other.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));

        var outcome = await one.PairAsync(new PeerAddress(other.Address));

        Assert.That(outcome.Succeeded, Is.True);
    }

    [Test]
    public void Dispose_WhileASourceIsOpening_ClosesWhatItGivesTooLate() => _simulation.Run(async () =>
    {
        var controller = _radio.Add();
        var source = new SlowSource(controller.Source);
        var host = await OpenAsync(controller, source: source);
        source.IsSlow = true;
        controller.PowerOff();
        controller.PowerOn();
        await _simulation.DelayAsync(TimeSpan.FromSeconds(2));
        Assert.That(source.Waiting, Is.EqualTo(1));

        await host.DisposeAsync();
        source.Gate.SetResult();
        await _simulation.DelayAsync(TimeSpan.FromSeconds(1));

        await using var next = await OpenAsync(controller);
        Assert.That(next.Address, Is.EqualTo(controller.Address), "the controller is free");
    });

    [Test]
    public void ControllerLost_SourceFailsInItsOwnWay_IsTriedAgain() => _simulation.Run(async () =>
    {
        var controller = _radio.Add();
        var source = new SlowSource(controller.Source);
        await using var host = await OpenAsync(controller, source: source);
        using var reader = host.Events.Subscribe();
        source.Failures = 2;
        controller.PowerOff();
        controller.PowerOn();
        await _simulation.DelayAsync(TimeSpan.FromSeconds(10));

        Assert.That(Read(reader).OfType<ControllerOpened>().Single().Epoch, Is.EqualTo(2));
    });

    [Test]
    public void Dispose_ProfileThatThrows_KeepsNothingOpen() => _simulation.Run(async () =>
    {
        var controller = _radio.Add();
        var host = await OpenAsync(controller);
        await host.Loop.InvokeAsync(() => host.GetOrAttach(_ => new Attachment { Throws = true }));

        await host.DisposeAsync();

        await using var next = await OpenAsync(controller);
        Assert.That(next.Address, Is.EqualTo(controller.Address));
    });

    [TestCase(true, "EncryptionRequired")]
    [TestCase(false, "link security: PairingNotAllowed")]
    public void Channel_OfAPeerThatDidNotEncrypt_IsJudgedByWhatThisControllerCan(bool simplePairing, string rule) =>
        _simulation.Run(async () =>
        {
            await using var one = await OpenAsync(_radio.Add());
            await using var other = await OpenAsync(_radio.Add(new ControllerOptions { SimplePairing = simplePairing }));
            using var reader = other.Events.Subscribe();
            var accept = new ServiceRegistration { Psm = Psm.Bnep, Accept = static _ => null };
            await other.Loop.InvokeAsync(() => other.Listen(accept));
            var link = (await one.ConnectLinkAsync(new PeerAddress(other.Address))).Link!;
            await _simulation.DelayAsync(TimeSpan.FromSeconds(1));

            var outcome = await one.Loop.RunAsync(() => one.L2cap.ConnectAsync(
                link, Psm.Bnep, new ChannelOptions { Security = SecurityRequirement.None }, new SdpClient(one.Loop.Timers)));

            Assert.That(outcome.Result, Is.EqualTo(ConnectionResult.SecurityBlock));
            var refused = Read(reader).OfType<Refused>().Single();
            Assert.That((refused.Rule, refused.Role), Is.EqualTo((rule, $"PSM {Psm.Bnep}")));
        });

    private static List<HostEvent> Read(HostEventReader reader)
    {
        var events = new List<HostEvent>();
        while (reader.TryRead(out var happened))
        {
            events.Add(happened);
        }

        return events;
    }

    private static async Task<Exception?> CatchAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private Task<BluetoothHost> OpenAsync(
        SimulatedController controller, BluetoothHostOptions? options = null, IControllerSource? source = null) =>
        BluetoothHost.OpenAsync(source ?? controller.Source, (options ?? new BluetoothHostOptions()) with
        {
            Name = "test",
            Loop = _simulation.CreateLoop($"host of {controller.Name}"),
            CallbackScheduler = _simulation.Callbacks,
            PairingAgent = new JustWorksAgent(),
            KeyStore = new InMemoryLinkKeyStore(),
        });

    private sealed class Attachment : IHostAttachment
    {
        public int Closings { get; private set; }

        public bool Throws { get; init; }

        public void HostClosing()
        {
            Closings++;
            if (Throws)
            {
                throw new InvalidOperationException("The profile is broken.");
            }
        }
    }

    /// <summary>A source that takes its time, notices no cancellation, and fails as it likes.</summary>
    private sealed class SlowSource(IControllerSource inner) : IControllerSource
    {
        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsSlow { get; set; }

        public int Waiting { get; private set; }

        public int Failures { get; set; }

        public string Uri => inner.Uri;

        public async Task<IHciTransport> OpenAsync(CancellationToken cancellationToken)
        {
            if (Failures-- > 0)
            {
                throw new IOException("The line is noisy.");
            }

            if (IsSlow)
            {
                Waiting++;
                await Gate.Task;
            }

            return await inner.OpenAsync(CancellationToken.None);
        }
    }

    private sealed class BrokenSource : IControllerSource
    {
        public string Uri => "broken:";

        public Task<IHciTransport> OpenAsync(CancellationToken cancellationToken) =>
            throw new ControllerUnavailableException("The controller is not there; plug it in.");
    }
}
