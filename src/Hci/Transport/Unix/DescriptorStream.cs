using System.Threading.Tasks.Sources;

namespace HostStack.Hci.Transport.Unix;

/// <summary>A stream over a descriptor. Reads that have to wait do so on a thread of the stream, which also runs what
/// follows on them: whoever reads in a loop runs on that thread, without a change of threads or an allocation per read.</summary>
/// <remarks>
/// <para>One read at a time, one write at a time. Writes wait for room, no longer than the limit of the
/// <see cref="PolledDescriptor"/>.</para>
/// <para>Cancelling a read stops the stream, as disposing does: a read that waits ends as cancelled, or with 0 octets.</para>
/// </remarks>
internal sealed class DescriptorStream : LineStream, IValueTaskSource<int>
{
    private readonly PolledDescriptor _descriptor;
    private readonly string _threadName;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wanted = new(0);
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _buffer;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private Thread? _thread;
    private bool _disposed;

    /// <summary>Takes a descriptor over.</summary>
    /// <param name="descriptor">Disposed with the stream.</param>
    /// <param name="threadName">What debuggers call the reading thread.</param>
    public DescriptorStream(PolledDescriptor descriptor, string threadName)
    {
        _descriptor = descriptor;
        _threadName = threadName;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => buffer.IsEmpty ? 0 : _descriptor.Read(buffer);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _descriptor.Stop();
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        try
        {
            return buffer.IsEmpty ? new ValueTask<int>(0)
                : _descriptor.TryRead(buffer.Span, out var read) ? new ValueTask<int>(read)
                : ReadLaterAsync(buffer, cancellationToken);
        }
        catch (IOException failure)
        {
            return ValueTask.FromException<int>(failure);
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => _descriptor.Write(buffer);

    /// <inheritdoc/>
    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    /// <summary>Stops, and completes when the descriptor is closed: the device may be opened again. Closing is done by the
    /// reading thread, where there is one.</summary>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        await _descriptor.Closed.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _registration.Dispose();
            _descriptor.Stop();
            lock (_gate)
            {
                _disposed = true;
                _wanted.Release(); // The thread has nothing to wait for any more.
            }

            if (_thread is null)
            {
                _descriptor.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private ValueTask<int> ReadLaterAsync(Memory<byte> buffer, CancellationToken token)
    {
        // One registration for as many reads as come with the same token.
        if (token != _token)
        {
            _registration.Unregister();
            _token = token;
            _registration = token.UnsafeRegister(static stream => ((DescriptorStream)stream!)._descriptor.Stop(), this);
        }

        lock (_gate)
        {
            if (_disposed)
            {
                return new ValueTask<int>(0);
            }

            _read.Reset();
            _buffer = buffer;
            if (_thread is null)
            {
                _thread = new Thread(ReadOnThread) { IsBackground = true, Name = _threadName };
                _thread.Start();
            }

            _wanted.Release();
            return new ValueTask<int>(this, _read.Version);
        }
    }

    private void ReadOnThread()
    {
        while (true)
        {
            _wanted.Wait();
            if (_buffer.IsEmpty)
            {
                // Disposed, and nobody waits. A line that holds octets back may take long to close: here, nobody waits for it.
                _descriptor.Dispose();
                return;
            }

            var buffer = _buffer;
            _buffer = default;
            var read = 0;
            Exception? failure = null;
            try
            {
                read = _descriptor.Read(buffer.Span);
            }
#pragma warning disable CA1031 // Every failure is the reader's, who gets it from the read.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                failure = fault;
            }

            // What follows on the read runs within these calls, and asks for the next one there.
            if (failure is null && read == 0 && _token.IsCancellationRequested)
            {
                failure = new OperationCanceledException(_token);
            }

            if (failure is null)
            {
                _read.SetResult(read);
            }
            else
            {
                _read.SetException(failure);
            }
        }
    }
}
