using HostStack.Ethernet;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Tests.Addressing;

[TestFixture]
public sealed class AddressClaimTests
{
    private const uint Address = 0xC0A80064;
    private static readonly MacAddress Mac = new(0x00AA_0100_0042);
    private static readonly MacAddress Other = new(0x00AA_0101_0042);
    private readonly List<(string Hex, TimeSpan At)> _sent = [];
    private AddressClaim _claim = null!;
    private TimeSpan _now;

    [SetUp]
    public void SetUp()
    {
        _sent.Clear();
        _now = TimeSpan.FromHours(1);
        _claim = new AddressClaim(Mac, new Random(5), frame => _sent.Add((Convert.ToHexString(frame), _now)));
    }

    [Test]
    public void Claim_WithStandardTimes_ProbesThreeTimesThenAnnouncesTwice()
    {
        _claim.Begin(Address, ProbeTimes.Standard, _now);
        var began = _now;
        Assert.That(RunToOutcome(), Is.EqualTo(ClaimOutcome.Won));
        var won = _now;
        Assert.That(RunToOutcome(), Is.EqualTo(ClaimOutcome.None));

        // RFC 5227, 2.1.1 and 2.3: who has 192.168.0.100, asked by nobody; then by its owner.
        const string Head = "FFFFFFFFFFFF00AA010000420806" + "0001080006040001" + "00AA01000042";
        const string Target = "000000000000C0A80064";
        Assert.That(
            _sent.Select(static entry => entry.Hex),
            Is.EqualTo(new[]
            {
                Head + "00000000" + Target, Head + "00000000" + Target, Head + "00000000" + Target,
                Head + "C0A80064" + Target, Head + "C0A80064" + Target,
            }));
        var times = _sent.Select(entry => (entry.At - began).TotalSeconds).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(times[0], Is.InRange(0, 1));
            Assert.That(times[1] - times[0], Is.InRange(1, 2));
            Assert.That(times[2] - times[1], Is.InRange(1, 2));
            Assert.That(times[3] - times[2], Is.EqualTo(2).Within(1e-6));
            Assert.That(_sent[3].At, Is.EqualTo(won), "ours from the announcement on");
            Assert.That(times[4] - times[3], Is.EqualTo(2).Within(1e-6));
        });
    }

    [Test]
    public void Claim_WithBriefTimes_TakesLessThanASecond()
    {
        _claim.Begin(Address, ProbeTimes.Brief, _now);
        var began = _now;
        Assert.That(RunToOutcome(), Is.EqualTo(ClaimOutcome.Won));
        Assert.That(_now - began, Is.EqualTo(TimeSpan.FromMilliseconds(800)));
        Assert.That(_sent, Has.Count.EqualTo(4));
    }

    [Test]
    public void Claim_WithoutProbes_IsWonAtOnce()
    {
        Assert.That(_claim.Begin(Address, ProbeTimes.None, _now), Is.EqualTo(ClaimOutcome.Won));
        Assert.That(_sent, Has.Count.EqualTo(1));
    }

    // Who sends what while the address is probed, and whether that is a conflict (RFC 5227, 2.1.1).
    [TestCase(1, Address, 1u, false, true, TestName = "Probing_RequestFromTheAddress_Loses")]
    [TestCase(2, Address, 1u, false, true, TestName = "Probing_ReplyFromTheAddress_Loses")]
    [TestCase(1, 0u, Address, false, true, TestName = "Probing_ProbeOfAnother_Loses")]
    [TestCase(1, 1u, Address, false, false, TestName = "Probing_QuestionForTheAddress_IsNoConflict")]
    [TestCase(2, 0u, Address, false, false, TestName = "Probing_ReplyFromNobody_IsNoConflict")]
    [TestCase(1, 0u, Address, true, false, TestName = "Probing_OwnProbe_IsNoConflict")]
    [TestCase(2, 7u, 7u, false, false, TestName = "Probing_OtherAddress_IsNoConflict")]
    public void Probing_Packet(int operation, uint sender, uint target, bool isOwn, bool loses)
    {
        _claim.Begin(Address, ProbeTimes.Standard, _now);
        var packet = new ArpPacket((ArpOperation)operation, isOwn ? Mac : Other, sender, default, target);
        Assert.That(_claim.Receive(packet, _now), Is.EqualTo(loses ? ClaimOutcome.Lost : ClaimOutcome.None));
        Assert.That(_claim.IsActive, Is.Not.EqualTo(loses));
    }

    [Test]
    public void Held_Conflict_IsAnsweredOnceThenLoses()
    {
        Hold();
        Assert.That(_claim.Receive(FromOther, _now), Is.EqualTo(ClaimOutcome.None));
        Assert.That(_sent, Has.Count.EqualTo(1), "the defence");
        _now += TimeSpan.FromSeconds(9.9);
        Assert.That(_claim.Receive(FromOther, _now), Is.EqualTo(ClaimOutcome.Lost));
        Assert.That(_sent, Has.Count.EqualTo(1));
        Assert.That((_claim.IsHeld, _claim.NextDeadline), Is.EqualTo((false, (TimeSpan?)null)));
    }

    [Test]
    public void Held_ConflictsFarApart_AreAllAnswered()
    {
        Hold();
        for (var i = 1; i <= 5; i++)
        {
            Assert.That(_claim.Receive(FromOther, _now), Is.EqualTo(ClaimOutcome.None));
            Assert.That(_sent, Has.Count.EqualTo(i));
            _now += TimeSpan.FromSeconds(10);
        }
    }

    [Test]
    public void Held_ProbeOfAnother_IsLeftToTheMachine()
    {
        Hold();
        Assert.That(_claim.Receive(new ArpPacket(ArpOperation.Request, Other, 0, default, Address), _now), Is.EqualTo(ClaimOutcome.None));
        Assert.That(_sent, Is.Empty);
    }

    [Test]
    public void LinkLocal_Conflicts_TakeOtherCandidatesThenSlowDown()
    {
        var claim = new LinkLocalClaim(Mac, _claim);
        claim.Begin(_now);
        var tried = new HashSet<uint>();
        for (var conflict = 0; conflict < 10; conflict++)
        {
            Assert.That(tried.Add(_claim.Address), Is.True);
            Assert.That(_claim.Address >> 16, Is.EqualTo(0xA9FE));
            Assert.That(
                claim.Receive(new ArpPacket(ArpOperation.Reply, Other, _claim.Address, default, 0), _now),
                Is.EqualTo(ClaimOutcome.Lost));
        }

        Assert.That(_claim.IsActive, Is.True);
        claim.Receive(new ArpPacket(ArpOperation.Reply, Other, _claim.Address, default, 0), _now);
        Assert.That((_claim.IsActive, claim.NextDeadline), Is.EqualTo((false, (TimeSpan?)(_now + LinkLocalClaim.RateLimit))));
        _now += LinkLocalClaim.RateLimit;
        claim.Advance(_now);
        Assert.That(_claim.IsActive, Is.True);
    }

    private static ArpPacket FromOther => new(ArpOperation.Request, Other, Address, default, 1);

    private void Hold()
    {
        _claim.Begin(Address, ProbeTimes.None, _now);
        RunToOutcome();
        _sent.Clear();
    }

    private ClaimOutcome RunToOutcome()
    {
        while (_claim.NextDeadline is { } next)
        {
            _now = next;
            if (_claim.Advance(_now) is var outcome and not ClaimOutcome.None)
            {
                return outcome;
            }
        }

        return ClaimOutcome.None;
    }
}
