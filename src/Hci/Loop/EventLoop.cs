using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Hci.Loop;

/// <summary>The one place where the protocol state of a controller is touched: by one thread at a time.</summary>
/// <remarks>
/// <para>Two queues feed it. The <b>inbox</b> is bounded and takes what comes from outside (transport, public API), whose
/// threads wait for room. The <b>run queue</b> takes the loop's own continuations and is bounded by the operations that
/// are pending, so that the loop can never block on itself.</para>
/// <para>It runs on its own thread (<see cref="Start"/>) or is pumped (<see cref="Pump"/>) by whoever owns the time: a
/// test, a replay, a simulation. A pumped loop does not bound its inbox, for there is no other thread to wait for.</para>
/// <para>While a started loop sleeps, a thread that brings it work may run it (<see cref="Bring"/>, <see cref="Lend"/>):
/// the work is done where its data is, and waking a thread, which costs more than the work itself, is saved.</para>
/// <para>Async methods that are started on the loop stay on it, by its <see cref="SynchronizationContext"/>.</para>
/// </remarks>
public sealed partial class EventLoop : IDisposable
{
    // A monitor, not an event: "nothing is queued" and "go to sleep" are one step, so no wake-up can be lost.
    private readonly object _gate = new();
    private readonly ILogger _log;
    private readonly LoopSynchronizationContext _context;
    private readonly int _inboxCapacity;
    private readonly TimeProvider _time;
    private readonly PendingCalls _calls = new();
    private Queue<WorkItem> _inbox = new();
    private Queue<WorkItem> _inboxBatch = new();
    private Queue<WorkItem> _run = new();
    private Queue<WorkItem> _runBatch = new();
    private Thread? _thread;
    private int _pumpingThread;
    private int _waitingForRoom;
    private bool _stopping;
    private bool _ended;

