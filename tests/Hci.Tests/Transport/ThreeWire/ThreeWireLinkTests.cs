using HostStack.Hci.Transport.ThreeWire;
using static HostStack.Hci.Tests.Transport.ThreeWire.SlipTests;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

/// <summary>One link, fed by hand, to the tick.</summary>
[TestFixture]
public sealed class ThreeWireLinkTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private static readonly byte[] Reset = [0x01, 0x03, 0x0C, 0x00];

    private ThreeWireLink _link = null!;
    private TimeSpan _now;

    [SetUp]
    public void SetUp()
    {
        _link = new ThreeWireLink(new ThreeWireOptions { IntegrityCheck = false });
        _now = TimeSpan.FromSeconds(1);
    }

    [Test]
    public void Start_NobodyThere_SendsSyncEveryPeriodAndGivesUp()
    {
        _link.Start(_now);
        for (var i = 0; i < 20; i++)
        {
            Assert.That(Written(), Is.EqualTo(Hex("C0 00 2F 00 D0 01 7E C0")));
            Assert.That(Written(), Is.Empty);
            Pass(Period - Tick);
            Assert.That(Written(), Is.Empty, "one tick early");
            Pass(Tick);
        }

        Assert.That(_link.End, Is.EqualTo(LinkEnd.NobodyAnswers));
        Assert.That(_link.Deadline, Is.Null);
        Assert.That(Written(), Is.Empty);
    }

    [Test]
    public void Start_BcspController_SaysSo()
    {
        _link.Start(_now);
        for (var i = 0; i < 20; i++)
        {
            Take("C0 40 41 00 7E DA DC ED ED A9 7A C0");
            Pass(Period);
        }

        Assert.That(_link.End, Is.EqualTo(LinkEnd.SpeaksBcsp));
        Assert.That(LinkEnds.Explain(_link.End, "h5:serial:/dev/ttyS1"), Does.Contain("BCSP").And.Contains("/dev/ttyS1"));
    }

    [Test]
    public void Start_SyncAnsweredConfigNot_GivesUp()
    {
        _link.Start(_now);
        Take("C0 00 2F 00 D0 02 7D C0");
        for (var i = 0; i < 20; i++)
        {
            Assert.That(Written(), Is.EqualTo(Hex("C0 00 3F 00 DB DC 03 FC 04 C0")));
            Pass(Period);
        }

        Assert.That(_link.End, Is.EqualTo(LinkEnd.NotConfigured));
    }

    /// <summary>The other side's SYNC is answered, its CONFIG without a field too, without one; then HCI flows.</summary>
    [Test]
    public void Establishment_GoldenOctets_BothDirections()
    {
        _link.Start(_now);
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 2F 00 D0 01 7E C0")));
        Take("C0 00 2F 00 D0 01 7E C0");
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 2F 00 D0 02 7D C0")));
        Take("C0 00 2F 00 D0 02 7D C0");
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 3F 00 DB DC 03 FC 04 C0")));
        Take("C0 00 2F 00 D0 03 FC C0");
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 2F 00 D0 04 7B C0")));
        Take("C0 00 3F 00 DB DC 04 7B 02 C0");
        Assert.That(_link.Phase, Is.EqualTo(LinkPhase.Active));
        Assert.That(_link.Agreed.Window, Is.EqualTo(2));
        Assert.That(Written(), Is.Empty);
        Assert.That(_link.TrySend(Reset));
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
        Assert.That(_link.IsSettled);
    }

    [Test]
    public void Receive_EventWhileAPacketWaits_IsAcknowledgedByThePacket()
    {
        Establish(window: 4);
        Take("C0 80 64 00 1B 0E 04 01 03 0C 00 C0");
        _link.TrySend(Reset);
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
        var before = _link.BadFrames;
        Assert.That(Take(line), Is.Empty);
        Pass(TimeSpan.FromSeconds(1));
        Assert.That(Written(), Is.Empty);
        Assert.That(_link.BadFrames, Is.GreaterThanOrEqualTo(before));
        Assert.That(_link.Phase, Is.EqualTo(LinkPhase.Active));
    }

    [Test]
    public void Send_NotAcknowledged_IsSentAgainToTheTickAndThenGivenUp()
    {
        Establish(window: 4);
        _link.TrySend(Reset);
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
        Assert.That(_link.End, Is.EqualTo(LinkEnd.NotAcknowledged));
        Assert.That(_link.Resent, Is.EqualTo(10));
    }

    [Test]
    public void Send_MoreThanTheWindow_WaitsForAcknowledgements()
    {
        Establish(window: 2);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(_link.TrySend(Reset));
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
        _link.TrySend(Reset);
        Written();
        Take("C0 18 00 00 E7 C0"); // 3, and only number 0 is under way.
        Assert.That(_link.IsSettled, Is.False);
        Take("C0 08 00 00 F7 C0");
        Assert.That(_link.IsSettled);
    }

    [Test]
    public void Send_QueueFull_IsRefusedUntilAcknowledged()
    {
        Establish(window: 4);
        var packet = new byte[1 + 4095];
        packet[0] = 0x02;
        var taken = 0;
        while (_link.TrySend(packet))
        {
            taken++;
        }

        Assert.That(taken, Is.EqualTo(64 * 1024 / 4095));
        Written();
        Take("C0 08 00 00 F7 C0");
        Assert.That(_link.TrySend(packet));
    }

    [Test]
    public void Send_LongerThanTwelveBits_EndsTheLinkWithASentence()
    {
        Establish(window: 4);
        _link.TrySend(new byte[1 + 4096]);
        Assert.That(_link.End, Is.EqualTo(LinkEnd.PacketTooLong));
        Assert.That(LinkEnds.Explain(_link.End, "x"), Does.Contain("4095"));
    }

    [Test]
    public void Receive_DamagedAgainAndAgain_EndsTheLinkWithASentence()
    {
        Establish(window: 4);
        for (var i = 0; i < 40; i++)
        {
            Take("C0 80 64 00 1B 0E 04 01 03 0C C0");
            Take("C0 00 00 00 FF C0"); // Acknowledgements between them change nothing.
        }

        Assert.That(_link.End, Is.EqualTo(LinkEnd.None));
        Take("C0 80 64 00 1B 0E 04 01 03 0C C0");
        Assert.That((_link.Phase, _link.End, _link.BadFrames), Is.EqualTo((LinkPhase.Ended, LinkEnd.Unreadable, 41)));
        Assert.That(LinkEnds.Explain(_link.End, "h5:x"), Is.EqualTo(
            "What the controller on h5:x sends is damaged again and again; check cable, ground, baud rate and parity, and open it again."));
    }

    [Test]
    public void Receive_DamagedOftenAndAPacketBetweenThem_GoesOn()
    {
        Establish(window: 4);
        for (var i = 0; i < 40; i++)
        {
            Take("C0 80 64 00 1B 0E 04 01 03 0C C0");
        }

        Assert.That(Take("C0 80 64 00 1B 0E 04 01 03 0C 00 C0"), Is.Not.Empty);
        for (var i = 0; i < 40; i++)
        {
            Take("C0 81 64 00 1A 0E 04 01 03 0C C0");
        }

        Assert.That(Take("C0 81 64 00 1A 0E 04 01 03 0C 00 C0"), Is.Not.Empty);
        Assert.That(_link.Phase, Is.EqualTo(LinkPhase.Active));
    }

    [Test]
    public void Receive_OutOfOrder_IsNotDeliveredAndSaysWhatIsExpected()
    {
        Establish(window: 4);
        Assert.That(Take("C0 81 64 00 1A 0E 04 01 03 0C 00 C0"), Is.Empty);
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 00 00 FF C0")), "still number 0");
        Assert.That(Take("C0 80 64 00 1B 0E 04 01 03 0C 00 C0"), Is.Not.Empty);
        Assert.That(Take("C0 81 64 00 1A 0E 04 01 03 0C 00 C0"), Is.Not.Empty);
        Assert.That(Written(), Is.EqualTo(Hex("C0 10 00 00 EF C0")));
    }

    /// <summary>Numbers go round after 7, in both directions, with the largest window.</summary>
    [Test]
    public void Numbers_GoRound_InBothDirections()
    {
        _link = new ThreeWireLink(new ThreeWireOptions { IntegrityCheck = false, Window = 7 });
        Establish(window: 7);
        string[] expected =
        [
            "C0 80 31 00 4E 03 0C 00 C0", "C0 81 31 00 4D 03 0C 00 C0", "C0 82 31 00 4C 03 0C 00 C0", "C0 83 31 00 4B 03 0C 00 C0",
            "C0 84 31 00 4A 03 0C 00 C0", "C0 85 31 00 49 03 0C 00 C0", "C0 86 31 00 48 03 0C 00 C0",
        ];
        for (var i = 0; i < 9; i++)
        {
            _link.TrySend(Reset);
        }

        Assert.That(expected.Select(_ => Written()), Is.EqualTo(expected.Select(Hex)));
        Assert.That(Written(), Is.Empty, "seven are under way");
        Take("C0 38 00 00 C7 C0"); // 7 arrived: the next numbers are 7 and 0.
        Assert.That(Written(), Is.EqualTo(Hex("C0 87 31 00 47 03 0C 00 C0")));
        Assert.That(Written(), Is.EqualTo(Hex("C0 80 31 00 4E 03 0C 00 C0")));
        Take("C0 08 00 00 F7 C0");
        Assert.That(_link.IsSettled);
        for (var i = 0; i < 9; i++)
        {
            Assert.That(Take($"C0 8{i % 8} 64 00 {0x1B - (i % 8):X2} 0E 04 01 03 0C 00 C0"), Is.Not.Empty, $"{i}");
            Pass(TimeSpan.FromSeconds(0.1));
            var next = (i + 1) % 8;
            Assert.That(Written(), Is.EqualTo(Hex($"C0 {next << 3:X2} 00 00 {0xFF - (next << 3):X2} C0")), $"{i}");
        }
    }

    [Test]
    public void Sync_OnAnOpenLink_EndsIt()
    {
        Establish(window: 4);
        Take("C0 00 2F 00 D0 01 7E C0");
        Assert.That((_link.Phase, _link.End), Is.EqualTo((LinkPhase.Ended, LinkEnd.Restarted)));
    }

    [Test]
    public void Sleep_ThenSend_WakesFirst()
    {
        Establish(window: 4);
        Take("C0 00 2F 00 D0 07 78 C0");
        Assert.That(Written(), Is.Empty, "nothing to say, nobody is woken");
        _link.TrySend(Reset);
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
        _link.TrySend(Reset);
        for (var i = 0; i < 100; i++)
        {
            Assert.That(Written(), Is.Not.Empty);
            Pass(TimeSpan.FromMilliseconds(50));
        }

        Written();
        Assert.That(_link.End, Is.EqualTo(LinkEnd.DoesNotWake));
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
            Assert.That(_link.TrySend(voice));
        }

        Assert.That(_link.Dropped, Is.EqualTo(4));
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
        _link.SetPaused(isPaused: true, _now);
        _link.TrySend(Reset);
        Assert.That(Written(), Is.Empty);
        Pass(TimeSpan.FromSeconds(1) - Tick);
        Assert.That(Written(), Is.Empty);
        Pass(Tick);
        Assert.That(Written(), Is.Not.Empty);
    }

    private void Establish(int window)
    {
        _link.Start(_now);
        Take("C0 00 2F 00 D0 02 7D C0");
        Take($"C0 00 3F 00 DB DC 04 7B 0{window} C0");
        Assert.That(_link.Phase, Is.EqualTo(LinkPhase.Active));
        while (Written().Length > 0)
        {
            // What establishing left.
        }
    }

    private byte[] Written()
    {
        var frame = new byte[ThreeWireLink.LongestFrame];
        return frame[.._link.WriteNext(frame, _now)];
    }

    private byte[] Take(string line) =>
        [.. Frames(new SlipReader(ThreeWireSize.Longest), Hex(line)).SelectMany(frame => _link.Receive(frame, _now).ToArray())];

    private void Pass(TimeSpan span)
    {
        _now += span;
        _link.Tick(_now);
    }
}
