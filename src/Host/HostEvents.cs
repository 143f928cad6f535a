using System.Threading.Channels;

namespace HostStack.Host;

/// <summary>The stream of a host's events. Each reader has its own bounded queue, which lets the oldest go when the reader
/// is slow and says so by <see cref="EventsLost"/>.</summary>
/// <remarks>Any thread may subscribe and read.</remarks>
public sealed class HostEvents : IAsyncEnumerable<HostEvent>
{
    /// <summary>Events that a reader's queue holds unless told otherwise.</summary>
    public const int DefaultCapacity = 256;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private HostEventReader[] _readers = [];
    private bool _completed;

    internal HostEvents(TimeProvider time) => _time = time;

    /// <summary>Begins to collect events, from now on.</summary>
    /// <param name="capacity">Events that are kept while nobody reads, at least 1.</param>
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Usage", "VSTHRD200", Justification = "Subscribing is done when it returns; only reading waits.")]
    public HostEventReader Subscribe(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        var reader = new HostEventReader(this, capacity);
        lock (_gate)
        {
            if (_completed)
            {
                reader.Complete();
            }
            else
            {
                _readers = [.. _readers, reader];
            }
        }

        return reader;
    }

    /// <summary>Reads events from now on, until the host is closed or the enumeration is cancelled.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public IAsyncEnumerator<HostEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        // Subscribed here, not at the first MoveNext: nothing is missed in between.
        var reader = Subscribe();
        return ReadAndDisposeAsync(reader, cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    /// <summary>Tells every reader. For the host and for profiles on it.</summary>
    /// <param name="happened">What happened; stamped with the time.</param>
    public void Publish(HostEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        happened.Time = _time.GetUtcNow();
        foreach (var reader in Volatile.Read(ref _readers))
        {
            reader.Offer(happened);
        }
    }

    internal void Complete()
    {
        HostEventReader[] readers;
        lock (_gate)
        {
            _completed = true;
            readers = _readers;
            _readers = [];
        }

        foreach (var reader in readers)
        {
            reader.Complete();
        }
    }

    internal void Remove(HostEventReader reader)
    {
        lock (_gate)
        {
            _readers = Array.FindAll(_readers, other => !ReferenceEquals(other, reader));
        }
    }

    private static async IAsyncEnumerable<HostEvent> ReadAndDisposeAsync(
        HostEventReader reader,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using (reader)
        {
            await foreach (var happened in reader.WithCancellation(cancellationToken))
            {
                yield return happened;
            }
        }
    }
}

/// <summary>One reader of a host's events. One thread at a time.</summary>
public sealed class HostEventReader : IAsyncEnumerable<HostEvent>, IDisposable
{
    private readonly HostEvents _events;
    private readonly Channel<HostEvent> _queue;
    private long _lost;

    internal HostEventReader(HostEvents events, int capacity)
    {
        _events = events;
        _queue = Channel.CreateBounded<HostEvent>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _lost));
    }

    /// <summary>Takes the next event if there is one.</summary>
    /// <param name="happened">The event; an <see cref="EventsLost"/> first where some are missing.</param>
    public bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HostEvent? happened)
    {
        var lost = Interlocked.Exchange(ref _lost, 0);
        if (lost > 0)
        {
            happened = new EventsLost(lost);
            if (_queue.Reader.TryPeek(out var next))
            {
                happened.Time = next.Time;
            }

            return true;
        }

        return _queue.Reader.TryRead(out happened);
    }

    /// <summary>Reads until the host is closed or the enumeration is cancelled.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerator<HostEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        do
        {
            while (TryRead(out var happened))
            {
                yield return happened;
            }
        }
        while (await _queue.Reader.WaitToReadAsync(cancellationToken));
    }

    /// <summary>Stops collecting. Idempotent.</summary>
    public void Dispose()
    {
        _events.Remove(this);
        _queue.Writer.TryComplete();
    }

    internal void Offer(HostEvent happened) => _queue.Writer.TryWrite(happened);

    internal void Complete() => _queue.Writer.TryComplete();
}
