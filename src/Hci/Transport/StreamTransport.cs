namespace HostStack.Hci.Transport;

/// <summary>H4 over any stream of octets: a socket, a serial port, a pipe.</summary>
/// <remarks>One task reads, cuts packets and hands them to the sink, which holds it back where the host has no room. The
/// loop writes: packets are gathered and written at once by <see cref="Flush"/>, or when the gathering buffer is full.
/// A failed write ends the transport as a failed read does; <see cref="IHciTransportSink.Closed"/> is called once, by
/// the reading task, as its last act.</remarks>
public sealed class StreamTransport : IHciTransport
{
    private const int ReadSize = 16 * 1024;
    private const int GatherSize = 64 * 1024;

    private readonly Stream _stream;
    private readonly H4Framer _framer;
    private readonly CancellationTokenSource _closing = new();
    private readonly byte[] _gathered = new byte[GatherSize];
    private int _gatheredLength;
    private Exception? _failure;
    private Task _reading = Task.CompletedTask;
    private IHciTransportSink? _sink;
    private bool _disposed;

    /// <summary>Makes a transport that takes the stream over.</summary>
    /// <param name="name">What people see.</param>
    /// <param name="stream">Read and written; disposed with the transport. Its reads must end when they are cancelled, also
    /// one that waits already, and when the stream is disposed: a failed write ends the reader by cancelling.</param>
    /// <param name="framer">Cuts what is read; null for a controller's packets with the usual bounds.</param>
    public StreamTransport(string name, Stream stream, H4Framer? framer = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Name = name;
        _stream = stream;
        _framer = framer ?? new H4Framer();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string SilenceRemedy => "look whether the program that serves it still runs, and start that again";

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The transport was started before.</exception>
    public void Start(IHciTransportSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (_sink is not null)
        {
            throw new InvalidOperationException("The transport was started before; open the controller again.");
        }

        _sink = sink;
        _reading = Task.Run(ReadAsync);
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> packet)
    {
        if (_framer.IsLost && ResetExchange.IsReset(packet))
        {
            _framer.ResetSent();
        }

        if (packet.Length > GatherSize - _gatheredLength)
        {
            Flush();
        }

        if (packet.Length > GatherSize)
        {
            Write(packet);
            return;
        }

        packet.CopyTo(_gathered.AsSpan(_gatheredLength));
        _gatheredLength += packet.Length;
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (_gatheredLength > 0)
        {
            var length = _gatheredLength;
            _gatheredLength = 0;
            Write(_gathered.AsSpan(0, length));
        }
    }

    /// <summary>Closes the stream and waits until the reading task has ended. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            await _reading;
            return;
        }

        _disposed = true;
        Flush();
        await _closing.CancelAsync();
        await _stream.DisposeAsync();
        await _reading;
        _closing.Dispose();
    }

#pragma warning disable CA1031 // Whatever ends the stream ends the transport, by one path, and is handed to the sink.
    private void Write(ReadOnlySpan<byte> octets)
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        try
        {
            _stream.Write(octets);
            _stream.Flush();
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            _ = _closing.CancelAsync(); // What is registered may take its time: not on the loop.
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[ReadSize];
        Exception? failure = null;
        try
        {
            int read;
            while ((read = await _stream.ReadAsync(buffer, _closing.Token).ConfigureAwait(false)) > 0)
            {
                _framer.Feed(buffer.AsSpan(0, read), _sink!);
            }
        }
        catch (Exception ended)
        {
            failure = ended;
        }

        // Closing on purpose is no failure, and a failed write is the cause of the cancelled read.
        _sink!.Closed(Volatile.Read(ref _failure) ?? (_closing.IsCancellationRequested ? null : failure));
    }
#pragma warning restore CA1031
}
