using HostStack.Hci.Transport;
using HostStack.VirtualController.Transport;

namespace HostStack.Hci.Tests.Transport;

/// <summary>Two streams, each of which reads what the other writes.</summary>
internal sealed class DuplexStream(PipeLine line) : LineStream
{
    private readonly TaskCompletionSource _readEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _written;

    public int Writes { get; private set; }

    /// <summary>Where in the octets each write began.</summary>
    public List<long> WriteStarts { get; } = [];

    public Exception? FailWrites { get; set; }

    /// <summary>Ends when nothing more is read: the other side has ended, or the read was cancelled.</summary>
    public Task WhenReadEnds => _readEnded.Task;

    public static (DuplexStream Near, DuplexStream Far) CreatePair()
    {
        var (near, far) = PipeLine.CreatePair();
        return (new(near), new(far));
    }

    public override int Read(Span<byte> buffer) => line.Read(buffer);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = 0;
        try
        {
            return read = await line.ReadAsync(buffer, cancellationToken);
        }
        finally
        {
            if (read == 0)
            {
                _readEnded.TrySetResult();
            }
        }
    }

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
