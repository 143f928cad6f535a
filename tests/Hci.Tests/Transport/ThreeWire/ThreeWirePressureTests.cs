using HostStack.Hci.Links;
using HostStack.Hci.Tests.Transport.Unix;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.ThreeWire;
using HostStack.VirtualController.Time;
using static HostStack.Hci.Tests.Transport.ThreeWire.SlipTests;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

/// <summary>Who holds whom back: the controller by XOFF, the host by an inbox that is full, the queue by its room. On a clock
/// that stands.</summary>
[TestFixture]
public sealed class ThreeWirePressureTests
{
    private const int DataLength = 1021;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly byte[] Data = [0x02, 0x2A, 0x00, 0x01, 0x00, 0xAA];

    private VirtualTime _time = null!;
    private DuplexStream _near = null!;
    private DuplexStream _far = null!;
    private SlipReader _sent = null!;
    private Queue<ThreeWireHeader> _headers = null!;
    private ThreeWireTransport _transport = null!;

    [SetUp]
    public async Task SetUp()
    {
        _time = new VirtualTime();
        (_near, _far) = DuplexStream.CreatePair();
        _sent = new SlipReader(ThreeWireSize.Longest);
        _headers = new Queue<ThreeWireHeader>();
        _transport = new ThreeWireTransport("h5:test", _near, new ThreeWireOptions { FlowControl = true }, _time);
        var establishing = _transport.EstablishAsync();
        await WriteFarAsync("C0 00 2F 00 D0 02 7D C0 C0 00 3F 00 DB DC 04 7B 0C C0");
        await establishing.WaitAsync(Limit);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _transport.DisposeAsync();
        await _far.DisposeAsync();
        await _near.DisposeAsync();
    }

    /// <summary>The XON that ends a pause may be lost: what comes after the pause has expired does not begin it again.</summary>
    [Test]
    public async Task Paused_XonIsLost_OctetsAfterTheExpiryDoNotPauseAgain()
    {
        var sink = new RecordingSink();
        _transport.Start(sink);
        await DeliverAsync(sink, "13 C0 80 64 00 1B 0E 04 01 03 0C 00 C0");
        await DeliverAsync(sink, "C0 81 64 00 1A 0E 04 01 03 0C 00 C0"); // Read after the first: the pause holds.
        _transport.Send(Data);
        _time.Advance(LongestPause);
        _time.RunDue();
        Assert.That(await NextDataAsync(), Is.Zero, "the pause is over");

        await DeliverAsync(sink, "C0 82 64 00 19 0E 04 01 03 0C 00 C0");
        await DeliverAsync(sink, "C0 83 64 00 18 0E 04 01 03 0C 00 C0");
        _transport.Send(Data);
        Assert.That(await NextDataAsync(), Is.EqualTo(1), "and is not begun by octets that say nothing of it");
    }

    [Test]
    public async Task Paused_AnotherXoff_PausesAgain()
    {
        var sink = new RecordingSink();
        _transport.Start(sink);
        await DeliverAsync(sink, "13 C0 80 64 00 1B 0E 04 01 03 0C 00 C0");
        await DeliverAsync(sink, "C0 81 64 00 1A 0E 04 01 03 0C 00 C0");
        _time.Advance(LongestPause);
        _time.RunDue();
        await DeliverAsync(sink, "13 C0 82 64 00 19 0E 04 01 03 0C 00 C0");
        await DeliverAsync(sink, "C0 83 64 00 18 0E 04 01 03 0C 00 C0");
        var before = _near.Writes;
        _transport.Send(Data);
        await WriteFarAsync("11");
        Assert.That(await NextDataAsync(), Is.Zero, "XON ends it without the clock");
        Assert.That(_near.Writes, Is.GreaterThan(before));
    }

    /// <summary>The reader, which alone brings acknowledgements, may wait for the host, which may wait in sending: so many
    /// packets as the host takes for the controller's find room without one.</summary>
    [TestCase(DataLength)]
    [TestCase(27)]
    [TestCase(4000)]
    public async Task Send_AllBuffersWhileTheReaderWaitsForTheHost_NeverWaits(int dataLength)
    {
        var buffers = new AclBuffers(5000, dataLength).Within(_transport);
        Assert.That(buffers.Packets, Is.InRange(10, 256));
        using var sink = new WaitingSink();
        _transport.Start(sink);
        await WriteFarAsync("C0 80 64 00 1B 0E 04 01 03 0C 00 C0");
        await sink.Entered.WaitAsync(Limit);
        var packet = new byte[5 + buffers.DataLength];
        packet[0] = 0x02;
        var sending = Waiting.OnThread(() =>
        {
            for (var i = 0; i < buffers.Packets; i++)
            {
                _transport.Send(packet);
            }

            for (var i = 0; i < 8; i++)
            {
                _transport.Send([0x01, 0x00, 0xFC, 0xFF, .. new byte[255]]);
            }

            return true;
        });
        Assert.That(await sending.WaitAsync(Limit));
        sink.GoOn();
    }

    [Test]
    public void MaximumPacket_IsWhatTheHeaderCanTell() =>
        Assert.That(
            (_transport.MaximumPacket, new AclBuffers(8, 8192).Within(_transport).DataLength), Is.EqualTo((4096, 4091)));

    private async Task DeliverAsync(RecordingSink sink, string octets)
    {
        await WriteFarAsync(octets);
        await sink.ArrivedAsync();
    }

    // The sequence number of the next ACL data that the transport writes.
    private async Task<int> NextDataAsync()
    {
        var buffer = new byte[4096];
        while (true)
        {
            while (_headers.TryDequeue(out var header))
            {
                if (header.Type == ThreeWirePacketType.AclData)
                {
                    return header.Sequence;
                }
            }

            var read = await _far.ReadAsync(buffer).AsTask().WaitAsync(Limit);
            foreach (var frame in Frames(_sent, buffer.AsSpan(0, read)))
            {
                Assert.That(ThreeWireHeader.TryParse(frame.AsSpan(0, ThreeWireHeader.Size), out var header));
                _headers.Enqueue(header);
            }
        }
    }

    private async Task WriteFarAsync(string octets)
    {
        await _far.WriteAsync(Hex(octets));
        await _far.FlushAsync();
    }

    /// <summary>A host without room.</summary>
    private sealed class WaitingSink : IHciTransportSink, IDisposable
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _room = new();

        public Task Entered => _entered.Task;

        public void GoOn() => _room.Set();

        public void PacketReceived(ReadOnlySpan<byte> packet)
        {
            _entered.TrySetResult();
            _room.Wait(Limit);
        }

        public void FramingLost(string detail)
        {
        }

        public void Closed(Exception? failure)
        {
        }

        public void Dispose() => _room.Set();
    }
}
