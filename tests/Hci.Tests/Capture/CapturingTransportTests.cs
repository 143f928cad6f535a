using HostStack.Hci.Capture;
using HostStack.Hci.Tests.Transport;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Tests.Capture;

public sealed class CapturingTransportTests
{
    private static readonly byte[] Reset = [0x01, 0x03, 0x0C, 0x00];
    private static readonly byte[] Complete = [0x04, 0x0E, 0x04, 0x01, 0x03, 0x0C, 0x00];

    [Test]
    public async Task Transport_WithATap_PassesAllOnAndCapturesBothWays()
    {
        var inner = new Inner();
        var tap = new Tap();
        var sink = new RecordingSink();
        await using (var transport = new CapturingTransport(inner, tap))
        {
            transport.Start(sink);
            transport.Send(Reset);
            transport.Flush();
            inner.Sink!.PacketReceived(Complete);
            inner.Sink.FramingLost("garbage");
            inner.Sink.Closed(null);
            Assert.That(transport.Name, Is.EqualTo("inner"));
        }

        Assert.That(inner.Sent, Is.EqualTo(new[] { Reset }));
        Assert.That(inner.Flushes, Is.EqualTo(1));
        Assert.That(inner.Disposed, Is.True);
        Assert.That(sink.Packets, Is.EqualTo(new[] { Complete }));
        Assert.That(sink.Losses, Is.EqualTo(new[] { "garbage" }));
        Assert.That(sink.Closings, Has.Count.EqualTo(1));
        Assert.That(tap.Seen, Is.EqualTo(new[]
        {
            (CaptureDirection.HostToController, "01030C00"), (CaptureDirection.ControllerToHost, "040E0401030C00"),
        }));
        Assert.That(tap.Flushes, Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task Source_WithATap_CapturesEveryOpening()
    {
        var tap = new Tap();
        var source = new CapturingSource(new InnerSource(), tap);
        Assert.That(source.Uri, Is.EqualTo("test:"));
        for (var opening = 0; opening < 2; opening++)
        {
            await using var transport = await source.OpenAsync(CancellationToken.None);
            transport.Start(new RecordingSink());
            transport.Send(Reset);
        }

        Assert.That(tap.Seen, Has.Count.EqualTo(2));
    }

    private sealed class Tap : IPacketTap
    {
        public List<(CaptureDirection Direction, string Hex)> Seen { get; } = [];

        public int Flushes { get; private set; }

        public void Packet(CaptureDirection direction, ReadOnlySpan<byte> packet) =>
            Seen.Add((direction, Convert.ToHexString(packet)));

        public void Flush() => Flushes++;
    }

    private sealed class InnerSource : IControllerSource
    {
        public string Uri => "test:";

        public Task<IHciTransport> OpenAsync(CancellationToken cancellationToken) => Task.FromResult<IHciTransport>(new Inner());
    }

    private sealed class Inner : IHciTransport
    {
        public string Name => "inner";

        public IHciTransportSink? Sink { get; private set; }

        public List<byte[]> Sent { get; } = [];

        public int Flushes { get; private set; }

        public bool Disposed { get; private set; }

        public void Start(IHciTransportSink sink) => Sink = sink;

        public void Send(ReadOnlySpan<byte> packet) => Sent.Add(packet.ToArray());

        public void Flush() => Flushes++;

        public ValueTask DisposeAsync()
        {
            Disposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
