using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Channels;

/// <summary>The commands that BlueZ 5.66 put on the air (captures nap-accepted, gn-refused), in their order; only
/// identifiers and endpoints of this side's own choice differ.</summary>
[TestFixture]
internal sealed class RealPeerTests
{
    private static readonly ChannelOptions Bnep = new() { IncomingMtu = 1691, OutgoingMtuFloor = 1691 };

    [Test]
    public void BlueZClient_AsksForBnep_IsServed()
    {
        using var rig = new L2capRig();
        rig.Serve(Psm.Bnep, Bnep);
        rig.Signal("0a01 0200 0200");
        rig.ExpectCommand("0b01 0800 0200 0000 80000000");
        rig.Signal("0a02 0200 0300");
        rig.ExpectCommand("0b02 0c00 0300 0000 0200000000000000");
        rig.Signal("0207 0400 0f00 4000");
        rig.ExpectCommand("0307 0800 4000 4000 0000 0000");
        rig.ExpectCommand("0401 0800 4000 0000 0102 9b06");
        rig.Signal("0408 1300 4000 0000 0102 9b06 0409 000000000000000000");
        rig.ExpectCommand("0508 0a00 4000 0000 0000 0102 9b06");
        rig.Signal("0501 0a00 4000 0000 0000 0102 9b06");
        Assert.That(rig.Accepted.Single().OpenedCount, Is.EqualTo(1));
        rig.Signal("0609 0400 4000 4000");
        rig.ExpectCommand("0709 0400 4000 4000");
    }

    [Test]
    public void BlueZServer_AnswersPendingThenSuccess_IsOpened()
    {
        using var rig = new L2capRig();
        var observer = new RecordingObserver();
        var outcome = rig.StartConnect(observer, Bnep, Psm.Bnep);
        rig.ExpectCommand("0201 0400 0f00 4000");
        rig.Signal("0301 0800 4000 4000 0100 0200");
        rig.Signal("0301 0800 4000 4000 0000 0000");
        rig.ExpectCommand("0402 0800 4000 0000 0102 9b06");
        rig.Signal("0406 1300 4000 0000 0102 9b06 0409 000000000000000000");
        rig.ExpectCommand("0506 0a00 4000 0000 0000 0102 9b06");
        rig.Signal("0502 0a00 4000 0000 0000 0102 9b06");
        rig.Do(() => { });
        Assert.That(outcome.Ended().Channel!.OutgoingMtu, Is.EqualTo(1691));
    }

    [Test]
    public void BlueZServer_AnswersPendingThenSecurityBlock_IsAnOutcome()
    {
        using var rig = new L2capRig();
        var outcome = rig.Connect(new RecordingObserver(), Bnep, Psm.Bnep);
        rig.Signal("0301 0800 4000 4000 0100 0200");
        rig.Signal("0301 0800 4000 4000 0300 0000");
        rig.Do(() => { });
        Assert.That(outcome.Ended().Result, Is.EqualTo(ConnectionResult.SecurityBlock));
        Assert.That(outcome.Ended().Shortfall, Is.EqualTo(HostStack.Hci.Links.SecurityShortfall.None));
    }
}
