using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;

namespace HostStack.Bnep.Tests.Conformance;

/// <summary>BNEP/CTRL by the identifiers of the field.</summary>
[TestFixture]
[Category("SIG")]
internal sealed class ControlConformanceTests
{
    private const string Request = "01 01 02 1116 1115";

    [Test]
    [Property("Id", "BNEP/CTRL/BV-01-C")]
    public void CtrlBv01_UnknownControlTypeBeforeSetup_IsNotUnderstood(
        [Values("01 FF", "01 FF 00", "01 08 0102030405")] string packet, [Values] bool initiator)
    {
        var rig = new SessionRig(initiator);
        rig.Open();
        rig.Receive(packet);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 00" + packet[3..5]])));
        Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Idle));
    }

    [Test]
    [Property("Id", "BNEP/CTRL/BV-02-C")]
    public void CtrlBv02_SetupResponseLost_IsAskedAgainAndGivenUp()
    {
        var rig = new SessionRig(isInitiator: true);
        rig.Open();
        rig.Session.RequestSetup(BnepUuid.Nap, BnepUuid.Panu);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([Request])), $"attempt {attempt}");
            Assert.That(rig.Channel.Disconnects, Is.Zero);
            rig.Advance(10);
        }

        Assert.That(rig.TakeSent(), Is.Empty);
        Assert.That(rig.Channel.Disconnects, Is.EqualTo(1));
    }

    [Test]
    [Property("Id", "BNEP/CTRL/BV-02-C")]
    public void CtrlBv02_ResponseToTheSecondRequest_Establishes()
    {
        var rig = new SessionRig(isInitiator: true);
        rig.Open();
        rig.Session.RequestSetup(BnepUuid.Nap, BnepUuid.Panu);
        rig.Advance(10);
        rig.Receive("01 02 0000");
        Assert.That(rig.Session.IsOpen, Is.True);
        Assert.That(rig.User.Outcomes.Single(), Is.EqualTo(new SetupOutcome(SetupResult.Answered, 0, 2)));
    }

    [Test]
    [Property("Id", "BNEP/CTRL/BV-03-C")]
    public void CtrlBv03_SetupRequest_IsAnswered([Values(Request, Golden.Setup128)] string packet)
    {
        var rig = new SessionRig();
        rig.User.AnswerAtOnce = SetupResponseCode.Success;
        rig.Open();
        rig.Receive(packet);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0000"])));
        Assert.That(rig.Session.IsOpen, Is.True);
    }

    [Test]
    [Property("Id", "BNEP/CTRL/BV-04-C")]
    public void CtrlBv04_SetupRequestAfterSetup_IsAnsweredAgain()
    {
        var rig = SessionRig.OpenResponder();
        rig.User.AnswerAtOnce = SetupResponseCode.Success;
        rig.Receive(Request);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0000"])));
        rig.Receive(Golden.CompressedIPv4);
        Assert.That(rig.User.Frames, Has.Count.EqualTo(1), "and the connection lives");
    }

    [Test]
    [Property("Id", "BNEP/CTRL/BV-05-C")]
    public void CtrlBv05_UnknownControlTypeAfterSetup_IsNotUnderstood([Values] bool initiator)
    {
        var rig = initiator ? SessionRig.OpenInitiator() : SessionRig.OpenResponder();
        rig.Receive("01 FF");
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 00 FF"])));
        Assert.That(rig.Session.IsOpen, Is.True);
    }

    [Test]
    [Property("Id", "BNEP/CTRL/BV-06-C")]
    public void CtrlBv06_NetworkTypeFilter_IsAnswered()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.FilterIPv4Arp);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 04 0000"])));
    }

    [Test]
    [Property("Id", "BNEP/CTRL/BV-07-C")]
    public void CtrlBv07_NetworkTypeFilterUnanswered_IsSentAgainAfterTfrt()
    {
        var rig = SessionRig.OpenInitiator();
        rig.Session.SetNetworkTypeFilter([new(new(0x86DD), new(0x86DD))]);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([Golden.FilterIPv6])));
        rig.Advance(10);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([Golden.FilterIPv6])));
        rig.Receive("01 04 0000");
        Assert.That(rig.User.FilterAnswers, Is.EqualTo(new[] { (FilterKind.NetworkType, FilterResponseCode.Success) }));
    }

    [Test]
    [Property("Id", "BNEP/CTRL/BV-08-C")]
    public void CtrlBv08_MulticastFilter_IsAnswered()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.FilterIPv4Multicast);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 06 0000"])));
    }

    [Test]
    [Property("Id", "BNEP/CTRL/BV-09-C")]
    public void CtrlBv09_MulticastFilterUnanswered_IsSentAgainAfterTfrt()
    {
        var rig = SessionRig.OpenInitiator();
        rig.Session.SetMulticastFilter([new(new(0x3333_0000_0000), new(0x3333_FFFF_FFFF))]);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([Golden.FilterIPv6Multicast])));
        rig.Advance(10);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([Golden.FilterIPv6Multicast])));
        rig.Receive("01 06 0000");
        Assert.That(rig.User.FilterAnswers, Is.EqualTo(new[] { (FilterKind.Multicast, FilterResponseCode.Success) }));
    }

    [Test]
    [Property("Id", "BNEP/CTRL/BV-10-C")]
    public void CtrlBv10_FilterInAnExtensionOfACompressedFrame_IsAnsweredAndThePayloadDelivered()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.CompressedWithFilter);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 04 0000"])));
        Assert.That(Convert.ToHexString(rig.User.Frames.Single().Payload), Is.EqualTo(Golden.Hex(Golden.IPv4)));
    }

    [Test]
    [Property("Id", "BNEP/CTRL/BV-19-C")]
    public void CtrlBv19_SetupWithTwoFilters_IsAnsweredInOrderSetupFirst([Values] bool later)
    {
        var rig = new SessionRig();
        rig.User.AnswerAtOnce = later ? null : SetupResponseCode.Success;
        rig.Open();
        rig.Receive("81 01 02 1116 1115 80 07 03 0004 0800 0800 00 0F 05 000C 333300000000 3333FFFFFFFF");
        if (later)
        {
            Assert.That(rig.TakeSent(), Is.Empty);
            rig.Session.Answer(SetupResponseCode.Success);
        }

        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0000", "01 04 0000", "01 06 0000"])));
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x86DD), Is.EqualTo(BnepSendResult.Filtered));
    }
}
