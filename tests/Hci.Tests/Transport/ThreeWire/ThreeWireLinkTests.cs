using HostStack.Hci.Transport.ThreeWire;
using static HostStack.Hci.Tests.Transport.ThreeWire.SlipTests;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

/// <summary>One link, fed by hand, to the tick.</summary>
[TestFixture]
public sealed class ThreeWireLinkTests : LinkByHand
{
    [Test]
    public void Start_NobodyThere_SendsSyncEveryPeriodAndGivesUp()
    {
        Link.Start(Now);
        for (var i = 0; i < 20; i++)
        {
            Assert.That(Written(), Is.EqualTo(Hex("C0 00 2F 00 D0 01 7E C0")));
            Assert.That(Written(), Is.Empty);
            Pass(Period - Tick);
            Assert.That(Written(), Is.Empty, "one tick early");
            Pass(Tick);
        }

        Assert.That(Link.End, Is.EqualTo(LinkEnd.NobodyAnswers));
        Assert.That(Link.Deadline, Is.Null);
        Assert.That(Written(), Is.Empty);
    }

    [Test]
    public void Start_BcspController_SaysSo()
    {
        Link.Start(Now);
        for (var i = 0; i < 20; i++)
        {
            Take("C0 40 41 00 7E DA DC ED ED A9 7A C0");
            Pass(Period);
        }

        Assert.That(Link.End, Is.EqualTo(LinkEnd.SpeaksBcsp));
        Assert.That(LinkEnds.Explain(Link.End, "h5:serial:/dev/ttyS1"), Does.Contain("BCSP").And.Contains("/dev/ttyS1"));
    }

    [Test]
    public void Start_SyncAnsweredConfigNot_GivesUp()
    {
        Link.Start(Now);
        Take("C0 00 2F 00 D0 02 7D C0");
        for (var i = 0; i < 20; i++)
        {
            Assert.That(Written(), Is.EqualTo(Hex("C0 00 3F 00 DB DC 03 FC 04 C0")));
            Pass(Period);
        }

        Assert.That(Link.End, Is.EqualTo(LinkEnd.NotConfigured));
    }

    /// <summary>The other side's SYNC is answered, its CONFIG without a field too, without one; then HCI flows.</summary>
    [Test]
    public void Establishment_GoldenOctets_BothDirections()
    {
        Link.Start(Now);
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 2F 00 D0 01 7E C0")));
        Take("C0 00 2F 00 D0 01 7E C0");
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 2F 00 D0 02 7D C0")));
        Take("C0 00 2F 00 D0 02 7D C0");
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 3F 00 DB DC 03 FC 04 C0")));
        Take("C0 00 2F 00 D0 03 FC C0");
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 2F 00 D0 04 7B C0")));
        Take("C0 00 3F 00 DB DC 04 7B 02 C0");
        Assert.That(Link.Phase, Is.EqualTo(LinkPhase.Active));
        Assert.That(Link.Agreed.Window, Is.EqualTo(2));
        Assert.That(Written(), Is.Empty);
        Assert.That(Link.TrySend(Reset));
        Assert.That(Written(), Is.EqualTo(Hex("C0 80 31 00 4E 03 0C 00 C0")));
    }

    /// <summary>Command Complete of Reset as the first reliable event: seq 0, acknowledging our number 0.</summary>
    [Test]
    public void Receive_Event_IsDeliveredAndAcknowledgedAfterTheDelay()
    {
        Establish(window: 4);
        Assert.That(Take("C0 80 64 00 1B 0E 04 01 03 0C 00 C0"), Is.EqualTo(Hex("04 0E 04 01 03 0C 00")));
        var delay = LinkTiming.For(115_200).Acknowledge;
        Pass(delay - Tick);
        Assert.That(Written(), Is.Empty, "one tick early");
        Pass(Tick);
        Assert.That(Written(), Is.EqualTo(Hex("C0 08 00 00 F7 C0")));
        Assert.That(Link.IsSettled);
    }

