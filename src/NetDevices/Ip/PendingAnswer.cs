namespace HostStack.NetDevices.Ip;

/// <summary>Something that comes in time or not at all.</summary>
/// <remarks>The timer is of the time provider that the caller owns, and who awaits goes on in the context in which it
/// waited: with a virtual clock and a pumped context no other thread is needed.</remarks>
/// <typeparam name="T">What comes.</typeparam>
internal sealed class PendingAnswer<T> : IDisposable
    where T : struct
{
    private readonly TaskCompletionSource<T?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;

    /// <summary>Begins to wait.</summary>
    /// <param name="time">Whose timer counts.</param>
    /// <param name="limit">How long.</param>
    public PendingAnswer(TimeProvider time, TimeSpan limit) =>
        _timer = time.CreateTimer(
            static state => ((PendingAnswer<T>)state!)._completion.TrySetResult(null), this, limit, Timeout.InfiniteTimeSpan);

    /// <summary>What came; null where nothing did.</summary>
    public Task<T?> Task => _completion.Task;

    /// <summary>It came.</summary>
    /// <param name="answer">What came.</param>
    public void Complete(T answer) => _completion.TrySetResult(answer);

    /// <summary>It will not come.</summary>
    public void GiveUp() => _completion.TrySetResult(null);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
