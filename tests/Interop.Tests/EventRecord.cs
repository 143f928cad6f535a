using HostStack.Host;

namespace HostStack.Interop.Tests;

/// <summary>What happened to one of our hosts, kept in its order, since the record was begun. One thread at a time.</summary>
/// <param name="events">The host's events.</param>
internal sealed class EventRecord(HostEvents events) : IDisposable
{
    private const int Capacity = 4096;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly HostEventReader _reader = events.Subscribe(Capacity);
    private readonly List<HostEvent> _all = [];

    /// <summary>All events so far.</summary>
    public IReadOnlyList<HostEvent> All
    {
        get
        {
            while (_reader.TryRead(out var happened))
            {
                _all.Add(happened);
            }

            return _all;
        }
    }

    /// <summary>Waits for the number of events of a kind, and gives the last of them.</summary>
    /// <param name="number">How many, those that have happened among them.</param>
    /// <param name="limit">a minute unless given.</param>
    public async Task<T> SeesAsync<T>(int number = 1, TimeSpan? limit = null)
        where T : HostEvent
    {
        if (All.OfType<T>().ElementAtOrDefault(number - 1) is { } known)
        {
            return known;
        }

        using var deadline = new CancellationTokenSource(limit ?? Limit, TimeProvider.System);
        var seen = _all.OfType<T>().Count();
        try
        {
            await foreach (var happened in _reader.WithCancellation(deadline.Token))
            {
                _all.Add(happened);
                if (happened is T wanted && ++seen == number)
                {
                    return wanted;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Too late.
        }

        throw new AssertionException(
            $"{typeof(T).Name} has not happened {number} times within {limit ?? Limit}; what has:\n{string.Join('\n', _all)}");
    }

    public void Dispose() => _reader.Dispose();
}
