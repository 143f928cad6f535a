using HostStack.Hci.Loop;

namespace HostStack.Host;

/// <summary>Runs tasks on a loop. For hosts whose loop is pumped by a simulation: there, "elsewhere" is the same thread at
/// another moment, so that a run stays deterministic.</summary>
/// <param name="loop">The loop.</param>
public sealed class LoopTaskScheduler(EventLoop loop) : TaskScheduler
{
    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <inheritdoc/>
    protected override void QueueTask(Task task) =>
        loop.Post(static (scheduler, task) => ((LoopTaskScheduler)scheduler!).TryExecuteTask((Task)task!), this, task);

    // Never inline: the program's code is not to run inside a protocol's call.
    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
