using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Frames;
using HostStack.L2cap.Signaling;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Channels;

/// <summary>A protocol on a channel that throws harms its own channel only.</summary>
[TestFixture]
internal sealed class ObserverFaultTests
{
    [Test]
    public void LinkDown_FirstObserverThrows_TheOthersHearOfIt()
    {
        using var rig = new L2capRig();
        var first = rig.OpenIncoming();
        rig.Signal("0206 0400 0110 4200");
        var second = rig.Accepted[1];
        first.Throws = true;
        Task<InformationOutcome>? query = null;
        rig.Do(() => query = rig.Layer.QueryInformationAsync(rig.Link, InformationType.ExtendedFeatures));

        rig.Do(() => rig.Layer.LinkDown(rig.Link, HciStatus.ConnectionTimeout));

        Assert.Multiple(() =>
        {
            Assert.That(first.CloseReason, Is.EqualTo(ChannelCloseReason.LinkLost));
            Assert.That(second.CloseReason, Is.EqualTo(ChannelCloseReason.LinkLost));
            Assert.That(query!.Ended().Outcome, Is.EqualTo(QueryOutcome.LinkLost));
            Assert.That(rig.Layer.ChannelCount(rig.Link), Is.Zero);
        });
    }

    [Test]
    public void Received_ObserverThrows_ItsChannelEndsAndTheLinkLivesOn()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        observer.Throws = true;

        rig.Receive(0x0040, [1, 2, 3]);

        rig.ExpectCommand("0602 0400 4100 4000");
        rig.Receive(0x0040, [1, 2, 3]);
        Assert.That(observer.SduCount, Is.EqualTo(1), "nothing more is delivered");
        rig.Signal("0702 0400 4100 4000");
        Assert.That((observer.ClosedCount, observer.CloseReason), Is.EqualTo((1, ChannelCloseReason.LocalRequest)));
        rig.Signal("0809 0000");
        rig.ExpectCommand("0909 0000");
    }

    [Test]
    public void Writable_ObserverThrows_TheOthersAreTold()
    {
        using var rig = new L2capRig();
        var first = rig.OpenIncoming();
        rig.Signal("0206 0400 0110 4200");
        rig.Link.Sent.Clear();
        rig.Signal("0502 0600 4100 0000 0000");
        rig.Signal("0407 0800 4100 0000 0102 9b06");
        var second = rig.Accepted[1];
        Assert.That(second.OpenedCount, Is.EqualTo(1));
        first.Throws = true;

        rig.Do(() => rig.Layer.EgressReady(rig.Link));

        Assert.That((first.WritableCount, second.WritableCount), Is.EqualTo((1, 1)));
        Assert.That(first.Channel!.IsOpen, Is.False);
        Assert.That(second.Channel!.IsOpen, Is.True);
    }

    [Test]
    public void Opened_ObserverThrows_TheChannelEndsAndWhoAskedHearsTheOutcome()
    {
        using var rig = new L2capRig();
        var observer = new RecordingObserver { Throws = true };
        var outcome = rig.Connect(observer);
        rig.Signal("0301 0800 4100 4000 0000 0000");
        rig.Signal("0502 0600 4000 0000 0000");
        rig.Signal("0401 0800 4000 0000 0102 9b06");
        rig.Signal("0703 0400 4100 4000");
        Assert.That(outcome.IsCompletedSuccessfully, Is.True);
        Assert.That((observer.OpenedCount, observer.ClosedCount), Is.EqualTo((1, 1)));
        Assert.That(rig.Layer.ChannelCount(rig.Link), Is.Zero);
    }

    [Test]
    public void SecurityLost_ListenerOfRefusalsThrows_TheChannelIsEndedAllTheSame()
    {
        using var rig = new L2capRig();
        rig.OpenIncoming();
        rig.Layer.Refused += static _ => throw new InvalidOperationException("The listener is broken.");
        rig.Link.Shortfall = SecurityShortfall.NotEncrypted;

        rig.Do(() => rig.Layer.SecurityChanged(rig.Link));

        rig.ExpectCommand("0602 0400 4100 4000");
    }
}
