using HostStack.Hci.Links;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Channels;

/// <summary>Encryption goes off for a role switch and comes back: channels live on, and nothing crosses meanwhile.</summary>
[TestFixture]
internal sealed class EncryptionPauseTests
{
    private static readonly LinkSecurity Encrypted = new(EncryptionMode.E0, 16, LinkKeyType.UnauthenticatedP192);

    [Test]
    public void Pause_NothingCrosses_ThenDataFlowsAgain()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        var channel = observer.Channel!;
        Change(rig, new LinkSecurity(EncryptionMode.Off, 0, Encrypted.KeyType) { IsPaused = true }, SecurityShortfall.NotEncrypted);
        Assert.That((channel.IsOpen, channel.HasRoom), Is.EqualTo((true, false)));
        Assert.That(channel.Send(channel.Rent(), EgressClass.Data), Is.False);
        Assert.That(channel.Send(channel.Rent(), EgressClass.Control), Is.False);
        rig.Receive(0x0040, [1]);
        rig.Do(() => rig.Layer.EgressReady(rig.Link));
        Assert.That((observer.SduCount, observer.WritableCount), Is.EqualTo((0, 0)));

        // Encrypted again, but how well is not known yet.
        Change(rig, new LinkSecurity(EncryptionMode.E0, 0, Encrypted.KeyType) { IsPaused = true }, SecurityShortfall.KeySizeUnknown);
        Assert.That(channel.HasRoom, Is.False);
        rig.Receive(0x0040, [2]);
        Assert.That(observer.SduCount, Is.Zero);

        Change(rig, Encrypted, SecurityShortfall.None);
        Assert.That((channel.HasRoom, observer.WritableCount), Is.EqualTo((true, 1)));
        rig.Receive(0x0040, [3]);
        Assert.That(observer.Sdus.Single(), Is.EqualTo(new byte[] { 3 }));
        var sdu = channel.Rent();
        sdu.Append(1)[0] = 4;
        Assert.That(channel.Send(sdu, EgressClass.Data), Is.True);
        Assert.That(rig.Link.TakeSent(), Is.EqualTo(L2capRig.Octets("0100 4100 04")));
        Assert.Multiple(() =>
        {
            Assert.That(rig.Counters.PdusUnencrypted, Is.EqualTo(2));
            Assert.That(rig.Counters.SendsRefused, Is.EqualTo(2));
            Assert.That(rig.Counters.SdusOversized, Is.Zero);
            Assert.That(rig.Refusals, Is.Empty);
            Assert.That(observer.ClosedCount, Is.Zero);
        });
        rig.ExpectNothing();
    }

    [Test]
    public void Pause_LinkFullWhenItEnds_WritableComesWithRoom()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        Change(rig, new LinkSecurity(EncryptionMode.Off, 0, Encrypted.KeyType) { IsPaused = true }, SecurityShortfall.NotEncrypted);
        rig.Link.HasRoom = false;
        Change(rig, Encrypted, SecurityShortfall.None);
        Assert.That(observer.WritableCount, Is.Zero);
        rig.Link.HasRoom = true;
        rig.Do(() => rig.Layer.EgressReady(rig.Link));
        Assert.That(observer.WritableCount, Is.EqualTo(1));
    }

    [Test]
    public void Pause_ServiceThatNeedsNoEncryption_IsNotHeld()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        Change(rig, new LinkSecurity(EncryptionMode.Off, 0, Encrypted.KeyType) { IsPaused = true }, SecurityShortfall.None);
        Assert.That(observer.Channel!.HasRoom, Is.True);
        rig.Receive(0x0040, [1]);
        Assert.That(observer.SduCount, Is.EqualTo(1));
    }

    [TestCase(EncryptionMode.Off, SecurityShortfall.NotEncrypted)]
    [TestCase(EncryptionMode.E0, SecurityShortfall.KeyTooShort)]
    public void Pause_EndsWithoutWhatTheServiceAsks_EndsTheChannel(EncryptionMode mode, SecurityShortfall shortfall)
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        Change(rig, new LinkSecurity(EncryptionMode.Off, 0, Encrypted.KeyType) { IsPaused = true }, SecurityShortfall.NotEncrypted);
        rig.ExpectNothing();
        Change(rig, new LinkSecurity(mode, 7, Encrypted.KeyType), shortfall);
        Assert.That(rig.TakeCommand(), Does.StartWith("06"));
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(L2capRule.SecurityLost));
        rig.Receive(0x0040, [1]);
        Assert.That(observer.SduCount, Is.Zero);
    }

    private static void Change(L2capRig rig, LinkSecurity security, SecurityShortfall shortfall)
    {
        rig.Link.Security = security;
        rig.Link.Shortfall = shortfall;
        rig.Do(() => rig.Layer.SecurityChanged(rig.Link));
    }
}
