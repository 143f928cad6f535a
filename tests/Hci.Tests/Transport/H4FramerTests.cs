using HostStack.Hci.Transport;

namespace HostStack.Hci.Tests.Transport;

[TestFixture]
public sealed class H4FramerTests
{
    // Command Complete of Reset; Connection Complete (handle 0x000B); ACL data on it, 4 octets; SCO, 2; ISO, 1.
    private static readonly byte[][] Golden =
    [
        [0x04, 0x0E, 0x04, 0x01, 0x03, 0x0C, 0x00],
        [0x04, 0x03, 0x0B, 0x00, 0x0B, 0x00, 0x34, 0x12, 0x66, 0x70, 0xF3, 0x5C, 0x01, 0x00],
        [0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00],
        [0x03, 0x0B, 0x00, 0x02, 0xAA, 0xBB],
        [0x05, 0x0C, 0x00, 0x01, 0x40, 0xCC],
        [0x04, 0x01, 0x00],
    ];

    private static readonly byte[] ResetComplete = Golden[0];
    private static readonly byte[] Stream = [.. Golden.SelectMany(packet => packet)];

    private RecordingSink _sink = null!;
    private H4Framer _framer = null!;

    [SetUp]
    public void SetUp()
    {
        _sink = new RecordingSink();
        _framer = new H4Framer();
    }

    [Test]
    public void Feed_WholeStream_CutsEveryPacket()
    {
        _framer.Feed(Stream, _sink);
        Assert.That(_sink.Packets, Is.EqualTo(Golden));
    }

    [Test]
    public void Feed_EverySplitInTwo_CutsTheSame()
    {
        for (var at = 0; at <= Stream.Length; at++)
        {
            SetUp();
            _framer.Feed(Stream.AsSpan(0, at), _sink);
            _framer.Feed(Stream.AsSpan(at), _sink);
            Assert.That(_sink.Packets, Is.EqualTo(Golden), $"split at {at}");
        }
    }

    [Test]
    public void Feed_PiecesOfEveryLength_CutsTheSame([Range(1, 12)] int length)
    {
        foreach (var piece in Stream.Chunk(length))
        {
            _framer.Feed(piece, _sink);
        }

        Assert.That(_sink.Packets, Is.EqualTo(Golden));
    }

    [Test]
    public void Feed_RandomPieces_CutsTheSame()
    {
        const int Seed = 4711;
        var random = new Random(Seed);
        for (var round = 0; round < 200; round++)
        {
            SetUp();
            for (var at = 0; at < Stream.Length;)
            {
                var length = Math.Min(random.Next(0, 9), Stream.Length - at);
                _framer.Feed(Stream.AsSpan(at, length), _sink);
                at += length;
            }

            Assert.That(_sink.Packets, Is.EqualTo(Golden), $"seed {Seed}, round {round}");
        }
    }

