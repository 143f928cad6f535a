namespace HostStack.NetDevices.Addressing;

/// <summary>A timer of one deadline, which moves.</summary>
/// <param name="time">The clock.</param>
/// <param name="callback">Called when the deadline has come, or when a part of a very long wait is over.</param>
/// <param name="state">Its argument.</param>
internal sealed class DeadlineTimer(TimeProvider time, TimerCallback callback, object state) : IAsyncDisposable
{
    // Longer waits are done in pieces, as timers have an end.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly ITimer _timer = time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Moves the deadline.</summary>
    /// <param name="wait">How long until then; below zero: now; null: there is none.</param>
    public void Set(TimeSpan? wait) => _timer.Change(
        wait is not { } due ? Timeout.InfiniteTimeSpan
        : due < TimeSpan.Zero ? TimeSpan.Zero
        : due < Longest ? TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds))
        : Longest,
        Timeout.InfiniteTimeSpan);

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
