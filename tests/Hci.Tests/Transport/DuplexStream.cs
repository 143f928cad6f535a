using HostStack.Hci.Transport;
using HostStack.VirtualController.Transport;

namespace HostStack.Hci.Tests.Transport;

/// <summary>Two streams, each of which reads what the other writes.</summary>
internal sealed class DuplexStream(PipeLine line) : LineStream
{
    private long _written;

    public int Writes { get; private set; }

    /// <summary>Where in the octets each write began.</summary>
    public List<long> WriteStarts { get; } = [];

    public Exception? FailWrites { get; set; }

    public static (DuplexStream Near, DuplexStream Far) CreatePair()
    {
        var (near, far) = PipeLine.CreatePair();
        return (new(near), new(far));
    }

    public override int Read(Span<byte> buffer) => line.Read(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        line.ReadAsync(buffer, cancellationToken);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (FailWrites is { } failure)
        {
            throw failure;
        }

        WriteStarts.Add(_written);
        _written += buffer.Length;
        Writes++;
        line.Write(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            line.Dispose();
        }

        base.Dispose(disposing);
    }
}