    /// <summary>Makes a loop that is not running yet.</summary>
    /// <param name="time">The clock; a test gives its own.</param>
    /// <param name="log">Where faults of work items go.</param>
    /// <param name="name">The name of its thread.</param>
    /// <param name="inboxCapacity">Items that the inbox takes before callers wait.</param>
    public EventLoop(TimeProvider? time = null, ILogger? log = null, string name = "hoststack", int inboxCapacity = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inboxCapacity);
        _time = time ?? TimeProvider.System;
        _log = log ?? NullLogger.Instance;
        _inboxCapacity = inboxCapacity;
        _context = new LoopSynchronizationContext(this);
        Name = name;
        Timers = new TimerQueue(_time);
    }

    /// <summary>Raised on the loop after each batch of work: the moment to flush what was gathered for a transport.</summary>
    public event Action? Idle;

    /// <summary>The name of the loop's thread.</summary>
    public string Name { get; }

    /// <summary>The clock that the loop goes by.</summary>
    public TimeProvider Time => _time;

    /// <summary>The loop's timers. Loop only.</summary>
    public TimerQueue Timers { get; }

    /// <summary>Whether the caller is on the loop.</summary>
    public bool IsCurrent => Volatile.Read(ref _pumpingThread) == Environment.CurrentManagedThreadId;

    /// <summary>Work items, timers and idle handlers that threw; each is logged.</summary>
    public long Faults { get; private set; }

    /// <summary>Runs the loop on a thread of its own, until <see cref="Dispose"/>.</summary>
    /// <exception cref="InvalidOperationException">The loop is running already, or has ended.</exception>
    public void Start()
    {
        lock (_gate)
        {
            if (_thread is not null || _stopping)
            {
                throw new InvalidOperationException("The loop is running already, or has ended; make a new one.");
            }

            _thread = new Thread(RunThread) { Name = Name, IsBackground = true };
        }

        _thread.Start();
    }

    /// <summary>Queues a callback from anywhere; never waits. For continuations and for producers whose number of items
    /// is bounded by their own credits.</summary>
    /// <param name="callback">Called on the loop with both arguments; static, so that posting allocates nothing.</param>
    /// <param name="first">First argument.</param>
    /// <param name="second">Second argument.</param>
    /// <returns>False where the loop has ended; the callback will not be called.</returns>
    public bool Post(Action<object?, object?> callback, object? first = null, object? second = null)
    {
        lock (_gate)
        {
            // While the loop drains for its end, continuations of what it still runs are taken: they end procedures.
            if (_ended)
            {
                return false;
            }

            _run.Enqueue(new WorkItem(callback, first, second));
            WakeUnderGate();
        }

        return true;
    }

    /// <summary>Queues a callback from outside and waits while the inbox is full.</summary>
    /// <param name="callback">Called on the loop with both arguments.</param>
    /// <param name="first">First argument.</param>
    /// <param name="second">Second argument.</param>
    /// <param name="isFollowed">Whether a caller that is running another loop may run this one after its round, on its own
    /// thread, instead of waking this one's. Not for a caller that waits for the outcome.</param>
    /// <returns>False where the loop is ending; the callback will not be called.</returns>
    public bool PostFromOutside(
        Action<object?, object?> callback, object? first = null, object? second = null, bool isFollowed = false)
    {
        lock (_gate)
        {
            while (!_stopping && _inbox.Count >= _inboxCapacity && _thread is not null && !IsCurrent)
            {
                WaitForRoomUnderGate();
            }

            if (_stopping)
            {
                return false;
            }

            _inbox.Enqueue(new WorkItem(callback, first, second));
            if (isFollowed && t_next is { } next && _thread is not null)
            {
                RunAfter(next);
            }
            else
            {
                WakeUnderGate();
            }
        }

        return true;
    }

    /// <summary>Runs an async procedure on the loop. The task ends with it.</summary>
    /// <typeparam name="T">What the procedure gives.</typeparam>
    /// <param name="procedure">Started on the loop; stays there across awaits.</param>
    /// <exception cref="ObjectDisposedException">The loop ended before the procedure did.</exception>
    public Task<T> RunAsync<T>(Func<Task<T>> procedure)
    {
        ArgumentNullException.ThrowIfNull(procedure);
        if (IsCurrent)
        {
            return procedure();
        }

        var call = new PendingCall<T>(this, procedure);
        _calls.Add(call);
        if (!PostFromOutside(static (started, _) => ((PendingCall)started!).Begin(), call))
        {
            _calls.Remove(call);
            call.LoopEnded();
        }

        return call.Task;
    }

    /// <summary>Runs an async procedure on the loop. The task ends with it.</summary>
    /// <param name="procedure">Started on the loop; stays there across awaits.</param>
    public Task RunAsync(Func<Task> procedure) =>
        RunAsync(async () =>
        {
            await procedure();
            return true;
        });

    /// <summary>Runs a function on the loop.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="function">Called on the loop.</param>
    public Task<T> InvokeAsync<T>(Func<T> function) => RunAsync(() => Task.FromResult(function()));

    /// <summary>Runs what is ready: continuations, inbox, due timers. For loops without a thread of their own.</summary>
    /// <returns>Whether there was anything to do.</returns>
    /// <exception cref="InvalidOperationException">The loop has a thread, or is being pumped already.</exception>
    public bool Pump()
    {
        if (_thread is not null || Interlocked.CompareExchange(ref _pumpingThread, Environment.CurrentManagedThreadId, 0) != 0)
        {
            throw new InvalidOperationException("The loop is running already; only one thread may pump it, and not from within.");
        }

        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            var worked = PumpOnce();
            EndWhereDrained();
            return worked;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
            Volatile.Write(ref _pumpingThread, 0);
        }
    }

    /// <summary>Ends the loop: queued work is run, then nothing more is taken; timers no longer fire, and calls that have
    /// not ended fail. Idempotent; waits for the thread unless it is the caller.</summary>
    public void Dispose()
    {
        Thread? thread;
        lock (_gate)
        {
            _stopping = true;
            thread = _thread;
            Monitor.PulseAll(_gate);
        }

        if (IsCurrent)
        {
            return; // What runs now is part of the queued work: the loop ends after it.
        }

        if (thread is not null)
        {
            thread.Join();
            return;
        }

        while (!_ended)
        {
            Pump();
        }
    }

    internal void Forget(PendingCall call) => _calls.Remove(call);

    private void EndWhereDrained()
    {
        lock (_gate)
        {
            if (!_stopping || _ended || _run.Count + _inbox.Count > 0)
            {
                return;
            }

            _ended = true;
        }

        _calls.LoopEnded();
    }

    private bool PumpOnce()
    {
        // Read before the queues are taken: a timer that is due by then fires after what had come by then. A loop that
        // was kept from running must not take its own delay for the silence of a controller or a peer.
        var now = Timers.Now;
        lock (_gate)
        {
            // The run queue first: a procedure that can go on should, before new work comes in.
            (_run, _runBatch) = (_runBatch, _run);
            (_inbox, _inboxBatch) = (_inboxBatch, _inbox);
            if (_waitingForRoom > 0)
            {
                Monitor.PulseAll(_gate);
            }
        }

        var worked = _runBatch.Count + _inboxBatch.Count > 0;
        Drain(_runBatch);
        Drain(_inboxBatch);
        worked |= !_stopping && RunTimers(now);
        if (worked)
        {
            RaiseIdle();
        }

        return worked;
    }

#pragma warning disable CA1031 // No octet from outside may end the loop; every fault is counted and logged.
    private bool RunTimers(long now)
    {
        try
        {
            return Timers.RunDue(now);
        }
        catch (Exception fault)
        {
            CountFault(fault);
            return true;
        }
    }

    private void Drain(Queue<WorkItem> batch)
    {
        while (batch.TryDequeue(out var item))
        {
            try
            {
                item.Callback(item.First, item.Second);
            }
            catch (Exception fault)
            {
                CountFault(fault);
            }
        }
    }

    private void RaiseIdle()
    {
        try
        {
            Idle?.Invoke();
        }
        catch (Exception fault)
        {
            CountFault(fault);
        }
    }

    private void CountFault(Exception fault)
    {
        Faults++;
        try
        {
            LogFault(_log, Name, fault);
        }
        catch (Exception)
        {
            // A log that throws must not end the loop either; the fault is counted.
        }
    }
#pragma warning restore CA1031

    [LoggerMessage(Level = LogLevel.Error, Message = "Loop {Loop}: a work item failed; the loop goes on.")]
    private static partial void LogFault(ILogger log, string loop, Exception fault);

    private readonly record struct WorkItem(Action<object?, object?> Callback, object? First, object? Second);
}
