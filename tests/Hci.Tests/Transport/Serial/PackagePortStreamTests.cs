using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;

namespace HostStack.Hci.Tests.Transport.Serial;

/// <summary>A package's stream that keeps no promise of ours: it ignores tokens and throws what it likes.</summary>
[TestFixture]
public sealed class PackagePortStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private SilentLine _line = null!;
    private PackagePortStream _stream = null!;

    [SetUp]
    public void SetUp()
    {
        _line = new SilentLine();
        _stream = new PackagePortStream("COM3", _line, _line.Close);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _stream.DisposeAsync();
        await _line.DisposeAsync();
    }

    [Test]
    public async Task ReadAsync_CancelledWhileItWaits_EndsAsCancelledAndClosesThePort()
    {
        using var cancelled = new CancellationTokenSource();
        var reading = _stream.ReadAsync(new byte[1], cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        Assert.That(async () => await reading.WaitAsync(Limit), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_line.IsClosed);
    }

    [Test]
    public void Read_PortThatIsClosed_FailsAsAllPortsDo()
    {
        _line.Close();
        Assert.That(
            async () => await _stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Limit),
            Throws.InstanceOf<IOException>().With.Message.EqualTo("The serial port COM3 is gone or closed."));
        Assert.That(() => _stream.Write([1]), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void Write_TimesOut_SaysWhoHoldsTheLine()
    {
        _line.WriteFailure = new TimeoutException("The write timed out.");
        Assert.That(
            () => _stream.Write([1]),
            Throws.InstanceOf<IOException>().With.Message.EqualTo(
                "COM3 takes no octets any more: the other side holds CTS inactive; check its cable, or open it with flow=none."));
    }

    /// <summary>The package's limit is that of a whole write: 64 KiB at 115200 baud take longer.</summary>
    [Test]
    public void Write_OfMuch_IsASecondsWorthAtATime()
    {
        _stream.BaudRate = 9600;
        _stream.Write(new byte[2000]);
        Assert.That(_line.Writes, Is.EqualTo(new[] { 960, 960, 80 }));
    }

    [Test]
    public async Task Transport_WriteFailsOnASilentLine_IsToldThatItIsClosed()
    {
        await using var transport = new StreamTransport("h4:serial:COM3", _stream);
        var sink = new RecordingSink();
        transport.Start(sink);
        _line.WriteFailure = new TimeoutException("The write timed out.");
        transport.Send([0x01, 0x03, 0x0C, 0x00]);
        transport.Flush();
        await sink.WhenClosed.WaitAsync(Limit);
        Assert.That(sink.Closings.Single(), Is.InstanceOf<IOException>().With.Message.Contains("takes no octets any more"));
    }

    /// <summary>Reads end only when it is closed, and then with the exception of System.IO.Ports.</summary>
    private sealed class SilentLine : LineStream
    {
        private readonly TaskCompletionSource<int> _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsClosed => _reading.Task.IsCompleted;

        public Exception? WriteFailure { get; set; }

        public List<int> Writes { get; } = [];

        public override void Close() => _reading.TrySetException(new InvalidOperationException("The port is closed."));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(_reading.Task);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (IsClosed || WriteFailure is not null)
            {
                throw WriteFailure ?? new InvalidOperationException("The port is closed.");
            }

            Writes.Add(buffer.Length);
        }

        public override void Flush() => throw new NotSupportedException();
    }
}
