using HostStack.Hci.Loop;

namespace HostStack.Pan.Client;

/// <summary>Waits on the loop that end early on cancellation or at a deadline. Loop only.</summary>
/// <remarks>Each wait is one completion that is awaited directly: combinators of tasks would leave the loop, and with it
/// the simulation that pumps it. What is waited for goes on alone when the wait ends early.</remarks>
internal sealed class LoopWaiter(TimerQueue timers, CancellationToken cancellation)
{
    /// <summary>Waits for a task.</summary>
    /// <exception cref="OperationCanceledException">Cancelled meanwhile.</exception>
    public async Task<T> ForAsync<T>(Task<T> task)
    {
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = SignalAsync(task, ended);
        await EndAsync(ended);
        return await task;
    }

    /// <summary>Waits for a task, at most for a time.</summary>
    /// <returns>Whether the task ended in time.</returns>
    /// <exception cref="OperationCanceledException">Cancelled meanwhile.</exception>
    public async Task<bool> ForAsync(Task task, TimeSpan atMost)
    {
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var timer = timers.Create(() => ended.TrySetResult(false));
        timer.Arm(atMost);
        _ = SignalAsync(task, ended);
        try
        {
            return await EndAsync(ended);
        }
        finally
        {
            timer.Disarm();
        }
    }

    /// <summary>Waits for a time.</summary>
    /// <exception cref="OperationCanceledException">Cancelled meanwhile.</exception>
    public async Task DelayAsync(TimeSpan time)
    {
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var timer = timers.Create(() => ended.TrySetResult(true));
        timer.Arm(time);
        try
        {
            await EndAsync(ended);
        }
        finally
        {
            timer.Disarm();
        }
    }

    private static async Task SignalAsync(Task task, TaskCompletionSource<bool> ended)
    {
        try
        {
            await task;
        }
#pragma warning disable CA1031 // Whoever waits sees the failure by awaiting the task itself.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Observed here where the wait ended early.
        }

        ended.TrySetResult(true);
    }

    private async Task<bool> EndAsync(TaskCompletionSource<bool> ended)
    {
        using var registration = cancellation.Register(() => ended.TrySetCanceled(cancellation));
        return await ended.Task;
    }
}