    [Test]
    public void Feed_HostsPackets_AreCommandsNotEvents()
    {
        byte[] reset = [0x01, 0x03, 0x0C, 0x00];
        byte[] disconnect = [0x01, 0x06, 0x04, 0x03, 0x0B, 0x00, 0x13];
        var framer = new H4Framer(H4Sender.Host);
        framer.Feed([.. reset, .. disconnect], _sink);
        Assert.That(_sink.Packets, Is.EqualTo(new[] { reset, disconnect }));
        framer.Feed([0x04, 0x01, 0x00], _sink);
        Assert.That(_sink.Losses, Has.Count.EqualTo(1));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "H4 unknown type")]
    public void Feed_UnknownPacketType_LosesTheFraming([Values(0x00, 0x01, 0x06, 0x80, 0xFF)] int type)
    {
        _framer.Feed([.. Golden[2], (byte)type, .. Golden[1]], _sink);
        Assert.That(_sink.Packets, Is.EqualTo(new[] { Golden[2] }));
        Assert.That(_sink.Losses, Has.Count.EqualTo(1));
        Assert.That(_framer.IsLost, Is.True);
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2020-10065")]
    public void Feed_AclLengthBeyondTheBound_LosesTheFramingAtEverySplit()
    {
        byte[] packet = [0x02, 0x0B, 0x20, 0xFF, 0xFF, 0x01, 0x02];
        for (var at = 0; at <= packet.Length; at++)
        {
            SetUp();
            _framer.Feed(packet.AsSpan(0, at), _sink);
            _framer.Feed(packet.AsSpan(at), _sink);
            Assert.That(_sink.Packets, Is.Empty);
            Assert.That(_sink.Losses, Has.Count.EqualTo(1), $"split at {at}");
        }
    }

    [Test]
    public void Feed_LongestAclPacket_IsDelivered()
    {
        var packet = new byte[5 + H4Framer.DefaultMaximumAclData];
        new byte[] { 0x02, 0x0B, 0x20, 0x00, 0x10 }.CopyTo(packet, 0);
        _framer.Feed(packet.AsSpan(0, 100), _sink);
        _framer.Feed(packet.AsSpan(100), _sink);
        Assert.That(_sink.Packets, Is.EqualTo(new[] { packet }));
        Assert.That(packet, Has.Length.EqualTo(_framer.MaximumPacket));
    }

    [Test]
    public void Feed_LostAndNoResetSent_DeliversNothing()
    {
        _framer.Feed([0xFF], _sink);
        _framer.Feed(Stream, _sink);
        Assert.That(_sink.Packets, Is.Empty);
        Assert.That(_framer.Discarded, Is.EqualTo(1 + Stream.Length));
    }

    [Test]
    public void Feed_LostAndResetSent_GoesOnBehindItsAnswer()
    {
        byte[] garbage = [0x00, 0x04, 0x0E, 0x04, 0x04, 0x0E, 0x02, 0x0B];
        foreach (var length in Enumerable.Range(1, 9))
        {
            SetUp();
            _framer.Feed([0xFF], _sink);
            _framer.ResetSent();
            byte[] octets = [.. garbage, .. ResetComplete, .. Golden[1], .. Golden[2]];
            foreach (var piece in octets.Chunk(length))
            {
                _framer.Feed(piece, _sink);
            }

            Assert.That(_sink.Packets, Is.EqualTo(new[] { ResetComplete, Golden[1], Golden[2] }), $"pieces of {length}");
            Assert.That(_framer.IsLost, Is.False);
            Assert.That(_framer.Discarded, Is.EqualTo(1 + garbage.Length));
        }
    }

    [Test]
    public void Feed_LostAndResetFailed_StaysLost()
    {
        _framer.Feed([0xFF], _sink);
        _framer.ResetSent();
        _framer.Feed([0x04, 0x0E, 0x04, 0x01, 0x03, 0x0C, 0x03], _sink);
        Assert.That(_framer.IsLost, Is.True);
        Assert.That(_sink.Packets, Is.Empty);
    }

    [Test]
    public void ResetSent_WhileFramed_ChangesNothing()
    {
        _framer.ResetSent();
        _framer.Feed(Stream, _sink);
        Assert.That(_sink.Packets, Is.EqualTo(Golden));
        _framer.Feed([0xFF, .. ResetComplete], _sink);
        Assert.That(_framer.IsLost, Is.True, "an answer to an earlier Reset does not count");
    }

    [Test]
    public void Feed_InSteadyState_AllocatesNothing()
    {
        _sink.Keep = false;
        Feed();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Feed();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Feed()
        {
            _framer.Feed(Stream.AsSpan(0, 13), _sink);
            _framer.Feed(Stream.AsSpan(13), _sink);
        }
    }

    [Test]
    public void Feed_RandomGarbage_NeverThrowsAndRecovers()
    {
        const int Seed = 99;
        var random = new Random(Seed);
        var garbage = new byte[64];
        for (var round = 0; round < 5_000; round++)
        {
            random.NextBytes(garbage);
            Assert.That(() => _framer.Feed(garbage, _sink), Throws.Nothing, $"seed {Seed}, round {round}");
            if (_framer.IsLost && random.Next(4) == 0)
            {
                _framer.ResetSent();
                _framer.Feed(ResetComplete, _sink);
                Assert.That(_framer.IsLost, Is.False, $"seed {Seed}, round {round}");
            }
        }
    }
}
