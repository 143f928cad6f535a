using System.IO.Pipelines;

namespace HostStack.Hci.Tests.Transport;

/// <summary>Two streams, each of which reads what the other writes.</summary>
internal sealed class DuplexStream(Stream input, Stream output) : Stream
{
    private long _written;

    public int Writes { get; private set; }

    /// <summary>Where in the octets each write began.</summary>
    public List<long> WriteStarts { get; } = [];


    public Exception? FailWrites { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static (DuplexStream Near, DuplexStream Far) CreatePair()
    {
        var forth = new Pipe();
        var back = new Pipe();
        return (new(back.Reader.AsStream(), forth.Writer.AsStream()), new(forth.Reader.AsStream(), back.Writer.AsStream()));
    }

    public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        input.ReadAsync(buffer, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (FailWrites is { } failure)
        {
            throw failure;
        }

        WriteStarts.Add(_written);
        _written += buffer.Length;
        Writes++;
        output.Write(buffer);
    }

    public override void Flush() => output.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
            output.Dispose();
        }

        base.Dispose(disposing);
    }
}
