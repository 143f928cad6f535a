using HostStack.Hci.Links;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Channels;

[TestFixture]
internal sealed class TwoLayersTests
{
    private static readonly ChannelOptions Bnep = new() { IncomingMtu = 1691, OutgoingMtuFloor = 1691 };

    [Test]
    public void Connect_ToTheOtherSide_OpensBothAndCarriesData()
    {
        using var pair = new TwoLayers(Bnep);
        var observer = new RecordingObserver();
        var outcome = pair.Connect(0, observer, Bnep);
        pair.CarryAll();
        var channel = outcome.Ended().Channel!;
        var other = pair.Accepted[1].Single();
        Assert.That(channel.OutgoingMtu, Is.EqualTo(1691));
        Assert.That(other.OpenedCount, Is.EqualTo(1));

        pair.Do(() => Send(channel, [1, 2, 3]));
        pair.Do(() => Send(other.Channel!, [4, 5]));
        pair.CarryAll();
        Assert.That(other.Sdus.Single(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(observer.Sdus.Single(), Is.EqualTo(new byte[] { 4, 5 }));

        pair.Do(other.Channel!.Disconnect);
        pair.CarryAll();
        Assert.That(observer.CloseReason, Is.EqualTo(ChannelCloseReason.RemoteRequest));
        Assert.That(other.CloseReason, Is.EqualTo(ChannelCloseReason.LocalRequest));
    }

    [Test]
    public void Connect_FromBothSidesAtOnce_GivesTwoChannels()
    {
        using var pair = new TwoLayers(Bnep);
        var first = pair.Connect(0, new RecordingObserver(), Bnep);
        var second = pair.Connect(1, new RecordingObserver(), Bnep);
        pair.CarryAll();
        Assert.That(first.Ended().IsOpen, Is.True);
        Assert.That(second.Ended().IsOpen, Is.True);
        Assert.That(pair.Layers[0].ChannelCount(pair.Links[0]), Is.EqualTo(2));
        Assert.That(pair.Layers[1].ChannelCount(pair.Links[1]), Is.EqualTo(2));
    }

    [Test]
    public void Connect_FloorTooHighForTheOtherSide_FailsOnBoth()
    {
        using var pair = new TwoLayers();
        var outcome = pair.Connect(0, new RecordingObserver(), Bnep);
        pair.CarryAll();
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Ended().IsOpen, Is.False);
            Assert.That(outcome.Ended().CloseReason, Is.EqualTo(ChannelCloseReason.ConfigurationFailed).Or.EqualTo(ChannelCloseReason.RemoteRequest));
            Assert.That(pair.Accepted[1].Single().ClosedCount, Is.EqualTo(1));
            Assert.That(pair.Layers[1].ChannelCount(pair.Links[1]), Is.Zero);
        });
    }

    [Test]
    public void Dispose_WithOpenChannels_ClosesThem()
    {
        using var pair = new TwoLayers();
        var observer = new RecordingObserver();
        _ = pair.Connect(0, observer);
        pair.CarryAll();
        pair.Do(pair.Layers[0].Dispose);
        Assert.That(observer.CloseReason, Is.EqualTo(ChannelCloseReason.LinkLost));
    }

    private static void Send(IL2capChannel channel, byte[] octets)
    {
        var sdu = channel.Rent();
        octets.CopyTo(sdu.Append(octets.Length));
        Assert.That(channel.Send(sdu, EgressClass.Data), Is.True);
    }
}
