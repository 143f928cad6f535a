using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Hci.Loop;

/// <summary>The one thread that owns the protocol state of a controller.</summary>
/// <remarks>
/// <para>Two queues feed it. The <b>inbox</b> is bounded and takes what comes from outside (transport, public API), whose
/// threads wait for room. The <b>run queue</b> takes the loop's own continuations and is bounded by the operations that
/// are pending, so that the loop can never block on itself.</para>
/// <para>It runs on its own thread (<see cref="Start"/>) or is pumped (<see cref="Pump"/>) by whoever owns the time: a
/// test, a replay, a simulation. A pumped loop does not bound its inbox, for there is no other thread to wait for.</para>
/// <para>Async methods that are started on the loop stay on it, by its <see cref="SynchronizationContext"/>.</para>
/// </remarks>
public sealed partial class EventLoop : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ILogger _log;
    private readonly LoopSynchronizationContext _context;
    private readonly int _inboxCapacity;
    private readonly ManualResetEventSlim _room = new(true);
    private readonly AutoResetEvent _wake = new(false);
    private readonly TimeProvider _time;
    private Queue<WorkItem> _inbox = new();
    private Queue<WorkItem> _inboxBatch = new();
    private Queue<WorkItem> _run = new();
    private Queue<WorkItem> _runBatch = new();
    private Thread? _thread;
    private int _pumpingThread;
    private bool _stopping;

    /// <summary>Makes a loop that is not running yet.</summary>
    /// <param name="time">The clock; a test gives its own.</param>
    /// <param name="log">Where faults of work items go.</param>
    /// <param name="name">The name of its thread.</param>
    /// <param name="inboxCapacity">Items that the inbox takes before callers wait.</param>
    public EventLoop(TimeProvider? time = null, ILogger? log = null, string name = "hoststack", int inboxCapacity = 1024)
    {
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
    public bool IsCurrent => _pumpingThread == Environment.CurrentManagedThreadId;

    /// <summary>Work items whose callback threw; each is logged.</summary>
    public long Faults { get; private set; }

    /// <summary>Runs the loop on a thread of its own, until <see cref="Dispose"/>.</summary>
    public void Start()
    {
        if (_thread is not null)
        {
            throw new InvalidOperationException("The loop is running already.");
        }

        _thread = new Thread(RunThread) { Name = Name, IsBackground = true };
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
            if (_stopping)
            {
                return false;
            }

            _run.Enqueue(new WorkItem(callback, first, second));
        }

        Wake();
        return true;
    }

    /// <summary>Queues a callback from outside and waits while the inbox is full.</summary>
    /// <param name="callback">Called on the loop with both arguments.</param>
    /// <param name="first">First argument.</param>
    /// <param name="second">Second argument.</param>
    /// <returns>False where the loop has ended; the callback will not be called.</returns>
    public bool PostFromOutside(Action<object?, object?> callback, object? first = null, object? second = null)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_stopping)
                {
                    return false;
                }

                if (_inbox.Count < _inboxCapacity || _thread is null || IsCurrent)
                {
                    _inbox.Enqueue(new WorkItem(callback, first, second));
                    break;
                }

                _room.Reset();
            }

            _room.Wait();
        }

        Wake();
        return true;
    }

    /// <summary>Runs an async procedure on the loop. The task ends with it.</summary>
    /// <typeparam name="T">What the procedure gives.</typeparam>
    /// <param name="procedure">Started on the loop; stays there across awaits.</param>
    /// <exception cref="ObjectDisposedException">The loop has ended.</exception>
    public Task<T> RunAsync<T>(Func<Task<T>> procedure)
    {
        if (IsCurrent)
        {
            return procedure();
        }

        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!PostFromOutside(static (start, _) => ((Action)start!)(), (Action)(() => _ = CompleteAsync(procedure, completion))))
        {
            completion.SetException(new ObjectDisposedException(Name, "The Bluetooth host has been closed."));
        }

        return completion.Task;
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

    /// <summary>Runs what is ready: due timers, continuations, inbox. For loops without a thread of their own.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public bool Pump()
    {
        var previousContext = SynchronizationContext.Current;
        var previousThread = _pumpingThread;
        SynchronizationContext.SetSynchronizationContext(_context);
        _pumpingThread = Environment.CurrentManagedThreadId;
        try
        {
            return PumpOnce();
        }
        finally
        {
            _pumpingThread = previousThread;
            SynchronizationContext.SetSynchronizationContext(previousContext);
        }
    }

    /// <summary>Ends the loop: queued work is run, then nothing more is taken. Idempotent; waits for the thread unless
    /// it is the caller.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
        }

        _room.Set();
        Wake();
        if (_thread is null)
        {
            while (!IsCurrent && Pump())
            {
                // What was queued before the end still runs.
            }
        }
        else if (!IsCurrent)
        {
            _thread.Join();
        }
    }

    private static async Task CompleteAsync<T>(Func<Task<T>> procedure, TaskCompletionSource<T> completion)
    {
        try
        {
            completion.SetResult(await procedure());
        }
        catch (OperationCanceledException canceled)
        {
            completion.SetCanceled(canceled.CancellationToken);
        }
#pragma warning disable CA1031 // Every failure belongs to the caller who awaits the task.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            completion.SetException(failure);
        }
    }

    private void RunThread()
    {
        SynchronizationContext.SetSynchronizationContext(_context);
        _pumpingThread = Environment.CurrentManagedThreadId;
        while (true)
        {
            if (PumpOnce())
            {
                continue;
            }

            lock (_gate)
            {
                if (_stopping)
                {
                    return;
                }
            }

            var wait = Timers.UntilNext;
            if (wait is null)
            {
                _wake.WaitOne();
            }
            else if (wait > TimeSpan.Zero)
            {
                _wake.WaitOne(wait.Value < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait.Value);
            }
        }
    }

    private bool PumpOnce()
    {
        var worked = Timers.RunDue();
        lock (_gate)
        {
            // The run queue first: a procedure that can go on should, before new work comes in.
            (_run, _runBatch) = (_runBatch, _run);
            (_inbox, _inboxBatch) = (_inboxBatch, _inbox);
            _room.Set();
        }

        worked |= _runBatch.Count + _inboxBatch.Count > 0;
        Drain(_runBatch);
        Drain(_inboxBatch);
        if (worked)
        {
            Idle?.Invoke();
        }

        return worked;
    }

    private void Drain(Queue<WorkItem> batch)
    {
        while (batch.TryDequeue(out var item))
        {
            try
            {
                item.Callback(item.First, item.Second);
            }
#pragma warning disable CA1031 // No octet from outside may end the loop; the fault is counted and logged.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Faults++;
                LogFault(_log, Name, fault);
            }
        }
    }

    private void Wake()
    {
        if (!IsCurrent)
        {
            _wake.Set();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Loop {Loop}: a work item failed; the loop goes on.")]
    private static partial void LogFault(ILogger log, string loop, Exception fault);

    private readonly record struct WorkItem(Action<object?, object?> Callback, object? First, object? Second);

    private sealed class LoopSynchronizationContext(EventLoop loop) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) =>
            loop.Post(static (callback, argument) => ((SendOrPostCallback)callback!)(argument), d, state);

        public override void Send(SendOrPostCallback d, object? state) =>
            throw new NotSupportedException("Waiting for a loop can block it; use Post or RunAsync.");

        public override SynchronizationContext CreateCopy() => this;
    }
}
