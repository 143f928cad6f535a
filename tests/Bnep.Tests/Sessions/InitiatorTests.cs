using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;
using HostStack.L2cap.Channels;

namespace HostStack.Bnep.Tests.Sessions;

[TestFixture]
internal sealed class InitiatorTests
{
    [Test]
    public void Setup_Accepted_OpensWithTheRolesAsked()
    {
        var rig = Requested();
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 01 02 1116 1115"])));
        rig.Receive("01 02 0000");
        Assert.Multiple(() =>
        {
            Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Open));
            Assert.That(rig.Session.LocalRole, Is.EqualTo(BnepUuid.Panu));
            Assert.That(rig.Session.PeerRole, Is.EqualTo(BnepUuid.Nap));
            Assert.That(rig.User.Events, Is.EqualTo(new[] { "channel", "opened", "completed" }));
            Assert.That(rig.User.Outcomes, Is.EqualTo(new[] { new SetupOutcome(SetupResult.Answered, 0, 1) }));
        });
    }

    [TestCase(BnepUuidSize.Bits16, "01 01 02 1116 1115")]
    [TestCase(BnepUuidSize.Bits32, "01 01 04 00001116 00001115")]
    [TestCase(BnepUuidSize.Bits128, Golden.Setup128)]
    public void Setup_UuidFormByOption_IsSent(BnepUuidSize size, string packet)
    {
        var rig = Requested(new() { SetupUuidSize = size });
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([packet])));
    }

    [Test]
    public void Setup_UuidThatNeedsMore_TakesTheLongerFormForBoth()
    {
        var rig = new SessionRig(isInitiator: true);
        rig.Open();
        rig.Session.RequestSetup(BnepUuid.FromShort(0x0001_1116), BnepUuid.Panu);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 01 04 00011116 00001115"])));
    }

    [TestCase(0x0001)]
    [TestCase(0x0002)]
    [TestCase(0x0003)]
    [TestCase(0x0004)]
    [TestCase(0x7FFF)]
    public void Setup_Refused_SaysWhyAndMayAskAgain(int code)
    {
        var rig = Requested();
        rig.Receive($"01 02 {code:X4}");
        Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Idle));
        Assert.That(
            rig.User.Outcomes,
            Is.EqualTo(new[] { new SetupOutcome(SetupResult.Answered, (SetupResponseCode)code, 1) }));
        rig.TakeSent();
        Assert.That(rig.Session.RequestSetup(BnepUuid.Gn, BnepUuid.Panu), Is.True);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 01 02 1117 1115"])));
    }

    [Test]
    public void Setup_NeverAnswered_IsSentThreeTimesAndGivenUp()
    {
        var rig = Requested();
        rig.Advance(9.999);
        Assert.That(rig.TakeSent(), Has.Length.EqualTo(1));
        rig.Advance(0.001);
        rig.Advance(10);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 01 02 1116 1115", "01 01 02 1116 1115"])));
        Assert.That(rig.Channel.Disconnects, Is.Zero);
        rig.Advance(10);
        Assert.Multiple(() =>
        {
            Assert.That(rig.TakeSent(), Is.Empty);
            Assert.That(rig.Channel.Disconnects, Is.EqualTo(1));
            Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Closing));
            Assert.That(rig.User.Outcomes.Single().Result, Is.EqualTo(SetupResult.TimedOut));
            Assert.That(rig.User.Outcomes.Single().Attempts, Is.EqualTo(3));
            Assert.That(rig.Session.Counters.Retransmissions, Is.EqualTo(2));
        });
    }

    [Test]
    public void Setup_ChannelCloses_EndsWithoutAnAnswer()
    {
        var rig = Requested();
        rig.Close();
        Assert.That(rig.User.Outcomes.Single().Result, Is.EqualTo(SetupResult.Closed));
        Assert.That(rig.User.Events, Is.EqualTo(new[] { "channel", "completed", "closed" }));
        Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Closed));
        rig.Advance(100);
        Assert.That(rig.TakeSent(), Has.Length.EqualTo(1));
    }

    // BlueZ answers 0x0000 for a role that it does not serve, and closes (interoperability).
    [Test]
    public void Setup_AcceptedOnADyingChannel_IsNeverConfirmed()
    {
        var rig = Requested();
        rig.Receive("01 02 0000");
        Assert.That(rig.Session.IsConfirmed, Is.False);
        rig.Close();
        Assert.That(rig.User.Events, Is.EqualTo(new[] { "channel", "opened", "completed", "closed" }));
        Assert.That(rig.User.CloseReason, Is.EqualTo(ChannelCloseReason.RemoteRequest));
        Assert.That(rig.Session.IsConfirmed, Is.False);
    }

    [Test]
    public void Setup_AcceptedAndFollowed_IsConfirmed()
    {
        var rig = Requested();
        rig.Receive("01 02 0000");
        rig.Receive(Golden.FilterIPv6Multicast);
        Assert.That(rig.Session.IsConfirmed, Is.True);
    }

    [Test]
    public void Request_WhereItMayNotBeMade_IsRefused()
    {
        var rig = new SessionRig(isInitiator: true);
        Assert.That(rig.Session.RequestSetup(BnepUuid.Nap, BnepUuid.Panu), Is.False, "before the channel");
        rig.Open();
        Assert.That(rig.Session.RequestSetup(BnepUuid.Nap, BnepUuid.Panu), Is.True);
        Assert.That(rig.Session.RequestSetup(BnepUuid.Nap, BnepUuid.Panu), Is.False, "one is outstanding");
        rig.Close();
        Assert.That(rig.Session.RequestSetup(BnepUuid.Nap, BnepUuid.Panu), Is.False, "after the channel");
    }

    // 2.6.3.1, rule 2: nothing but the response counts before it.
    [TestCase(Golden.FilterIPv6)]
    [TestCase("01 01 02 1115 1116")]
    [TestCase("01 00 01")]
    [TestCase(Golden.GeneralIPv4)]
    [TestCase(Golden.GeneralWithFilter)]
    [TestCase(Golden.FilterWithFilter)]
    public void Requesting_AnythingElse_IsIgnored(string packet)
    {
        var rig = Requested();
        rig.TakeSent();
        rig.Receive(packet);
        Assert.That(rig.TakeSent(), Is.Empty);
        Assert.That(rig.User.Frames, Is.Empty);
        Assert.That(rig.Session.Counters.Ignored, Is.Positive);
        Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Requesting));
    }

    [TestCase("01 07", "07")]
    [TestCase("01 FF AABBCC", "FF")]
    [TestCase("80 0030B7456789 00AA00554433 0800 00 01 42 4500", "42")]
    [TestCase("81 03 0004 86DD 86DD 00 01 42", "42")]
    [TestCase("81 01 02 1115 1116 00 01 42", "42")]
    public void Requesting_ReservedControlTypes_AreComplainedAbout(string packet, string type)
    {
        var rig = Requested();
        rig.TakeSent();
        rig.Receive(packet);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 00" + type])));
        Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Requesting));
    }

    [Test]
    public void Response_OfSuccessWithExtensions_ProcessesThem()
    {
        var rig = Requested();
        rig.TakeSent();
        rig.Receive("81 02 0000 80 07 03 0004 86DD 86DD 00 01 42");
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 04 0000", "01 00 42"])));
        Assert.That(rig.Session.IsOpen, Is.True);
    }

    [Test]
    public void Response_OfRefusalWithExtensions_ComplainsAndIgnores()
    {
        var rig = Requested();
        rig.TakeSent();
        rig.Receive("81 02 0004 80 07 03 0004 86DD 86DD 00 01 42");
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 00 42"])));
    }

    [Test]
    public void Disconnect_WhileRequesting_EndsTheRequestAndTheChannel()
    {
        var rig = Requested();
        rig.Session.Disconnect();
        rig.Session.Disconnect();
        Assert.That(rig.User.Outcomes.Single().Result, Is.EqualTo(SetupResult.Closed));
        Assert.That(rig.Channel.Disconnects, Is.EqualTo(1));
        rig.Close(ChannelCloseReason.LocalRequest);
        Assert.That(rig.User.CloseReason, Is.EqualTo(ChannelCloseReason.LocalRequest));
        rig.Receive("01 02 0000");
        Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Closed));
    }

    [Test]
    public void Disconnect_BeforeTheChannelOpens_ClosesItWhenItDoes()
    {
        var rig = new SessionRig(isInitiator: true);
        rig.Session.Disconnect();
        rig.Open();
        Assert.That(rig.Channel.Disconnects, Is.EqualTo(1));
        Assert.That(rig.User.Events, Is.Empty);
    }

    private static SessionRig Requested(BnepSessionOptions? options = null)
    {
        var rig = new SessionRig(isInitiator: true, options);
        rig.Open();
        rig.Session.RequestSetup(BnepUuid.Nap, BnepUuid.Panu);
        return rig;
    }
}
