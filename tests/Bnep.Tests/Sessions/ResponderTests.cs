using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;

namespace HostStack.Bnep.Tests.Sessions;

[TestFixture]
internal sealed class ResponderTests
{
    private const string Request = "01 01 02 1116 1115";
    private const string RequestWithFilters =
        "81 01 02 1116 1115 80 07 03 0004 86DD 86DD 80 0F 05 000C 333300000000 3333FFFFFFFF 00 01 42";

    [TestCase(Request)]
    [TestCase("01 01 04 00001116 00001115")]
    [TestCase(Golden.Setup128)]
    public void Setup_EachUuidForm_AsksForTheSameRoles(string packet)
    {
        var rig = Opened();
        rig.User.AnswerAtOnce = SetupResponseCode.Success;
        rig.Receive(packet);
        Assert.Multiple(() =>
        {
            Assert.That(rig.User.Events, Is.EqualTo(new[] { "channel", "asked 0x1116 0x1115", "opened" }));
            Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([Golden.SetupAccepted])));
            Assert.That(rig.Session.LocalRole, Is.EqualTo(BnepUuid.Nap));
            Assert.That(rig.Session.PeerRole, Is.EqualTo(BnepUuid.Panu));
        });
    }

    [Test]
    public void Setup_ForeignUuid_IsTheUsersToRefuse()
    {
        var rig = Opened();
        rig.User.AnswerAtOnce = SetupResponseCode.InvalidDestinationUuid;
        rig.Receive("01 01 10 12345678 1234 5678 9ABC DEF012345678 00001115 0000 1000 8000 00805F9B34FB");
        Assert.That(rig.User.Events[1], Is.EqualTo("asked 12345678-1234-5678-9abc-def012345678 0x1115"));
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0001"])));
        Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Idle));
        Assert.That(rig.Session.Counters.SetupsRefused, Is.EqualTo(1));
    }

    [TestCase("01 01 00")]
    [TestCase("01 01 01 16 15")]
    [TestCase("01 01 06 000000001116 000000001115")]
    [TestCase("01 01 06 00")]
    [TestCase("81 01 01 16 15 01 00")]
    public void Setup_SizeThatDoesNotExist_IsAnsweredHere(string packet)
    {
        var rig = Opened();
        rig.Receive(packet);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0003"])));
        Assert.That(rig.User.Events, Is.EqualTo(new[] { "channel" }));
    }

    [Test]
    public void Setup_Extensions_AreHeldUntilTheAnswer()
    {
        var rig = Opened();
        rig.Receive(RequestWithFilters);
        Assert.That(rig.TakeSent(), Is.Empty);
        rig.Session.Answer(SetupResponseCode.Success);
        Assert.That(
            rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0000", "01 04 0000", "01 06 0000", "01 00 42"])));
    }

    // 2.6.3.1, rule 4: of a refused request only the reserved types are answered.
    [Test]
    public void Setup_RefusedWithExtensions_ComplainsAndIgnores()
    {
        var rig = Opened();
        rig.Receive(RequestWithFilters);
        rig.Session.Answer(SetupResponseCode.NotAllowed);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0004", "01 00 42"])));
        Assert.That(rig.Session.Counters.Ignored, Is.EqualTo(2));
    }

    [Test]
    public void Setup_SetupInAnExtension_IsIgnored()
    {
        var rig = Opened();
        rig.User.AnswerAtOnce = SetupResponseCode.Success;
        rig.Receive("81 01 02 1116 1115 80 06 01 02 1117 1115 00 03 02 0000");
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0000"])));
        Assert.That(rig.Session.LocalRole, Is.EqualTo(BnepUuid.Nap));
        Assert.That(rig.Session.Counters.Ignored, Is.EqualTo(2));
    }

    // BlueZ's client repeats its request every 9 s.
    [Test]
    public void Setup_RepeatedWhileAuthorizing_IsHeldAndEachAnswered()
    {
        var rig = Opened();
        rig.Receive(Request);
        rig.Advance(9);
        rig.Receive(Request);
        Assert.That(rig.TakeSent(), Is.Empty);
        rig.Session.Answer(SetupResponseCode.Success);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0000", "01 02 0000"])));
        Assert.That(rig.User.Events, Is.EqualTo(new[] { "channel", "asked 0x1116 0x1115", "opened" }));
    }

    [Test]
    public void Setup_AnotherWhileAuthorizing_IsAskedAfterTheFirst()
    {
        var rig = Opened();
        rig.Receive(Request);
        rig.Receive("01 01 02 1117 1115");
        rig.Receive(Request);
        rig.Session.Answer(SetupResponseCode.NotAllowed);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0004"])));
        rig.Session.Answer(SetupResponseCode.Success);
        Assert.That(rig.Session.LocalRole, Is.EqualTo(BnepUuid.Gn));
        rig.Session.Answer(SetupResponseCode.Success);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0000", "01 02 0000"])));
        Assert.That(
            rig.User.Events,
            Is.EqualTo(new[]
            {
                "channel", "asked 0x1116 0x1115", "asked 0x1117 0x1115", "opened", "asked 0x1116 0x1115",
                "roles 0x1117 0x1115",
            }));
        Assert.That(rig.Session.Answer(SetupResponseCode.Success), Is.False);
    }

    [Test]
    public void Setup_NoAnswerOfTheUser_IsRefusedAfter25Seconds()
    {
        var rig = Opened();
        rig.Receive(Request);
        rig.Advance(10);
        rig.Receive(Request);
        rig.Advance(14.999);
        Assert.That(rig.TakeSent(), Is.Empty);
        rig.Advance(0.001);
        Assert.Multiple(() =>
        {
            Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0004", "01 02 0004"])));
            Assert.That(rig.User.Events[^1], Is.EqualTo("expired 0x1116 0x1115"));
            Assert.That(rig.Session.Answer(SetupResponseCode.Success), Is.False);
            Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Idle));
        });
        rig.Receive(Request);
        rig.Session.Answer(SetupResponseCode.Success);
        Assert.That(rig.Session.IsOpen, Is.True);
    }

    [Test]
    public void Setup_Flood_IsBounded()
    {
        var rig = Opened();
        for (var i = 0; i < 20; i++)
        {
            rig.Receive(Request);
        }

        Assert.That(rig.TakeSent(), Is.EqualTo(Enumerable.Repeat("01020004", 20 - HeldSetups.Limit)));
        rig.Session.Answer(SetupResponseCode.Success);
        Assert.That(rig.TakeSent(), Is.EqualTo(Enumerable.Repeat("01020000", HeldSetups.Limit)));
    }

    [Test]
    public void Setup_PeerThatNeverAsks_IsClosedAfter30Seconds()
    {
        var rig = Opened();
        rig.Advance(29.999);
        Assert.That(rig.Channel.Disconnects, Is.Zero);
        rig.Advance(0.001);
        Assert.That(rig.Channel.Disconnects, Is.EqualTo(1));
    }

    [Test]
    public void Setup_ChannelClosesWhileAuthorizing_ForgetsTheRequest()
    {
        var rig = Opened();
        rig.Receive(Request);
        rig.Close();
        Assert.That(rig.Session.Answer(SetupResponseCode.Success), Is.False);
        rig.Advance(100);
        Assert.That(rig.TakeSent(), Is.Empty);
        Assert.That(rig.User.Events, Is.EqualTo(new[] { "channel", "asked 0x1116 0x1115", "closed" }));
    }

    [Test]
    public void Request_OfTheResponderBeforeSetup_IsRefused()
    {
        var rig = Opened();
        Assert.That(rig.Session.RequestSetup(BnepUuid.Panu, BnepUuid.Nap), Is.False);
        rig.Receive(Request);
        Assert.That(rig.Session.RequestSetup(BnepUuid.Panu, BnepUuid.Nap), Is.False);
        Assert.That(rig.TakeSent(), Is.Empty);
    }

    // 2.6.3.1, rule 3, before the request and while it is being authorized.
    [Test]
    public void BeforeSetup_AnythingElse_IsIgnored(
        [Values(
            Golden.FilterIPv6,
            "01 02 0000",
            "01 00 42",
            "01 04 0000",
            "01 06 0000",
            Golden.CompressedIPv4,
            Golden.TaggedWithReset)]
        string packet,
        [Values] bool authorizing)
    {
        var rig = Opened();
        if (authorizing)
        {
            rig.Receive(Request);
        }

        rig.Receive(packet);
        Assert.That(rig.TakeSent(), Is.Empty);
        Assert.That(rig.User.Frames, Is.Empty);
        Assert.That(rig.Session.Counters.Ignored, Is.Positive);
    }

    [Test]
    public void BeforeSetup_ReservedControlTypes_AreComplainedAbout(
        [Values("01 42", "81 42 00", "82 0800 00 01 42 4500", "81 03 0000 00 02 4201", "81 02 0000 00 01 42")] string packet,
        [Values] bool authorizing)
    {
        var rig = Opened();
        if (authorizing)
        {
            rig.Receive(Request);
        }

        rig.Receive(packet);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 00 42"])));
    }

    private static SessionRig Opened()
    {
        var rig = new SessionRig();
        rig.Open();
        return rig;
    }
}
