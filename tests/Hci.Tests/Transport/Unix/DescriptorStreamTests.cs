using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Tests.Transport.Unix;

[TestFixture]
[Platform("Linux")]
public sealed class DescriptorStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly byte[] ResetComplete = [0x04, 0x0E, 0x04, 0x01, 0x03, 0x0C, 0x00];

    private SocketPair _pair = null!;
    private DescriptorStream _stream = null!;

    [SetUp]
    public void SetUp()
    {
        _pair = SocketPair.OfStreams();
        _stream = new DescriptorStream(new PolledDescriptor(_pair.Near), "test reader");
    }

    [TearDown]
    public async Task TearDown()
    {
        await _stream.DisposeAsync();
        _pair.Dispose();
    }

    [Test]
    public void ReadAsync_WhatIsThere_IsGivenAtOnce()
    {
        _pair.Far.Write(ResetComplete);
        var buffer = new byte[16];
        var reading = _stream.ReadAsync(buffer);
        Assert.That(reading.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task ReadAsync_NothingThere_WaitsForIt()
    {
        var buffer = new byte[16];
        var reading = _stream.ReadAsync(buffer).AsTask();
        Assert.That(reading.IsCompleted, Is.False);
        _pair.Far.Write(ResetComplete);
        Assert.That(await reading.WaitAsync(Limit), Is.EqualTo(ResetComplete.Length));
        Assert.That(buffer.AsSpan(0, ResetComplete.Length).ToArray(), Is.EqualTo(ResetComplete));
    }

    [Test]
    public async Task ReadAsync_OtherSideEnds_IsZero()
    {
        var reading = _stream.ReadAsync(new byte[16]).AsTask();
        _pair.Far.Dispose();
        Assert.That(await reading.WaitAsync(Limit), Is.Zero);
    }

    [Test]
    public async Task Cancel_WhileAReadWaits_EndsItAsCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        var reading = _stream.ReadAsync(new byte[16], cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        Assert.That(async () => await reading.WaitAsync(Limit), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await _stream.ReadAsync(new byte[16]), Is.Zero, "cancelling stops the stream");
    }

    [Test]
    public void ReadAsync_TokenThatIsCancelled_IsCancelledAtOnce() =>
        Assert.That(
            async () => await _stream.ReadAsync(new byte[16], new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());

    [Test]
    public async Task DisposeAsync_WhileAReadWaits_EndsItAndClosesTheDescriptor()
    {
        var reading = _stream.ReadAsync(new byte[16]).AsTask();
        await _stream.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.That(await reading.WaitAsync(Limit), Is.Zero);
        Assert.That(_pair.Near.Closed.IsCompleted, Is.True);
        Assert.That(_pair.Far.Read(new byte[1]), Is.Zero);
    }

    [Test]
    public async Task DisposeAsync_AsReadsBegin_LeavesNoneWaiting()
    {
        for (var i = 0; i < 200; i++)
        {
            using var pair = SocketPair.OfStreams();
            var stream = new DescriptorStream(new PolledDescriptor(pair.Near), "test reader");
            var reading = Task.Run(async () =>
            {
                while (await stream.ReadAsync(new byte[16]) > 0)
                {
                }
            });
            pair.Far.Write([1]);
            await stream.DisposeAsync().AsTask().WaitAsync(Limit);
            await reading.WaitAsync(Limit);
        }
    }

    [Test]
    public async Task Transport_OverIt_CarriesPacketsBothWaysAndCloses()
    {
        var transport = new StreamTransport("test", _stream);
        var sink = new RecordingSink();
        transport.Start(sink);
        foreach (var part in new[] { ResetComplete[..2], ResetComplete[2..] })
        {
            _pair.Far.Write(part);
        }

        await sink.ArrivedAsync();
        transport.Send([0x01, 0x03, 0x0C, 0x00]);
        transport.Flush();
        var buffer = new byte[16];
        Assert.That(_pair.Far.Read(buffer), Is.EqualTo(4));
        await transport.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.That(sink.Packets, Is.EqualTo(new[] { ResetComplete }));
        Assert.That(sink.Closings, Is.EqualTo(new Exception?[] { null }));
    }

    [Test]
    public async Task Transport_OtherSideTakesNothing_IsLostWithTheFailedWrite()
    {
        using var pair = SocketPair.OfStreams();
        var stream = new DescriptorStream(new PolledDescriptor(pair.Near, TimeSpan.FromMilliseconds(20)), "test reader");
        var transport = new StreamTransport("test", stream);
        var sink = new RecordingSink();
        transport.Start(sink);
        for (var i = 0; i < 64 && !sink.WhenClosed.IsCompleted; i++)
        {
            transport.Send(new byte[60_000]);
            transport.Flush();
        }

        await sink.WhenClosed.WaitAsync(Limit);
        Assert.That(sink.Closings[0]?.Message, Does.StartWith("writing failed: the device has taken nothing"));
        await transport.DisposeAsync().AsTask().WaitAsync(Limit);
    }

    [Test]
    public async Task Transport_ManyPackets_AllocateNothing()
    {
        const int Packets = 2000;
        var transport = new StreamTransport("test", _stream);
        var sink = new CountingSink();
        transport.Start(sink);
        Exchange(200);
        var before = sink.AllocatedOnThread;
        var thread = sink.Thread;
        Exchange(Packets);
        Assert.That(sink.Thread, Is.SameAs(thread), "all was read on the stream's thread");

        // A lock's first contention costs the thread something, once.
        Assert.That(sink.AllocatedOnThread - before, Is.LessThan(Packets));
        await transport.DisposeAsync();

        void Exchange(int times)
        {
            for (var i = 0; i < times; i++)
            {
                _pair.Far.Write(ResetComplete);
                Assert.That(sink.Arrived.Wait(Limit), Is.True);
            }
        }
    }
}
