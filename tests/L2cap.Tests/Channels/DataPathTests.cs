using HostStack.Hci.Links;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Channels;

[TestFixture]
internal sealed class DataPathTests
{
    [Test]
    public void Send_PutsTheHeaderInPlaceAndLeavesRoomForTheLink()
    {
        using var rig = new L2capRig();
        var channel = rig.OpenIncoming().Channel!;
        var sdu = channel.Rent();
        Assert.That(sdu.Headroom, Is.EqualTo(32));
        L2capRig.Octets("112233").CopyTo(sdu.Append(3));
        Assert.That(channel.Send(sdu, EgressClass.Data), Is.True);
        Assert.That(rig.Link.TakeSent(), Is.EqualTo(L2capRig.Octets("0300 4100 112233")));
    }

    [Test]
    public void Send_LargerThanThePeersMtu_IsDroppedAndCounted()
    {
        using var rig = new L2capRig();
        var channel = rig.OpenIncoming().Channel!;
        var sdu = channel.Rent();
        sdu.Append(1692);
        Assert.That(channel.Send(sdu, EgressClass.Data), Is.False);
        Assert.That(rig.Counters.SdusOversized, Is.EqualTo(1));
        rig.ExpectNothing();
    }

    [Test]
    public void Send_QueueFull_IsFalseAndWritableFollows()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Link.HasRoom = false;
        Assert.That(observer.Channel!.HasRoom, Is.False);
        Assert.That(observer.Channel!.Send(observer.Channel.Rent(), EgressClass.Data), Is.False);
        Assert.That(rig.Counters.SendsRefused, Is.EqualTo(1));
        rig.Link.HasRoom = true;
        rig.Do(() => rig.Layer.EgressReady(rig.Link));
        Assert.That(observer.WritableCount, Is.EqualTo(1));
    }

    [Test]
    public void Send_OnAClosedChannel_IsFalseAndLeaksNothing()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Signal("0605 0400 4000 4100");
        Assert.That(observer.Channel!.Send(observer.Channel.Rent(), EgressClass.Control), Is.False);
        Assert.That(rig.Layer.Pool.Rented, Is.Zero);
    }

    [Test]
    public void Received_LargerThanOurMtu_IsDroppedAndCounted()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Receive(0x0040, new byte[673]);
        rig.Receive(0x0040, new byte[672]);
        Assert.That(observer.Sdus, Has.Count.EqualTo(1));
        Assert.That(rig.Counters.SdusOversized, Is.EqualTo(1));
    }

    [Test]
    public void Received_BeforeTheChannelIsOpen_IsDropped()
    {
        using var rig = new L2capRig();
        rig.Serve(L2capRig.TestPsm);
        rig.Signal("0201 0400 0110 4100");
        rig.Receive(0x0040, [1]);
        Assert.That(rig.Accepted[0].Sdus, Is.Empty);
        Assert.That(rig.Counters.PdusDropped, Is.EqualTo(1));
    }

    [Test]
    public void OutgoingMtu_IsBoundedByOurBuffers()
    {
        using var rig = new L2capRig(new L2capOptions { MaximumOutgoingSdu = 700 });
        Assert.That(rig.OpenIncoming().Channel!.OutgoingMtu, Is.EqualTo(700));
    }

    [Test]
    public void Endpoints_GoRound_SoThatALatePduMeetsNoNewChannel()
    {
        using var rig = new L2capRig();
        rig.OpenIncoming();
        rig.Signal("0605 0400 4000 4100");
        rig.TakeCommand();
        rig.Signal("0206 0400 0110 4100");
        rig.ExpectCommand("0306 0800 4100 4100 0000 0000");
    }

    [Test]
    public void ReceiveAndSend_AllocateNothing()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        observer.KeepSdus = false;
        rig.Link.KeepSent = false;
        var pdu = L2capRig.Pdu(0x0040, new byte[600]);
        var channel = observer.Channel!;
        for (var i = 0; i < 200; i++)
        {
            Exchange(rig, channel, pdu);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Exchange(rig, channel, pdu);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(observer.SduCount, Is.EqualTo(1200));
        Assert.That(rig.Counters.SdusSent, Is.EqualTo(1200));
    }

    private static void Exchange(L2capRig rig, IL2capChannel channel, byte[] pdu)
    {
        rig.Layer.PduReceived(rig.Link, pdu);
        var sdu = channel.Rent();
        sdu.Append(600);
        channel.Send(sdu, EgressClass.Data);
    }
}
