using HostStack.Hci.Links;

namespace HostStack.Hci.Tests.Links;

[TestFixture]
public sealed class AclReassemblerTests
{
    private const int MaximumPdu = 64;

    // L2CAP_CONNECTION_REQ for PSM 15 on the signalling channel.
    private static readonly byte[] Pdu = [0x08, 0x00, 0x01, 0x00, 0x02, 0x01, 0x04, 0x00, 0x0F, 0x00, 0x40, 0x00];

    private HciCounters _counters = null!;
    private AclReassembler _reassembler = null!;

    [SetUp]
    public void SetUp()
    {
        _counters = new HciCounters();
        _reassembler = new AclReassembler(MaximumPdu, _counters);
    }

    [Test]
    public void TryFeed_WholePdu_IsHandedOnWhereItStands()
    {
        Assert.That(_reassembler.TryFeed(true, Pdu, out var pdu), Is.True);
        Assert.That(pdu == Pdu.AsSpan(), Is.True, "the same octets, not a copy");
        Assert.That(_counters.PdusReceived, Is.EqualTo(1));
    }

    [Test]
    public void TryFeed_EverySplitInTwo_JoinsThePdu([Range(1, 11)] int at)
    {
        Assert.That(Feed(true, Pdu[..at]), Is.Null);
        Assert.That(Feed(false, Pdu[at..]), Is.EqualTo(Pdu));
        Assert.That(_reassembler.Held, Is.Zero);
    }

    [Test]
    public void TryFeed_OctetByOctet_JoinsThePdu()
    {
        for (var i = 0; i < Pdu.Length - 1; i++)
        {
            Assert.That(Feed(i == 0, Pdu[i..(i + 1)]), Is.Null);
        }

        Assert.That(Feed(false, Pdu[^1..]), Is.EqualTo(Pdu));
    }

    [Test]
    public void TryFeed_HeaderAlone_IsAPduWithoutPayload() =>
        Assert.That(Feed(true, [0x00, 0x00, 0x40, 0x00]), Is.EqualTo((byte[])[0x00, 0x00, 0x40, 0x00]));

    [Test]
    public void TryFeed_NewStart_DiscardsTheStalePartial()
    {
        Feed(true, Pdu[..6]);
        Assert.That(Feed(true, Pdu), Is.EqualTo(Pdu));
        Assert.That(_counters.PdusStale, Is.EqualTo(1));
        Assert.That(Feed(false, Pdu[6..]), Is.Null);
        Assert.That(_counters.ContinuationsWithoutStart, Is.EqualTo(1));
    }

    [Test]
    public void TryFeed_ContinuationWithoutStart_IsCountedAndDropped()
    {
        Assert.That(Feed(false, Pdu), Is.Null);
        Assert.That(_counters.ContinuationsWithoutStart, Is.EqualTo(1));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2020-0022")]
    public void TryFeed_FragmentsOverrunTheLength_DropThePduAndClear([Range(1, 11)] int at)
    {
        Feed(true, Pdu[..at]);
        Assert.That(Feed(false, [.. Pdu[at..], 0xEE]), Is.Null);
        Assert.That(_counters.PdusOverrun, Is.EqualTo(1));
        Assert.That(_reassembler.Held, Is.Zero);
        Assert.That(Feed(true, Pdu), Is.EqualTo(Pdu), "the next PDU is whole");
        Assert.That(_counters.PdusStale, Is.Zero);
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2020-0022")]
    public void TryFeed_StartLongerThanItsLength_IsDropped()
    {
        Assert.That(Feed(true, [.. Pdu, 0xEE]), Is.Null);
        Assert.That(_counters.PdusOverrun, Is.EqualTo(1));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2020-10065")]
    public void TryFeed_LengthBeyondTheBound_IsDropped([Values(MaximumPdu - 3, 0xFFFF)] int length, [Values(1, 2, 6)] int at)
    {
        byte[] start = [(byte)length, (byte)(length >> 8), 0x40, 0x00, 1, 2, 3];
        Feed(true, start[..at]);
        Feed(false, start[at..]);
        Assert.That(_counters.PdusTooLong, Is.EqualTo(1));
        Assert.That(_reassembler.Held, Is.Zero);
    }

    [Test]
    public void TryFeed_LongestPdu_IsJoined()
    {
        var longest = new byte[MaximumPdu];
        longest[0] = MaximumPdu - 4;
        Feed(true, longest[..60]);
        Assert.That(Feed(false, longest[60..]), Is.EqualTo(longest));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "empty PDU")]
    public void TryFeed_EmptyFragment_IsCountedAndChangesNothing()
    {
        Feed(true, Pdu[..6]);
        Assert.That(Feed(true, []), Is.Null);
        Assert.That(Feed(false, []), Is.Null);
        Assert.That(_counters.AclDiscarded, Is.EqualTo(2));
        Assert.That(Feed(false, Pdu[6..]), Is.EqualTo(Pdu));
    }

    [Test]
    public void Clear_WithAPartial_ForgetsIt()
    {
        Feed(true, Pdu[..6]);
        _reassembler.Clear();
        Assert.That(Feed(false, Pdu[6..]), Is.Null);
    }

    [Test]
    public void TryFeed_RandomFragments_NeverThrow()
    {
        const int Seed = 31337;
        var random = new Random(Seed);
        for (var i = 0; i < 20_000; i++)
        {
            var fragment = new byte[random.Next(0, 80)];
            random.NextBytes(fragment);
            if (fragment.Length > 1)
            {
                fragment[1] = 0;
            }

            Assert.That(() => Feed(random.Next(3) == 0, fragment), Throws.Nothing, $"seed {Seed}, round {i}");
            Assert.That(_reassembler.Held, Is.LessThanOrEqualTo(MaximumPdu), $"seed {Seed}, round {i}");
        }
    }

    [Test]
    public void TryFeed_InSteadyState_AllocatesNothing()
    {
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Run();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Run()
        {
            _reassembler.TryFeed(true, Pdu.AsSpan(0, 5), out _);
            _reassembler.TryFeed(false, Pdu.AsSpan(5), out _);
            _reassembler.TryFeed(true, Pdu, out _);
        }
    }

    private byte[]? Feed(bool isStart, byte[] fragment) =>
        _reassembler.TryFeed(isStart, fragment, out var pdu) ? pdu.ToArray() : null;
}
