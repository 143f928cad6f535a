using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Channels;

[TestFixture]
internal sealed class ChannelLifeTests
{
    [Test]
    public void Incoming_AcceptedAndConfigured_IsOpenWithBothMtus()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming(new ChannelOptions { IncomingMtu = 1691, OutgoingMtuFloor = 1691 });
        var channel = observer.Channel!;
        Assert.Multiple(() =>
        {
            Assert.That(channel.IsOpen, Is.True);
            Assert.That(channel.IsInitiator, Is.False);
            Assert.That(channel.IncomingMtu, Is.EqualTo(1691));
            Assert.That(channel.OutgoingMtu, Is.EqualTo(1691));
            Assert.That(channel.LocalId.Value, Is.EqualTo(0x40));
            Assert.That(channel.RemoteId.Value, Is.EqualTo(0x41));
            Assert.That(rig.Link.Users, Is.EqualTo(1));
            Assert.That(rig.Counters.ChannelsOpened, Is.EqualTo(1));
        });
    }

    [Test]
    public void Outgoing_LinkLacksSecurity_IsEnsuredBeforeTheRequest()
    {
        using var rig = new L2capRig();
        rig.Link.Shortfall = SecurityShortfall.NotEncrypted;
        rig.Link.EnsureResult = null;
        var outcome = rig.StartConnect(new RecordingObserver());
        rig.ExpectNothing();
        Assert.That(rig.Link.Users, Is.EqualTo(1));
        rig.Do(() => rig.Link.EnsureCompletion.SetResult(SecurityShortfall.None));
        rig.ExpectCommand("0201 0400 0110 4000");
        Assert.That(outcome.IsCompleted, Is.False);
    }

    [Test]
    public void Outgoing_SecurityFails_IsAnOutcomeAndARefusal()
    {
        using var rig = new L2capRig();
        rig.Link.Shortfall = SecurityShortfall.NotEncrypted;
        rig.Link.EnsureResult = SecurityShortfall.PairingNotAllowed;
        var outcome = rig.StartConnect(new RecordingObserver()).Ended();
        Assert.Multiple(() =>
        {
            Assert.That(outcome.IsOpen, Is.False);
            Assert.That(outcome.Shortfall, Is.EqualTo(SecurityShortfall.PairingNotAllowed));
            Assert.That(rig.Refusals, Has.Count.EqualTo(1));
            Assert.That(rig.Refusals[0].IsOutgoing, Is.True);
            Assert.That(rig.Refusals[0].Layer, Is.EqualTo("L2CAP"));
            Assert.That(rig.Refusals[0].Remedy, Does.Contain("pairing window"));
            Assert.That(rig.Link.Users, Is.Zero);
        });
        rig.ExpectNothing();
    }

    [Test]
    public void Outgoing_LinkEndsWhileSecurityIsEnsured_IsLinkLost()
    {
        using var rig = new L2capRig();
        rig.Link.Shortfall = SecurityShortfall.NotEncrypted;
        rig.Link.EnsureResult = null;
        var outcome = rig.StartConnect(new RecordingObserver());
        rig.Do(() => rig.Layer.LinkDown(rig.Link, HciStatus.ConnectionTimeout));
        rig.Do(() => rig.Link.EnsureCompletion.SetResult(SecurityShortfall.None));
        Assert.That(outcome.Ended().CloseReason, Is.EqualTo(ChannelCloseReason.LinkLost));
    }

    [Test]
    public void Outgoing_PendingTwiceThenAccepted_Opens()
    {
        using var rig = new L2capRig();
        var observer = new RecordingObserver();
        var outcome = rig.Connect(observer);
        rig.Signal("0301 0800 4100 4000 0100 0200");
        rig.Advance(TimeSpan.FromSeconds(119));
        rig.Signal("0301 0800 4100 4000 0100 0000");
        rig.Advance(TimeSpan.FromSeconds(119));
        rig.Signal("0a09 0200 0200");
        rig.ExpectCommand("0b09 0800 0200 0000 80000000");
        rig.Signal("0301 0800 4100 4000 0000 0000");
        rig.ExpectCommand("0402 0800 4100 0000 0102 a002");
        Assert.That(outcome.IsCompleted, Is.False);
        rig.Signal("0502 0600 4000 0000 0000 0401 0400 4000 0000");
        rig.ExpectCommand("0501 0a00 4100 0000 0000 0102 a002");
        rig.Do(() => { });
        Assert.That(outcome.Ended().Channel, Is.SameAs(observer.Channel));
    }

    [TestCase(ConnectionResult.PsmNotSupported)]
    [TestCase(ConnectionResult.SecurityBlock)]
    [TestCase(ConnectionResult.NoResources)]
    [TestCase(ConnectionResult.InvalidSourceCid)]
    [TestCase(ConnectionResult.SourceCidInUse)]
    public void Outgoing_Refused_IsAnOutcome(ConnectionResult result)
    {
        using var rig = new L2capRig();
        var observer = new RecordingObserver();
        var outcome = rig.Connect(observer);
        rig.Signal($"0301 0800 0000 4000 {(byte)result:x2}00 0000");
        rig.Do(() => { });
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Ended().Result, Is.EqualTo(result));
            Assert.That(outcome.Ended().IsOpen, Is.False);
            Assert.That(observer.ClosedCount + observer.OpenedCount, Is.Zero);
            Assert.That(rig.Link.Users, Is.Zero);
        });
    }

    [Test]
    public void Outgoing_RequestRejected_IsAProtocolError()
    {
        using var rig = new L2capRig();
        var outcome = rig.Connect(new RecordingObserver());
        rig.Signal("0101 0200 0000");
        rig.Do(() => { });
        Assert.That(outcome.Ended().CloseReason, Is.EqualTo(ChannelCloseReason.ProtocolError));
        Assert.That(rig.Counters.RejectsReceived, Is.EqualTo(1));
    }

    [Test]
    public void Outgoing_NoAnswer_EndsExactlyAtRtx()
    {
        using var rig = new L2capRig();
        var outcome = rig.Connect(new RecordingObserver());
        rig.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.That(outcome.IsCompleted, Is.False);
        rig.Advance(TimeSpan.FromTicks(1));
        rig.Do(() => { });
        Assert.That(outcome.Ended().CloseReason, Is.EqualTo(ChannelCloseReason.Timeout));
        rig.ExpectNothing();
    }

    [Test]
    public void Outgoing_PendingForEver_EndsExactlyAtErtx()
    {
        using var rig = new L2capRig();
        var outcome = rig.Connect(new RecordingObserver());
        rig.Signal("0301 0800 4100 4000 0100 0200");
        rig.Advance(TimeSpan.FromSeconds(120) - TimeSpan.FromTicks(1));
        Assert.That(outcome.IsCompleted, Is.False);
        rig.Advance(TimeSpan.FromTicks(1));
        rig.Do(() => { });
        Assert.That(outcome.Ended().CloseReason, Is.EqualTo(ChannelCloseReason.Timeout));
    }

    [Test]
    public void Outgoing_WithRetransmissions_RepeatsTheSameIdentifier()
    {
        using var rig = new L2capRig(new L2capOptions { RequestRetransmissions = 1 });
        var outcome = rig.StartConnect(new RecordingObserver());
        rig.ExpectCommand("0201 0400 0110 4000");
        rig.Advance(TimeSpan.FromSeconds(10));
        rig.ExpectCommand("0201 0400 0110 4000");
        rig.Advance(TimeSpan.FromSeconds(10));
        rig.ExpectNothing();
        rig.Do(() => { });
        Assert.That(outcome.Ended().CloseReason, Is.EqualTo(ChannelCloseReason.Timeout));
    }

    [Test]
    public async Task Outgoing_InvalidPsm_IsTheCallersMistake()
    {
        using var rig = new L2capRig();
        await Assert.ThatAsync(
            () => rig.Layer.ConnectAsync(rig.Link, new Psm(0x0002), new ChannelOptions(), new RecordingObserver()),
            Throws.ArgumentException.With.Message.Contains("0x0002"));
    }

    [Test]
    public void Disconnect_ByUser_IsToldOnceConfirmed()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Do(observer.Channel!.Disconnect);
        rig.Do(observer.Channel!.Disconnect);
        rig.ExpectCommand("0602 0400 4100 4000");
        Assert.That(observer.ClosedCount, Is.Zero);
        rig.Signal("0702 0400 4100 4000");
        Assert.That(observer.CloseReason, Is.EqualTo(ChannelCloseReason.LocalRequest));
        Assert.That(observer.ClosedCount, Is.EqualTo(1));
        Assert.That(rig.Link.Users, Is.Zero);
        rig.ExpectNothing();
    }

    [Test]
    public void Disconnect_FromBothSidesAtOnce_EndsOnce()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Do(observer.Channel!.Disconnect);
        rig.TakeCommand();
        rig.Signal("0609 0400 4000 4100");
        rig.ExpectCommand("0709 0400 4000 4100");
        rig.Signal("0702 0400 4100 4000");
        Assert.That(observer.ClosedCount, Is.EqualTo(1));
    }

    [Test]
    public void Disconnect_RequestWithWrongEndpoints_DoesNothingToTheChannel()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Signal("0609 0400 4000 4200");
        rig.ExpectNothing();
        rig.Signal("060a 0400 4300 4100");
        rig.ExpectCommand("010a 0600 0200 4300 4100");
        Assert.That(observer.Channel!.IsOpen, Is.True);
    }

    [Test]
    public void LinkDown_EndsEveryChannel()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        var outcome = rig.StartConnect(new RecordingObserver());
        rig.Do(() => rig.Layer.LinkDown(rig.Link, HciStatus.ConnectionTimeout));
        rig.Do(() => { });
        Assert.That(observer.CloseReason, Is.EqualTo(ChannelCloseReason.LinkLost));
        Assert.That(outcome.Ended().CloseReason, Is.EqualTo(ChannelCloseReason.LinkLost));
        Assert.That(rig.Layer.ChannelCount(rig.Link), Is.Zero);
    }

    [Test]
    public void SecurityChanged_EncryptionLost_EndsChannelsThatAskIt()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Link.Shortfall = SecurityShortfall.NotEncrypted;
        rig.Do(() => rig.Layer.SecurityChanged(rig.Link));
        rig.ExpectCommand("0602 0400 4100 4000");
        rig.Signal("0702 0400 4100 4000");
        Assert.That(observer.CloseReason, Is.EqualTo(ChannelCloseReason.SecurityLost));
        Assert.That(rig.Refusals[^1].Rule, Is.EqualTo(L2capRule.SecurityLost));
    }

    [Test]
    public void SecurityChanged_WhileThePeerDecides_UndoesALateAcceptance()
    {
        using var rig = new L2capRig();
        var observer = new RecordingObserver();
        var outcome = rig.Connect(observer);
        rig.Link.Shortfall = SecurityShortfall.NotEncrypted;
        rig.Do(() => rig.Layer.SecurityChanged(rig.Link));
        rig.ExpectNothing();
        rig.Signal("0301 0800 4100 4000 0000 0000");
        rig.ExpectCommand("0602 0400 4100 4000");
        rig.Signal("0702 0400 4100 4000");
        rig.Do(() => { });
        Assert.That(outcome.Ended().CloseReason, Is.EqualTo(ChannelCloseReason.SecurityLost));
        Assert.That(observer.OpenedCount + observer.ClosedCount, Is.Zero);
    }

    [Test]
    public void SecurityChanged_KeySizeNotReadYet_WaitsForIt()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Link.Shortfall = SecurityShortfall.KeySizeUnknown;
        rig.Do(() => rig.Layer.SecurityChanged(rig.Link));
        Assert.That(observer.Channel!.IsOpen, Is.True);
        rig.Link.Shortfall = SecurityShortfall.KeyTooShort;
        rig.Do(() => rig.Layer.SecurityChanged(rig.Link));
        Assert.That(observer.Channel!.IsOpen, Is.False);
    }

    [Test]
    public void Disconnect_RequestBeforeTheChannelExistsForThePeer_IsIgnoredAndCounted()
    {
        using var rig = new L2capRig();
        var outcome = rig.Connect(new RecordingObserver());
        rig.Signal("0607 0400 4000 0000");
        rig.ExpectNothing();
        Assert.That(rig.Counters.InputsIgnored, Is.EqualTo(1));
        rig.Signal("0301 0800 0000 4000 0400 0000");
        rig.Do(() => { });
        Assert.That(outcome.Ended().CloseReason, Is.Null, "what was ignored leaves no trace");
    }

    [Test]
    public void SecurityChanged_RequirementStillMet_ChangesNothing()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Do(() => rig.Layer.SecurityChanged(rig.Link));
        Assert.That(observer.Channel!.IsOpen, Is.True);
        rig.ExpectNothing();
    }

    [Test]
    public void ChannelLimit_OneMore_IsRefusedWithNoResources()
    {
        using var rig = new L2capRig(new L2capOptions { ChannelsPerLink = 1 });
        rig.OpenIncoming();
        rig.Signal("0203 0400 0110 4200");
        rig.ExpectCommand("0303 0800 0000 4200 0400 0000");
        Assert.That(rig.Refusals[^1].Rule, Is.EqualTo(L2capRule.ChannelLimit));
        Assert.That(rig.StartConnect(new RecordingObserver()).Ended().Result, Is.EqualTo(ConnectionResult.NoResources));
    }

    [Test]
    public void Listen_PsmTaken_SaysSo()
    {
        using var rig = new L2capRig();
        rig.Serve(L2capRig.TestPsm);
        var again = new ServiceRegistration { Psm = L2capRig.TestPsm, Accept = _ => null };
        Assert.That(() => rig.Layer.Listen(again), Throws.InvalidOperationException.With.Message.Contains("0x1001"));
        Assert.That(() => rig.Layer.Listen(again with { Psm = new Psm(0x0100) }), Throws.ArgumentException);
        Assert.That(
            () => rig.Layer.Listen(again with { Psm = new Psm(0x1003), Options = new ChannelOptions { IncomingMtu = 47 } }),
            Throws.ArgumentException);
    }

    [Test]
    public void Listen_Disposed_RefusesThePsm()
    {
        using var rig = new L2capRig();
        var listener = rig.Layer.Listen(new ServiceRegistration { Psm = L2capRig.TestPsm, Accept = _ => null });
        listener.Dispose();
        listener.Dispose();
        rig.Signal("0201 0400 0110 4100");
        rig.ExpectCommand("0301 0800 0000 4100 0200 0000");
    }
}