    [Test]
    public void Receive_EventWhileAPacketWaits_IsAcknowledgedByThePacket()
    {
        Establish(window: 4);
        Take("C0 80 64 00 1B 0E 04 01 03 0C 00 C0");
        Link.TrySend(Reset);
        Assert.That(Written(), Is.EqualTo(Hex("C0 88 31 00 46 03 0C 00 C0")), "acknowledgement 1 in it");
        Pass(TimeSpan.FromSeconds(0.2));
        Assert.That(Written(), Is.Empty, "and none alone");
    }

    [Test]
    public void Receive_SamePacketTwice_IsDeliveredOnceAndAcknowledgedAtOnce()
    {
        Establish(window: 4);
        Assert.That(Take("C0 80 64 00 1B 0E 04 01 03 0C 00 C0"), Is.Not.Empty);
        Assert.That(Take("C0 80 64 00 1B 0E 04 01 03 0C 00 C0"), Is.Empty);
        Assert.That(Written(), Is.EqualTo(Hex("C0 08 00 00 F7 C0")));
    }

    [Test]
    public void Receive_HalfAWindow_IsAcknowledgedAtOnce()
    {
        Establish(window: 4);
        Take("C0 80 64 00 1B 0E 04 01 03 0C 00 C0");
        Take("C0 81 64 00 1A 0E 04 01 03 0C 00 C0");
        Assert.That(Written(), Is.EqualTo(Hex("C0 10 00 00 EF C0")));
    }

    [TestCase("C0 80 64 00 1B 0E 04 01 03 0C C0", TestName = "Receive_PayloadShorterThanItsLength_IsDropped")]
    [TestCase("C0 80 64 00 1B 0E 04 01 03 0C 00 00 C0", TestName = "Receive_PayloadLongerThanItsLength_IsDropped")]
    [TestCase("C0 80 64 00 1C 0E 04 01 03 0C 00 C0", TestName = "Receive_WrongHeaderChecksum_IsDropped")]
    [TestCase("C0 C0 64 00 DB DB 0E 04 01 03 0C 00 12 34 C0", TestName = "Receive_WrongCheck_IsDropped")]
    [TestCase("C0 80 64 C0", TestName = "Receive_HalfAHeader_IsDropped")]
    public void Receive_Damaged_IsCountedAndNothingElse(string line)
    {
        Establish(window: 4);
        var before = Link.BadFrames;
        Assert.That(Take(line), Is.Empty);
        Pass(TimeSpan.FromSeconds(1));
        Assert.That(Written(), Is.Empty);
        Assert.That(Link.BadFrames, Is.GreaterThanOrEqualTo(before));
        Assert.That(Link.Phase, Is.EqualTo(LinkPhase.Active));
    }

    [Test]
    public void Send_NotAcknowledged_IsSentAgainToTheTickAndThenGivenUp()
    {
        Establish(window: 4);
        Link.TrySend(Reset);
        var first = Written();
        var timeout = LinkTiming.For(115_200).Resend;
        for (var i = 0; i < 10; i++)
        {
            Pass(timeout - Tick);
            Assert.That(Written(), Is.Empty, $"one tick before try {i}");
            Pass(Tick);
            Assert.That(Written(), Is.EqualTo(first), $"try {i}");
            Assert.That(Written(), Is.Empty);
        }

        Pass(timeout);
        Assert.That(Link.End, Is.EqualTo(LinkEnd.NotAcknowledged));
        Assert.That(Link.Resent, Is.EqualTo(10));
    }

    [Test]
    public void Send_MoreThanTheWindow_WaitsForAcknowledgements()
    {
        Establish(window: 2);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(Link.TrySend(Reset));
        }

