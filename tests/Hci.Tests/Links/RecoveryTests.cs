using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Links;

[TestFixture]
public sealed class RecoveryTests
{
    private HostRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new HostRig();

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    [Test]
    public void HardwareError_Once_ResetsAndGoesOn()
    {
        var link = _rig.Link();
        _rig.Event(0x10, 0x42);
        Assert.That(_rig.User.Down, Is.EqualTo(new[] { (link, HciStatus.HardwareFailure) }));
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open));
        Assert.That(_rig.Controller.Count(ScriptedController.Reset), Is.EqualTo(2));
        Assert.That(_rig.Observer.Told, Is.EqualTo(new[]
        {
            "resetting: The controller reports a hardware error (0x42).", "recovered",
        }));
        _rig.ConnectionRequest();
        _rig.ConnectionComplete();
        Assert.That(_rig.User.Up, Has.Count.EqualTo(2));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "lying controller")]
    public void HardwareError_AgainBeforeTheResetIsAnswered_IsOfBefore()
    {
        _rig.Link();
        _rig.Controller.Returns[ScriptedController.Reset] = null;
        _rig.Event(0x10, 0x42);
        _rig.Event(0x10, 0x42);
        _rig.ConnectionRequest();
        _rig.Deliver(0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00);
        Assert.That((_rig.Host.State, _rig.Host.Counters.UnhandledEvents), Is.EqualTo((HciHostState.Resetting, 3L)));
        _rig.Event(0x0E, 0x01, 0x03, 0x0C, 0x00);
        Assert.That((_rig.Host.State, _rig.Host.Counters.Resets), Is.EqualTo((HciHostState.Open, 1L)));
        Assert.That(_rig.Controller.Count(ScriptedController.AcceptConnection), Is.EqualTo(1), "only that of the link before");
    }

    [Test]
    public void HardwareError_TwiceWithinTheWindow_Fails()
    {
        _rig.Link();
        _rig.Event(0x10, 0x42);
        _rig.Event(0x10, 0x43);
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Failed));
        Assert.That(_rig.Observer.Told[^1], Is.EqualTo(
            "failed: The controller reports a hardware error (0x43). It had been reset before; unplug it and plug it in again."));
        Assert.That(_rig.Transport.IsDisposed, Is.True);
        Assert.That(() => _rig.Host.ConnectAsync(HostRig.Peer), Throws.InstanceOf<ControllerUnavailableException>()
            .With.Message.Contains("It had been reset before"));
    }

    [Test]
    public async Task HardwareError_AnotherIdentityAfterTheReset_IsRefusedBeforeAnybodyFindsIt()
    {
        var own = BdAddr.Parse("00:5E:F1:CA:00:01");
        await _rig.Run(() => _rig.Host.OpenAsync(
            _rig.Transport, found => found.Address == own ? null : $"{found.Address} is another one."));
        var scans = _rig.Controller.Count(ScriptedController.WriteScanEnable);
        _rig.Controller.Returns[ScriptedController.ReadBdAddr] = [0x00, 0x02, 0x00, 0xCA, 0xF1, 0x5E, 0x00];
        _rig.Event(0x10, 0x42);
        Assert.That((_rig.Host.State, _rig.Host.Controller!.Address), Is.EqualTo((HciHostState.Failed, own)));
        Assert.That(_rig.Observer.Told, Is.EqualTo(new[]
        {
            "resetting: The controller reports a hardware error (0x42).", "failed: 00:5E:F1:CA:00:02 is another one.",
        }));
        Assert.That((_rig.Controller.Count(ScriptedController.WriteScanEnable), _rig.Transport.IsDisposed), Is.EqualTo((scans, true)));
    }

    [Test]
    public async Task HardwareError_TheProgramThrowsWhenAskedAboutTheIdentity_Fails()
    {
        var asked = 0;
        await _rig.Run(() => _rig.Host.OpenAsync(
            _rig.Transport, _ => asked++ == 0 ? null : throw new InvalidOperationException("The list of controllers is gone.")));
        _rig.Event(0x10, 0x42);
        Assert.That((_rig.Host.State, _rig.Transport.IsDisposed), Is.EqualTo((HciHostState.Failed, true)));
        Assert.That(_rig.Observer.Told[^1], Is.EqualTo(
            "failed: The controller was reset and not taken into use again (The list of controllers is gone); mend what the log names, and open it again."));
        Assert.That(() => _rig.Host.ConnectAsync(HostRig.Peer), Throws.InstanceOf<ControllerUnavailableException>()
            .With.Message.Contains("The list of controllers is gone"));
        Assert.That(_rig.Log.All, Has.One.EqualTo("The recovery of the controller has thrown."));
    }

    /// <summary>What is so already is only told: the host is open, and is recovered, whatever its observer does.</summary>
    [Test]
    public void Observer_ThrowsAtAllItHears_HearsTheRestAndTheHostGoesOn()
    {
        const string Warning = "warning: The controller has no address (00:00:00:00:00:00); peers may refuse it, and its keys are not its own.";
        _rig.Controller.Returns[ScriptedController.ReadBdAddr] = [0x00, 0, 0, 0, 0, 0, 0];
        _rig.Observer.Then = static () => throw new InvalidOperationException("The screen is gone.");
        Assert.That((_rig.Open().IsCompletedSuccessfully, _rig.Host.State), Is.EqualTo((true, HciHostState.Open)));
        _rig.Event(0x10, 0x42);
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open));
        _rig.Event(0x10, 0x43);
        Assert.That((_rig.Host.State, _rig.Transport.IsDisposed), Is.EqualTo((HciHostState.Failed, true)));
        Assert.That(_rig.Observer.Told, Is.EqualTo(new[]
        {
            Warning, "resetting: The controller reports a hardware error (0x42).", Warning, "recovered",
            "failed: The controller reports a hardware error (0x43). It had been reset before; unplug it and plug it in again.",
        }));
        _rig.ExpectedFaults = 5;
    }

    [Test]
    public void Log_ThrowsWhenALinkEnds_TheOtherLinksAndEveryCallerEndAllTheSame()
    {
        _rig.Link();
        _rig.ConnectionRequest([1, 2, 3, 4, 5, 6]);
        _rig.ConnectionComplete(0x000C, peer: [1, 2, 3, 4, 5, 6]);
        var naming = _rig.Run(() => _rig.Host.RequestNameAsync(BdAddr.Parse("5C:F3:70:66:12:35")));
        var waiting = _rig.Run(() => _rig.Host.RequestNameAsync(BdAddr.Parse("5C:F3:70:66:12:36")));
        Assert.That((naming.IsCompleted, waiting.IsCompleted), Is.EqualTo((false, false)));
        _rig.Log.Then = static line =>
        {
            if (line.Contains("has ended", StringComparison.Ordinal))
            {
                throw new IOException("The disk is full.");
            }
        };
        _rig.Event(0x10, 0x42);
        Assert.That((naming.IsCompleted, waiting.IsCompleted, _rig.User.Down.Count), Is.EqualTo((true, true, 2)));
        Assert.That((_rig.Host.State, _rig.Observer.Told[^1]), Is.EqualTo((HciHostState.Open, "recovered")));
        _rig.ExpectedFaults = 2;
    }

    [Test]
    public void HardwareError_AgainAfterTheWindow_ResetsAgain()
    {
        _rig.Link();
        _rig.Event(0x10, 0x42);
        _rig.Advance(TimeSpan.FromMinutes(2));
        _rig.Event(0x10, 0x42);
        Assert.That((_rig.Host.State, _rig.Host.Counters.Resets), Is.EqualTo((HciHostState.Open, 2L)));
    }

    [Test]
    public void CommandTimeout_ResetsOnceThenFails()
    {
        _rig.Link();
        _rig.Controller.Returns[ScriptedController.WriteScanEnable] = null;
        var hung = _rig.Run(() => _rig.Host.SetScanAsync(true, true));
        _rig.Advance(TimeSpan.FromSeconds(2));
        Assert.That(async () => await hung, Throws.InstanceOf<ControllerUnavailableException>());
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Resetting), "bring-up waits for the same command");
        Assert.That(() => _rig.Host.ConnectAsync(HostRig.Peer), Throws.InstanceOf<ControllerUnavailableException>()
            .With.Message.Contains("being reset"));
        _rig.Advance(TimeSpan.FromSeconds(2));
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Failed));
        Assert.That(_rig.Observer.Told.Count(told => told.StartsWith("failed", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Opening_TransportLostRightAfterTheLastAnswer_Fails()
    {
        await using var rig = new HostRig();
        rig.Controller.Then = (opCode, _) =>
        {
            if (opCode == ScriptedController.WriteScanEnable)
            {
                rig.Transport.Close(null);
            }
        };
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport));
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>());
        Assert.That(rig.Host.State, Is.EqualTo(HciHostState.Failed));
    }

    [Test]
    public async Task Opening_HardwareErrorRightAfterTheLastAnswer_IsBroughtUpOnceMore()
    {
        await using var rig = new HostRig();
        var errors = 0;
        rig.Controller.Then = (opCode, _) =>
        {
            if (opCode == ScriptedController.WriteScanEnable && errors++ == 0)
            {
                rig.Controller.Event(0x10, 0x42);
            }
        };
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport));
        Assert.That(opening.IsCompletedSuccessfully, Is.True);
        Assert.That((rig.Host.State, rig.Controller.Count(ScriptedController.Reset)), Is.EqualTo((HciHostState.Open, 2)));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "H4 unknown type")]
    public void FramingLost_IsRecoveredByReset()
    {
        _rig.Link();
        _rig.Transport.LoseFraming("unknown packet type 0xFF");
        _rig.Pump();
        Assert.That((_rig.Host.State, _rig.User.Down.Count, _rig.Host.Counters.FramingLosses), Is.EqualTo((HciHostState.Open, 1, 1L)));
        Assert.That(_rig.Controller.Count(ScriptedController.Reset), Is.EqualTo(2));
    }

    [Test]
    public async Task TransportLost_FailsAndMayBeOpenedAgain()
    {
        _rig.Link();
        _rig.Transport.Close(new IOException("unplugged"));
        _rig.Pump();
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Failed));
        Assert.That(_rig.Observer.Told[^1], Is.EqualTo(
            "failed: The controller fake was lost (unplugged); start it again or plug it in again."));
        Assert.That(_rig.User.Down, Has.Count.EqualTo(1));

        await using var next = new FakeHciTransport();
        _ = new ScriptedController(next);
        await _rig.Run(() => _rig.Host.OpenAsync(next));
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open));
        _rig.Deliver(0x04, 0x10, 0x01, 0x42);
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open), "what the old transport still says is not heard");
    }

    [Test]
    public async Task TransportLost_OpenAndClose_WaitUntilItIsClosed([Values] bool open)
    {
        await _rig.Open();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Transport.Closing = closed.Task;
        _rig.Transport.Close(new IOException("unplugged"));
        _rig.Pump();
        await using var next = new FakeHciTransport();
        _ = new ScriptedController(next);
        var waiting = _rig.Run(open ? () => _rig.Host.OpenAsync(next) : _rig.Host.CloseAsync);
        Assert.That((waiting.IsCompleted, next.SentCount), Is.EqualTo((false, 0L)));
        closed.SetResult();
        _rig.Pump();
        Assert.That((waiting.IsCompletedSuccessfully, _rig.Transport.IsDisposed), Is.EqualTo((true, true)));
        Assert.That(_rig.Host.State, Is.EqualTo(open ? HciHostState.Open : HciHostState.Closed));
    }

    [Test]
    public async Task Open_ClosedWhileTheOldTransportCloses_OpensNothing()
    {
        await _rig.Open();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Transport.Closing = closed.Task;
        _rig.Transport.Close(null);
        _rig.Pump();
        await using var next = new FakeHciTransport();
        var opening = _rig.Run(() => _rig.Host.OpenAsync(next));
        var closing = _rig.Run(_rig.Host.CloseAsync);
        closed.SetResult();
        _rig.Pump();
        Assert.That(opening.Exception?.InnerException, Is.InstanceOf<ControllerUnavailableException>());
        Assert.That((closing.IsCompletedSuccessfully, next.IsDisposed, next.SentCount), Is.EqualTo((true, true, 0L)));
    }

    [Test]
    public void Epoch_OldHandlesAndCompletions_MeanNothing()
    {
        var old = _rig.Link();
        _rig.Event(0x10, 0x42);
        _rig.Event(0x13, 0x01, 0x0B, 0x00, 0x05, 0x00);
        _rig.Deliver(0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00);
        _rig.Disconnected();
        Assert.That(_rig.Host.Counters.CompletionsUnknownHandle, Is.EqualTo(1));
        Assert.That(_rig.Host.Counters.AclUnknownHandle, Is.EqualTo(1));
        Assert.That((_rig.User.Down.Count, old.IsUp), Is.EqualTo((1, false)));
    }

    [Test]
    public async Task Close_WithLinks_EndsThemResetsAndCloses()
    {
        _rig.Link();
        _rig.Controller.Then = (opCode, _) =>
        {
            if (opCode == ScriptedController.Disconnect)
            {
                _rig.Controller.Event(0x05, 0x00, 0x0B, 0x00, 0x16);
            }
        };
        await _rig.Run(_rig.Host.CloseAsync);
        Assert.That(_rig.Controller.OpCodes.TakeLast(3), Is.EqualTo(new[]
        {
            ScriptedController.WriteScanEnable, ScriptedController.Disconnect, ScriptedController.Reset,
        }));
        Assert.That(_rig.Controller.Last(ScriptedController.Disconnect)[^1], Is.EqualTo(0x15), "power off");
        Assert.That((_rig.Host.State, _rig.Transport.IsDisposed), Is.EqualTo((HciHostState.Closed, true)));
        Assert.That(_rig.User.Down, Has.Count.EqualTo(1));
        await _rig.Run(_rig.Host.CloseAsync);
    }

    [Test]
    public void Close_PeerThatDoesNotEnd_TakesTwoSecondsAtMost()
    {
        _rig.Link();
        var closing = _rig.Run(_rig.Host.CloseAsync);
        _rig.Advance(TimeSpan.FromSeconds(1.9));
        Assert.That(closing.IsCompleted, Is.False);
        _rig.ConnectionRequest([1, 2, 3, 4, 5, 6]);
        Assert.That(_rig.Controller.Count(ScriptedController.RejectConnection), Is.EqualTo(1), "nobody is let in any more");
        _rig.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(closing.IsCompletedSuccessfully, Is.True);
        Assert.That(_rig.User.Down, Has.Count.EqualTo(1));
    }

    [Test]
    public void Close_HungController_Closes()
    {
        _rig.Link();
        _rig.Controller.Returns[ScriptedController.WriteScanEnable] = null;
        _rig.Controller.Returns[ScriptedController.Reset] = null;
        var closing = _rig.Run(_rig.Host.CloseAsync);
        _rig.Advance(TimeSpan.FromSeconds(2));
        _rig.Advance(TimeSpan.FromSeconds(5));
        Assert.That(closing.IsCompletedSuccessfully, Is.True);
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Closed));
    }

    [Test]
    public async Task Close_NeverOpened_IsNothing()
    {
        await _rig.Run(_rig.Host.CloseAsync);
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Closed));
        Assert.That(() => _rig.Host.ConnectAsync(HostRig.Peer), Throws.InstanceOf<ControllerUnavailableException>());
    }

    [Test]
    public async Task Open_Twice_IsTheCallersMistake()
    {
        await _rig.Open();
        Assert.That(() => _rig.Host.OpenAsync(_rig.Transport), Throws.InvalidOperationException);
    }
}
