namespace HostStack.Hci.Loop;

/// <summary>A call from outside the loop whose task has not ended: it fails where the loop ends first, so that nobody
/// waits for ever.</summary>
internal abstract class PendingCall
{
    /// <summary>Starts the procedure. Loop only.</summary>
    public abstract void Begin();

    /// <summary>Fails the task where it has not ended. Any thread.</summary>
    public abstract void LoopEnded();
}

/// <summary>A pending call with its procedure.</summary>
/// <typeparam name="T">What the procedure gives.</typeparam>
internal sealed class PendingCall<T>(EventLoop loop, Func<Task<T>> procedure) : PendingCall
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _completion.Task;

    public override void Begin() => _ = RunAsync();

    public override void LoopEnded() =>
        _completion.TrySetException(new ObjectDisposedException(loop.Name, "The Bluetooth host has been closed; open it again."));

    private async Task RunAsync()
    {
        try
        {
            _completion.TrySetResult(await procedure());
        }
        catch (OperationCanceledException canceled)
        {
            _completion.TrySetCanceled(canceled.CancellationToken);
        }
#pragma warning disable CA1031 // Every failure belongs to the caller who awaits the task.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _completion.TrySetException(failure);
        }
        finally
        {
            loop.Forget(this);
        }
    }
}

/// <summary>The calls of one loop that have not ended. Any thread.</summary>
internal sealed class PendingCalls
{
    private readonly Lock _gate = new();
    private readonly HashSet<PendingCall> _calls = [];

    public void Add(PendingCall call)
    {
        lock (_gate)
        {
            _calls.Add(call);
        }
    }

    public void Remove(PendingCall call)
    {
        lock (_gate)
        {
            _calls.Remove(call);
        }
    }

    public void LoopEnded()
    {
        PendingCall[] left;
        lock (_gate)
        {
            left = [.. _calls];
            _calls.Clear();
        }

        foreach (var call in left)
        {
            call.LoopEnded();
        }
    }
}
