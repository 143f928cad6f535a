using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;

namespace HostStack.Bnep.Tests.Sessions;

/// <summary>A setup on an established connection changes the roles, or leaves everything as it was (2.6.3.1).</summary>
[TestFixture]
internal sealed class RoleChangeTests
{
    [Test]
    public void PeerAsks_Accepted_ChangesTheRoles()
    {
        var rig = SessionRig.OpenResponder();
        rig.User.AnswerAtOnce = SetupResponseCode.Success;
        rig.Receive("01 01 02 1117 1115");
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0000"])));
        Assert.That(rig.User.Events, Is.EqualTo(new[] { "confirmed", "asked 0x1117 0x1115", "roles 0x1116 0x1115" }));
        Assert.That((rig.Session.LocalRole, rig.Session.PeerRole), Is.EqualTo((BnepUuid.Gn, BnepUuid.Panu)));
    }

    [Test]
    public void PeerAsks_SameRolesAgain_IsAnsweredAndChangesNothing()
    {
        var rig = SessionRig.OpenResponder();
        rig.User.AnswerAtOnce = SetupResponseCode.Success;
        rig.Receive("01 01 02 1116 1115");
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0000"])));
        Assert.That(rig.User.Events, Is.EqualTo(new[] { "confirmed", "asked 0x1116 0x1115" }));
    }

    [Test]
    public void PeerAsks_Refused_KeepsRolesLinkAndProcessesExtensions()
    {
        var rig = SessionRig.OpenResponder();
        rig.User.AnswerAtOnce = SetupResponseCode.InvalidSourceUuid;
        rig.Receive("81 01 02 1116 1116 00 07 03 0004 0800 0800");
        Assert.Multiple(() =>
        {
            Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0002", "01 04 0000"])));
            Assert.That((rig.Session.LocalRole, rig.Session.PeerRole), Is.EqualTo((BnepUuid.Nap, BnepUuid.Panu)));
            Assert.That(rig.Session.IsOpen, Is.True);
            Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x86DD), Is.EqualTo(BnepSendResult.Filtered));
        });
    }

    [Test]
    public void PeerAsks_BadSize_KeepsRolesAndProcessesExtensions()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive("81 01 03 001117 001115 00 07 03 0004 0800 0800");
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0003", "01 04 0000"])));
        Assert.That(rig.Session.LocalRole, Is.EqualTo(BnepUuid.Nap));
    }

    [Test]
    public void PeerAsks_FramesFlowWhileTheUserDecides()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive("01 01 02 1117 1115");
        rig.Receive(Golden.CompressedIPv4);
        Assert.That(rig.User.Frames, Has.Count.EqualTo(1));
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800), Is.EqualTo(BnepSendResult.Sent));
        rig.Advance(25);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["02 0800", "01 02 0004"])));
        Assert.That(rig.User.Events[^1], Is.EqualTo("expired 0x1117 0x1115"));
        Assert.That(rig.Session.LocalRole, Is.EqualTo(BnepUuid.Nap));
    }

    [Test]
    public void WeAsk_Accepted_ChangesTheRoles([Values] bool initiator)
    {
        var rig = initiator ? SessionRig.OpenInitiator() : SessionRig.OpenResponder();
        var old = (rig.Session.LocalRole, rig.Session.PeerRole);
        Assert.That(rig.Session.RequestSetup(BnepUuid.Gn, BnepUuid.Panu), Is.True);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 01 02 1117 1115"])));
        Assert.That((rig.Session.LocalRole, rig.Session.PeerRole), Is.EqualTo(old), "until the answer");
        rig.Receive("01 02 0000");
        Assert.That((rig.Session.LocalRole, rig.Session.PeerRole), Is.EqualTo((BnepUuid.Panu, BnepUuid.Gn)));
        Assert.That(rig.User.Events, Is.EqualTo(new[] { "confirmed", $"roles {old.LocalRole} {old.PeerRole}", "completed" }));
        Assert.That(rig.User.Outcomes.Single().IsAccepted, Is.True);
    }

    [TestCase("01 02 0004", SetupResult.Answered, SetupResponseCode.NotAllowed)]
    [TestCase("01 02 0001", SetupResult.Answered, SetupResponseCode.InvalidDestinationUuid)]
    [TestCase("01 00 01", SetupResult.NotUnderstood, SetupResponseCode.NotAllowed)]
    public void WeAsk_Refused_KeepsRolesAndLink(string answer, SetupResult result, SetupResponseCode code)
    {
        var rig = SessionRig.OpenInitiator();
        rig.Session.RequestSetup(BnepUuid.Gn, BnepUuid.Panu);
        rig.Receive(answer);
        Assert.Multiple(() =>
        {
            Assert.That(rig.User.Outcomes, Is.EqualTo(new[] { new SetupOutcome(result, code, 1) }));
            Assert.That((rig.Session.LocalRole, rig.Session.PeerRole), Is.EqualTo((BnepUuid.Panu, BnepUuid.Nap)));
            Assert.That(rig.Session.IsOpen, Is.True);
            Assert.That(rig.Session.RequestSetup(BnepUuid.Gn, BnepUuid.Panu), Is.True, "and may ask again");
        });
        rig.Advance(10);
        Assert.That(rig.Session.Counters.Retransmissions, Is.EqualTo(1), "the second request alone");
    }

    [Test]
    public void WeAsk_NeverAnswered_Disconnects()
    {
        var rig = SessionRig.OpenInitiator();
        rig.Session.RequestSetup(BnepUuid.Gn, BnepUuid.Panu);
        rig.Advance(10);
        rig.Advance(10);
        Assert.That(rig.Session.IsOpen, Is.True);
        rig.Advance(10);
        Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Closing));
        Assert.That(rig.User.Outcomes.Single().Result, Is.EqualTo(SetupResult.TimedOut));
        Assert.That(rig.Channel.Disconnects, Is.EqualTo(1));
    }

    [Test]
    public void BothAsk_AtOnce_EachGetsItsAnswer()
    {
        var rig = SessionRig.OpenInitiator();
        rig.Session.RequestSetup(BnepUuid.Gn, BnepUuid.Panu);
        rig.Receive("01 01 02 1115 1115");
        rig.Receive("01 02 0000");
        rig.Session.Answer(SetupResponseCode.NotAllowed);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 01 02 1117 1115", "01 02 0004"])));
        Assert.That((rig.Session.LocalRole, rig.Session.PeerRole), Is.EqualTo((BnepUuid.Panu, BnepUuid.Gn)));
    }

    [Test]
    public void Response_ThatNobodyAskedFor_IsIgnored()
    {
        var rig = SessionRig.OpenInitiator();
        rig.Receive("01 02 0004");
        rig.Receive("01 00 01");
        Assert.That(rig.Session.IsOpen, Is.True);
        Assert.That(rig.User.Outcomes, Is.Empty);
        Assert.That(rig.Session.Counters.Ignored, Is.EqualTo(2));
    }
}
