using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Conformance;

/// <summary>Connecting, data, disconnecting, on a connection-oriented channel in Basic mode.</summary>
[TestFixture]
[Category("SIG")]
internal sealed class ConnectionConformanceTests
{
    [Test]
    [Property("Id", "L2CAP/COS/CED/BV-01-C")]
    public void Connect_Asked_SendsAConnectionRequest()
    {
        using var rig = new L2capRig();
        _ = rig.StartConnect(new RecordingObserver(), psm: Psm.Bnep);
        rig.ExpectCommand("0201 0400 0f00 4000");
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BV-03-C")]
    public void Send_OnAnOpenChannel_IsOneBasicPdu()
    {
        using var rig = new L2capRig();
        var channel = rig.OpenOutgoing().Channel!;
        var sdu = channel.Rent();
        L2capRig.Octets("cafe").CopyTo(sdu.Append(2));
        channel.Send(sdu, Hci.Links.EgressClass.Data);
        Assert.That(rig.Link.TakeSent(), Is.EqualTo(L2capRig.Octets("0200 4100 cafe")));
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BV-04-C")]
    public void Disconnect_Asked_SendsARequestAndEndsWithTheResponse()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenOutgoing();
        rig.Do(observer.Channel!.Disconnect);
        rig.ExpectCommand("0603 0400 4100 4000");
        rig.Signal("0703 0400 4100 4000");
        Assert.That(observer.ClosedCount, Is.EqualTo(1));
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BV-07-C")]
    public void Disconnect_AskedByThePeer_IsAnswered()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Signal("0603 0400 4000 4100");
        rig.ExpectCommand("0703 0400 4000 4100");
        Assert.That(observer.CloseReason, Is.EqualTo(ChannelCloseReason.RemoteRequest));
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BV-08-C")]
    public void Disconnect_NeverAnswered_EndsTheChannelWithTheTimer()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenOutgoing();
        rig.Do(observer.Channel!.Disconnect);
        rig.TakeCommand();
        rig.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.That(observer.ClosedCount, Is.Zero);
        rig.Advance(TimeSpan.FromTicks(1));
        Assert.That(observer.ClosedCount, Is.EqualTo(1));
        Assert.That(rig.Layer.ChannelCount(rig.Link), Is.Zero);
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BV-09-C")]
    public void Signalling_SeveralCommandsInOnePdu_AreEachAnswered()
    {
        using var rig = new L2capRig();
        rig.Serve(L2capRig.TestPsm);
        rig.Signal("0801 0200 aabb 0a02 0200 0200 0203 0400 0110 4100");
        rig.ExpectCommand("0901 0200 aabb");
        rig.ExpectCommand("0b02 0800 0200 0000 80000000");
        rig.ExpectCommand("0303 0800 4000 4100 0000 0000");
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BV-11-C")]
    public void Configuration_StatesTheMtu()
    {
        using var rig = new L2capRig();
        _ = rig.Connect(new RecordingObserver(), new ChannelOptions { IncomingMtu = 1024 });
        rig.Signal("0301 0800 4100 4000 0000 0000");
        rig.ExpectCommand("0402 0800 4100 0000 0102 0004");
    }

    /// <summary>Fragments are joined below; a signalling PDU as long as this side takes is one PDU here.</summary>
    [Test]
    [Property("Id", "L2CAP/COS/CED/BV-12-C")]
    public void Signalling_PduAsLongAsMtuSig_IsAnsweredWhole()
    {
        using var rig = new L2capRig();
        var data = new string('a', 2 * (672 - 4));
        rig.Signal("0801 9c02" + data);
        rig.ExpectCommand("0901 9c02" + data);
    }

    [Test]
    [Property("Id", "L2CAP/TIM/BV-01-C")]
    public void Connect_BothSidesAtOnce_GivesTwoChannelsAndNoBackOff()
    {
        using var rig = new L2capRig();
        rig.Serve(L2capRig.TestPsm);
        var observer = new RecordingObserver();
        var outcome = rig.Connect(observer);
        rig.Signal("0201 0400 0110 4100");
        rig.ExpectCommand("0301 0800 4100 4100 0000 0000");
        Assert.That(rig.TakeCommand(), Does.StartWith("0402"));
        rig.Signal("0301 0800 4200 4000 0000 0000");
        rig.ExpectCommand("0403 0800 4200 0000 0102 a002");
        rig.Signal("0502 0600 4100 0000 0000 0503 0600 4000 0000 0000");
        rig.Signal("0402 0400 4100 0000 0403 0400 4000 0000");
        rig.Do(() => { });
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Ended().IsOpen, Is.True);
            Assert.That(rig.Accepted[0].OpenedCount, Is.EqualTo(1));
            Assert.That(rig.Layer.ChannelCount(rig.Link), Is.EqualTo(2));
        });
    }
}
