using HostStack.Hci.Transport;
using HostStack.Hci.Transport.ThreeWire;
using static HostStack.Hci.Tests.Transport.ThreeWire.SlipTests;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

/// <summary>The transport on a stream, against octets written by hand and against another one.</summary>
[TestFixture]
public sealed class ThreeWireTransportTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly byte[] Data = [0x02, 0x2A, 0x00, 0x02, 0x00, 0xC0, 0xDB];

    private DuplexStream _near = null!;
    private DuplexStream _far = null!;
    private ThreeWireTransport _transport = null!;
    private RecordingSink _sink = null!;

    [SetUp]
    public void SetUp()
    {
        (_near, _far) = DuplexStream.CreatePair();
        _transport = new ThreeWireTransport("h5:test", _near);
        _sink = new RecordingSink();
    }

    [TearDown]
    public async Task TearDown() => await _transport.DisposeAsync();

    [Test]
    public async Task Packets_BetweenTwoTransports_ArriveInOrder()
    {
        await using var other = new ThreeWireTransport("h5:other", _far, new ThreeWireOptions { Window = 7 });
        var otherSink = new RecordingSink();
        await Task.WhenAll(_transport.EstablishAsync(), other.EstablishAsync()).WaitAsync(Limit);
        other.Start(otherSink);
        _transport.Start(_sink);
        for (var i = 0; i < 500; i++)
        {
            // More than the queue takes: sending waits for acknowledgements.
            byte[] packet = [0x02, 0x2A, 0x00, 0xE8, 0x03, .. new byte[1000]];
            packet[6] = (byte)i;
            _transport.Send(packet);
        }

        for (var i = 0; i < 500; i++)
        {
            await otherSink.ArrivedAsync();
        }

        Assert.That(otherSink.Packets.Select(static packet => packet[6]), Is.EqualTo(Enumerable.Range(0, 500).Select(static i => (byte)i)));
        other.Send([0x04, 0x10, 0x01, 0x05]);
        await _sink.ArrivedAsync();
        Assert.That(_sink.Packets, Is.EqualTo(new[] { new byte[] { 0x04, 0x10, 0x01, 0x05 } }));
    }

    [Test]
    public async Task Packets_BeforeStart_WaitForTheSink()
    {
        await EstablishByHandAsync();
        await WriteFarAsync("C0 80 64 00 1B 0E 04 01 03 0C 00 C0");
        _transport.Start(_sink);
        await _sink.ArrivedAsync();
        Assert.That(_sink.Packets, Is.EqualTo(new[] { Hex("04 0E 04 01 03 0C 00") }));
    }

    [Test]
    public async Task Packets_OfATypeThatOnlyHostsSend_AreNotDelivered()
    {
        await EstablishByHandAsync();
        _transport.Start(_sink);
        await WriteFarAsync("C0 80 31 00 4E 03 0C 00 C0");
        await WriteFarAsync("C0 81 64 00 1A 0E 04 01 03 0C 00 C0");
        await _sink.ArrivedAsync();
        Assert.That(_sink.Packets, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task EstablishAsync_NobodyAnswers_SaysWhatToCheck()
    {
        await using var alone = new ThreeWireTransport("h5:serial:/dev/ttyS7", _far, new ThreeWireOptions { EstablishmentTries = 1 });
        Assert.That(
            async () => await alone.EstablishAsync().WaitAsync(Limit),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(
                "Nobody answers on h5:serial:/dev/ttyS7; check wiring, power, baud rate and parity, and that the controller speaks H5 and not H4."));
    }

    [Test]
    public async Task EstablishAsync_Cancelled_EndsAndCanBeDisposed()
    {
        using var cancel = new CancellationTokenSource();
        var establishing = _transport.EstablishAsync(cancel.Token);
        await cancel.CancelAsync();
        Assert.That(async () => await establishing, Throws.InstanceOf<OperationCanceledException>());
        await _transport.DisposeAsync().AsTask().WaitAsync(Limit);
    }

    [Test]
    public void EstablishAsync_LineEnds_SaysSo()
    {
        _far.Dispose();
        Assert.That(
            async () => await _transport.EstablishAsync().WaitAsync(Limit),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("closed before a controller answered"));
    }

    [Test]
    public async Task Closed_ControllerBeginsAnew_IsToldOnceWithTheReason()
    {
        await EstablishByHandAsync();
        _transport.Start(_sink);
        await WriteFarAsync("C0 00 2F 00 D0 01 7E C0");
        await _sink.WhenClosed.WaitAsync(Limit);
        _transport.Send(Data);
        await _transport.DisposeAsync();
        Assert.That(_sink.Closings, Has.Count.EqualTo(1));
        Assert.That(_sink.Closings[0], Is.InstanceOf<ControllerUnavailableException>().With.Message.Contains("begun anew by itself"));
        Assert.That(_sink.Losses, Is.Empty);
    }

    [Test]
    public async Task Closed_NothingIsAcknowledged_IsToldWithTheReason()
    {
        _transport = new ThreeWireTransport("h5:test", _near, new ThreeWireOptions { ResendTries = 1, BaudRate = 4_000_000 });
        await EstablishByHandAsync();
        _transport.Start(_sink);
        _transport.Send(Data);
        await _sink.WhenClosed.WaitAsync(Limit);
        Assert.That(_sink.Closings.Single(), Has.Message.Contains("acknowledges nothing any more"));
    }

    [Test]
    public async Task Closed_FarSideEnds_IsToldOnceWithoutFailure([Values] bool beforeStart)
    {
        await EstablishByHandAsync();
        if (beforeStart)
        {
            await _far.DisposeAsync();
            await _near.WhenReadEnds.WaitAsync(Limit);
        }

        _transport.Start(_sink);
        await _far.DisposeAsync();
        await _sink.WhenClosed.WaitAsync(Limit);
        await _transport.DisposeAsync();
        Assert.That(_sink.Closings, Is.EqualTo(new Exception?[] { null }));
    }

    [Test]
    public async Task Closed_WriteFails_IsToldOnceWithTheFailure()
    {
        await EstablishByHandAsync();
        _transport.Start(_sink);
        var failure = new IOException("the cable is out");
        _near.FailWrites = failure;
        _transport.Send(Data);
        await _sink.WhenClosed.WaitAsync(Limit);
        await _transport.DisposeAsync();
        Assert.That(_sink.Closings, Is.EqualTo(new[] { failure }));
    }

    /// <summary>The end of the read is the signal that the link has ended: nothing else would come before the start.</summary>
    [Test]
    public async Task Closed_ControllerBeganAnewBeforeStart_IsToldAtTheStart()
    {
        await EstablishByHandAsync();
        await WriteFarAsync("C0 00 2F 00 D0 01 7E C0");
        await _near.WhenReadEnds.WaitAsync(Limit);
        _transport.Start(_sink);
        await _sink.WhenClosed.WaitAsync(Limit);
        await _transport.DisposeAsync();
        Assert.That(_sink.Closings.Single(), Is.InstanceOf<ControllerUnavailableException>().With.Message.Contains("begun anew by itself"));
    }

    [Test]
    public async Task DisposeAsync_LinkEndedAndNeverStarted_Ends()
    {
        await EstablishByHandAsync();
        await _far.DisposeAsync();
        await _near.WhenReadEnds.WaitAsync(Limit);
        await _transport.DisposeAsync().AsTask().WaitAsync(Limit);
    }

    [Test]
    public async Task DisposeAsync_Twice_ClosesOnce()
    {
        await EstablishByHandAsync();
        _transport.Start(_sink);
        await _transport.DisposeAsync();
        await _transport.DisposeAsync();
        Assert.That(_sink.Closings, Is.EqualTo(new Exception?[] { null }));
    }

    [Test]
    public async Task DisposeAsync_NeverEstablished_EndsAtOnce() =>
        await _transport.DisposeAsync().AsTask().WaitAsync(Limit);

    [Test]
    public async Task Start_Twice_IsTheCallersMistake()
    {
        Assert.That(() => _transport.Start(_sink), Throws.InvalidOperationException, "not established");
        await EstablishByHandAsync();
        _transport.Start(_sink);
        Assert.That(() => _transport.Start(_sink), Throws.InvalidOperationException);
    }

    [TestCase(0)]
    [TestCase(8)]
    public void Options_WindowOutOfRange_IsTheCallersMistake(int window) =>
        Assert.That(
            () => new ThreeWireTransport("x", _far, new ThreeWireOptions { Window = window }),
            Throws.InstanceOf<ArgumentOutOfRangeException>());

    // The far side says yes before it is asked; it reads nothing, and the pipe has room for all that these tests send.
    private async Task EstablishByHandAsync()
    {
        var establishing = _transport.EstablishAsync();
        await WriteFarAsync("C0 00 2F 00 D0 02 7D C0 C0 00 3F 00 DB DC 04 7B 04 C0");
        await establishing.WaitAsync(Limit);
    }

    private async Task WriteFarAsync(string octets)
    {
        await _far.WriteAsync(Hex(octets));
        await _far.FlushAsync();
    }
}
