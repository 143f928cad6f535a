namespace HostStack.VirtualController.Time;

/// <summary>The run queue of a simulation's own code: continuations of the code under <c>Run</c>, user callbacks and
/// timer callbacks, one after another on the simulation's thread.</summary>
internal sealed class SimulationContext : SynchronizationContext
{
    private readonly object _gate = new();
    private Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private Queue<(SendOrPostCallback Callback, object? State)> _batch = new();
    private int _thread;

    /// <summary>Whether the caller runs inside the context's pump.</summary>
    public bool IsCurrent => _thread == Environment.CurrentManagedThreadId;

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            _ready.Enqueue((d, state));
            Monitor.PulseAll(_gate);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Waiting for the simulation's thread can block it; use Post.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs what is queued now; what that queues runs at the next pump.</summary>
    public bool Pump()
    {
        lock (_gate)
        {
            (_ready, _batch) = (_batch, _ready);
        }

        var worked = _batch.Count > 0;
        while (_batch.TryDequeue(out var item))
        {
            Invoke(item.Callback, item.State);
        }

        return worked;
    }

    /// <summary>Calls at once, with this context installed.</summary>
    public void Invoke(SendOrPostCallback callback, object? state)
    {
        var previous = Current;
        var previousThread = _thread;
        SetSynchronizationContext(this);
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            callback(state);
        }
        finally
        {
            _thread = previousThread;
            SetSynchronizationContext(previous);
        }
    }

    /// <summary>Waits in real time until another thread posts.</summary>
    public bool WaitForPost(TimeSpan timeout)
    {
        lock (_gate)
        {
            return _ready.Count > 0 || Monitor.Wait(_gate, timeout);
        }
    }
}

/// <summary>Runs tasks on the simulation's thread, in the order in which they were queued.</summary>
internal sealed class SimulationTaskScheduler(SimulationContext context) : TaskScheduler
{
    protected override void QueueTask(Task task) => context.Post(_ => TryExecuteTask(task), null);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
