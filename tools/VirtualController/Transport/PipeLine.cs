using System.IO.Pipelines;
using HostStack.Hci.Transport;

namespace HostStack.VirtualController.Transport;

/// <summary>One end of a line in memory: it reads one pipe and writes another.</summary>
/// <param name="input">What the other end writes.</param>
/// <param name="output">What the other end reads.</param>
/// <remarks>A pipe that was closed under a call says so by <see cref="InvalidOperationException"/>; here it is the
/// <see cref="IOException"/> that users of a stream expect.</remarks>
public sealed class PipeLine(PipeReader input, PipeWriter output) : LineStream
{
    private readonly Stream _input = input.AsStream();
    private readonly Stream _output = output.AsStream();

    /// <summary>Makes both ends of a line.</summary>
    public static (PipeLine Near, PipeLine Far) CreatePair()
    {
        var (forth, back) = (new Pipe(), new Pipe());
        return (new PipeLine(back.Reader, forth.Writer), new PipeLine(forth.Reader, back.Writer));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _input.Read(buffer);
        }
        catch (InvalidOperationException closed)
        {
            throw Closed(closed);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _input.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidOperationException closed)
        {
            throw Closed(closed);
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _output.Write(buffer);
        }
        catch (InvalidOperationException closed)
        {
            throw Closed(closed);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _output.WriteAsync(buffer, cancellationToken);
        }
        catch (InvalidOperationException closed)
        {
            throw Closed(closed);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
            _output.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IOException Closed(InvalidOperationException closed) => new("The line was closed.", closed);
}
