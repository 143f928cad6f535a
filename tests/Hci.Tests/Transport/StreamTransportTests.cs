using HostStack.Hci.Transport;

namespace HostStack.Hci.Tests.Transport;

[TestFixture]
public sealed class StreamTransportTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly byte[] Reset = [0x01, 0x03, 0x0C, 0x00];
    private static readonly byte[] ResetComplete = [0x04, 0x0E, 0x04, 0x01, 0x03, 0x0C, 0x00];

    private DuplexStream _near = null!;
    private DuplexStream _far = null!;
    private StreamTransport _transport = null!;
    private RecordingSink _sink = null!;

    [SetUp]
    public void SetUp()
    {
        (_near, _far) = DuplexStream.CreatePair();
        _transport = new StreamTransport("test", _near);
        _sink = new RecordingSink();
        _transport.Start(_sink);
    }

    [TearDown]
    public async Task TearDown() => await _transport.DisposeAsync();

    [Test]
    public async Task Read_PacketInTwoWrites_IsDeliveredWhole()
    {
        await WriteFarAsync(ResetComplete[..3]);
        await WriteFarAsync(ResetComplete[3..]);
        await _sink.ArrivedAsync();
        Assert.That(_sink.Packets, Is.EqualTo(new[] { ResetComplete }));
    }

    [Test]
    public async Task Flush_SeveralPackets_WritesOnce()
    {
        byte[] acl = [0x02, 0x0B, 0x20, 0x01, 0x00, 0xAA];
        _transport.Send(Reset);
        _transport.Send(acl);
        Assert.That(_near.Writes, Is.Zero);
        _transport.Flush();
        _transport.Flush();
        Assert.That(_near.Writes, Is.EqualTo(1));
        Assert.That(await ReadFarAsync(10), Is.EqualTo((byte[])[.. Reset, .. acl]));
    }

    [Test]
    public async Task Send_MoreThanTheGatheringBuffer_WritesInOrder()
    {
        var packet = new byte[1_026];
        var reading = ReadFarAsync(packet.Length * 200);
        for (var i = 0; i < 200; i++)
        {
            packet[5] = (byte)i;
            _transport.Send(packet);
        }

        _transport.Flush();
        var read = await reading.WaitAsync(Limit);
        Assert.That(Enumerable.Range(0, 200).Select(i => read[(i * packet.Length) + 5]), Is.EqualTo(Enumerable.Range(0, 200)));
    }

    /// <summary>Some controllers behind sockets lose their sync where a write begins amid a packet (BlueZ's emulator).</summary>
    [Test]
    public async Task Send_PacketsOfManySizes_EveryWriteBeginsWithAPacket()
    {
        const int packets = 400;
        var starts = new HashSet<long>();
        var total = 0;
        var lengths = Enumerable.Range(0, packets).Select(static i => 4 + (i * 131 % 1024)).ToArray();
        var reading = ReadFarAsync(lengths.Sum());
        foreach (var length in lengths)
        {
            starts.Add(total);
            total += length;
            _transport.Send(new byte[length]);
        }

        _transport.Flush();
        await reading.WaitAsync(Limit);
        Assert.That(_near.WriteStarts, Has.Count.GreaterThan(1).And.Count.LessThan(packets), "gathered, and more than one buffer full");
        Assert.That(_near.WriteStarts, Is.SubsetOf(starts));
    }

    [Test]
    public async Task Closed_FarSideEnds_IsToldOnceWithoutFailure()
    {
        await _far.DisposeAsync();
        await _sink.WhenClosed.WaitAsync(Limit);
        await _transport.DisposeAsync();
        Assert.That(_sink.Closings, Is.EqualTo(new Exception?[] { null }));
    }

    [Test]
    public async Task Closed_WriteFails_IsToldOnceWithTheFailure()
    {
        var failure = new IOException("the cable is out");
        _near.FailWrites = failure;
        _transport.Send(Reset);
        _transport.Flush();
        await _sink.WhenClosed.WaitAsync(Limit);
        _transport.Send(Reset);
        Assert.That(_transport.Flush, Throws.Nothing);
        await _transport.DisposeAsync();
        Assert.That(_sink.Closings, Is.EqualTo(new[] { failure }));
    }

    [Test]
    public async Task DisposeAsync_Twice_ClosesOnce()
    {
        await _transport.DisposeAsync();
        await _transport.DisposeAsync();
        Assert.That(_sink.Closings, Is.EqualTo(new Exception?[] { null }));
    }

    [Test]
    public async Task DisposeAsync_WithGatheredPackets_WritesThemFirst()
    {
        _transport.Send(Reset);
        await _transport.DisposeAsync();
        Assert.That(_near.Writes, Is.EqualTo(1));
    }

    [Test]
    public void Start_Twice_IsTheCallersMistake() =>
        Assert.That(() => _transport.Start(_sink), Throws.InvalidOperationException);

    [Test]
    public async Task Read_Garbage_RecoversByReset()
    {
        await WriteFarAsync([0xFF, 0x00]);
        await _sink.ArrivedAsync();
        Assert.That(_sink.Losses, Has.Count.EqualTo(1));
        _transport.Send(Reset);
        _transport.Flush();
        await WriteFarAsync([0x11, .. ResetComplete]);
        await _sink.ArrivedAsync();
        Assert.That(_sink.Packets, Is.EqualTo(new[] { ResetComplete }));
    }

    private async Task WriteFarAsync(byte[] octets)
    {
        await _far.WriteAsync(octets);
        await _far.FlushAsync();
    }

    private async Task<byte[]> ReadFarAsync(int count)
    {
        var octets = new byte[count];
        await _far.ReadExactlyAsync(octets);
        return octets;
    }
}