        Assert.That(Written(), Is.EqualTo(Hex("C0 80 31 00 4E 03 0C 00 C0")));
        Assert.That(Written(), Is.EqualTo(Hex("C0 81 31 00 4D 03 0C 00 C0")));
        Assert.That(Written(), Is.Empty);
        Take("C0 08 00 00 F7 C0");
        Assert.That(Written(), Is.EqualTo(Hex("C0 82 31 00 4C 03 0C 00 C0")));
    }

    [Test]
    public void Acknowledgement_OfWhatWasNeverSent_IsIgnored()
    {
        Establish(window: 4);
        Link.TrySend(Reset);
        Written();
        Take("C0 18 00 00 E7 C0"); // 3, and only number 0 is under way.
        Assert.That(Link.IsSettled, Is.False);
        Take("C0 08 00 00 F7 C0");
        Assert.That(Link.IsSettled);
    }

    [Test]
    public void Send_QueueFull_IsRefusedUntilAcknowledged()
    {
        Establish(window: 4);
        var packet = new byte[1 + 4095];
        packet[0] = 0x02;
        var taken = 0;
        while (Link.TrySend(packet))
        {
            taken++;
        }

        Assert.That(taken, Is.EqualTo(64 * 1024 / 4095));
        Written();
        Take("C0 08 00 00 F7 C0");
        Assert.That(Link.TrySend(packet));
    }

    [Test]
    public void Send_LongerThanTwelveBits_EndsTheLinkWithASentence()
    {
        Establish(window: 4);
        Link.TrySend(new byte[1 + 4096]);
        Assert.That(Link.End, Is.EqualTo(LinkEnd.PacketTooLong));
        Assert.That(LinkEnds.Explain(Link.End, "x"), Does.Contain("4095"));
    }

    [Test]
    public void Sync_OnAnOpenLink_EndsIt()
    {
        Establish(window: 4);
        Take("C0 00 2F 00 D0 01 7E C0");
        Assert.That((Link.Phase, Link.End), Is.EqualTo((LinkPhase.Ended, LinkEnd.Restarted)));
    }

    [Test]
    public void Sleep_ThenSend_WakesFirst()
    {
        Establish(window: 4);
        Take("C0 00 2F 00 D0 07 78 C0");
        Assert.That(Written(), Is.Empty, "nothing to say, nobody is woken");
        Link.TrySend(Reset);
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 2F 00 D0 05 FA C0")));
        Assert.That(Written(), Is.Empty);
        Pass(TimeSpan.FromMilliseconds(50));
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 2F 00 D0 05 FA C0")), "again, until it is heard");
        Take("C0 00 2F 00 D0 06 F9 C0");
        Assert.That(Written(), Is.EqualTo(Hex("C0 80 31 00 4E 03 0C 00 C0")));
    }

    [Test]
    public void Sleep_NeverWakes_IsGivenUp()
    {
        Establish(window: 4);
        Take("C0 00 2F 00 D0 07 78 C0");
        Link.TrySend(Reset);
        for (var i = 0; i < 100; i++)
        {
            Assert.That(Written(), Is.Not.Empty);
            Pass(TimeSpan.FromMilliseconds(50));
        }

        Written();
        Assert.That(Link.End, Is.EqualTo(LinkEnd.DoesNotWake));
    }

    [Test]
    public void Wakeup_IsAnsweredAlways()
    {
        Establish(window: 4);
        Take("C0 00 2F 00 D0 05 FA C0");
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 2F 00 D0 06 F9 C0")));
    }

    [Test]
    public void SynchronousData_IsSentOnceAndDroppedWhereFull()
    {
        Establish(window: 4);
        byte[] voice = [0x03, 0x01, 0x00, 0x02, 0xAA, 0xBB];
        for (var i = 0; i < 20; i++)
        {
            Assert.That(Link.TrySend(voice));
        }

        Assert.That(Link.Dropped, Is.EqualTo(4));
        for (var i = 0; i < 16; i++)
        {
            Assert.That(Written(), Is.EqualTo(Hex("C0 00 53 00 AC 01 00 02 AA BB C0")));
        }

        Pass(TimeSpan.FromSeconds(5));
        Assert.That(Written(), Is.Empty);
    }

    [Test]
    public void Paused_NothingIsSent_AndNotForEver()
    {
        Establish(window: 4);
        Link.SetPaused(isPaused: true, Now);
        Link.TrySend(Reset);
        Assert.That(Written(), Is.Empty);
        Pass(TimeSpan.FromSeconds(1) - Tick);
        Assert.That(Written(), Is.Empty);
        Pass(Tick);
        Assert.That(Written(), Is.Not.Empty);
    }
}
