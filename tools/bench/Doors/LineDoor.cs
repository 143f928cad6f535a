using System.IO.Pipelines;
using HostStack.Hci.Transport;
using HostStack.VirtualController.Transport;

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
        Transport = new StreamTransport("h4:memory", new PipeLine(_toHost.Reader, _fromHost.Writer));
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
}
