using System.IO.Pipelines;
using HostStack.Hci.Transport;

namespace HostStack.Bench.Doors;

/// <summary>H4 as on a serial line, over a stream in memory. The system's own cost of the line is not in it.</summary>
internal sealed class LineDoor : IDoor
{
    private readonly Pipe _toHost = new(Unbounded());
    private readonly Pipe _fromHost = new(Unbounded());

    private readonly Stream _wire;

    /// <summary>Opens the line.</summary>
    public LineDoor()
    {
        _wire = _toHost.Writer.AsStream();
        Transport = new StreamTransport("h4:memory", new Line(_toHost.Reader.AsStream(), _fromHost.Writer.AsStream()));
    }

    /// <inheritdoc/>
    public IHciTransport Transport { get; }

    /// <inheritdoc/>
    public void Deliver(ReadOnlySpan<byte> packet) => _wire.Write(packet);

    /// <inheritdoc/>
    public void Take(int octets)
    {
        while (octets > 0 && _fromHost.Reader.TryRead(out var read))
        {
            octets -= (int)read.Buffer.Length;
            _fromHost.Reader.AdvanceTo(read.Buffer.End);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wire.Dispose();

    // Who delivers keeps the window itself.
    private static PipeOptions Unbounded() => new(pauseWriterThreshold: 0, resumeWriterThreshold: 0);

    private sealed class Line(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            input.ReadAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => output.Write(buffer);

        public override void Flush()
        {
            // A write is there at once.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
