namespace HostStack.Hci.Loop;

/// <summary>Which thread runs a started loop: its own, or one that brings it work.</summary>
/// <remarks>A loop is owned by at most one thread (<c>_pumpingThread</c>). Its own thread sleeps while nobody owns it and
/// there is nothing to do. Whoever gives it up looks, under the gate, whether something came meanwhile, so that no work and
/// no earlier timer can be lost.</remarks>
public sealed partial class EventLoop
{
    // A thread that lends itself has work of its own: after so many rounds of a loop, and after so many loops, those
    // loops' own threads take over.
    private const int LentRounds = 8;
    private const int LentLoops = 16;

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    // Loops that the work of this thread's current loop has brought something: they are run after its round, one after
    // the other and not one inside the other. Null while the thread runs no loop.
    [ThreadStatic]
    private static Queue<EventLoop>? t_next;

    [ThreadStatic]
    private static Queue<EventLoop>? t_queue;

    private bool _waiting;
    private long _wakeAt;

    /// <summary>Its own thread waits next. Called on that thread, which holds the loop's lock.</summary>
    internal event Action? FallsAsleep;

    /// <summary>Whether its own thread waits, and nobody else runs it.</summary>
    internal bool IsAsleep
    {
        get
        {
            lock (_gate)
            {
                return _waiting && _pumpingThread == 0;
            }
        }
    }

    /// <summary>Queues a callback as <see cref="Post"/> does, without waking the loop: <see cref="Lend"/> must follow, after
    /// one call or many.</summary>
    /// <param name="callback">Called on the loop with both arguments; static, so that it allocates nothing.</param>
    /// <param name="first">First argument.</param>
    /// <param name="second">Second argument.</param>
    /// <returns>False where the loop has ended; the callback will not be called.</returns>
    public bool Bring(Action<object?, object?> callback, object? first = null, object? second = null)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            _run.Enqueue(new WorkItem(callback, first, second));
            return true;
        }
    }

    /// <summary>Runs what was brought, on the caller's thread, where the loop sleeps; where it runs, it finds the work by
    /// itself. A caller that is running another loop does it after that one's round. Nothing for a loop that is pumped.</summary>
    /// <remarks>The caller holds no lock that the loop's work takes, and may be called back by it.</remarks>
    public void Lend()
    {
        if (t_next is { } next)
        {
            RunAfter(next);
            return;
        }

        next = t_next = t_queue ??= new Queue<EventLoop>();
        try
        {
            RunLent();
            for (var count = 1; count < LentLoops && next.TryDequeue(out var loop); count++)
            {
                loop.RunLent();
            }
        }
        finally
        {
            t_next = null;
            WakeAll(next);
        }
    }

    private static void WakeAll(Queue<EventLoop> loops)
    {
        while (loops.TryDequeue(out var loop))
        {
            loop.WakeOwnThread();
        }
    }

    private void RunAfter(Queue<EventLoop> next)
    {
        if (!IsCurrent && !next.Contains(this))
        {
            next.Enqueue(this);
        }
    }

    private void RunLent()
    {
        lock (_gate)
        {
            if (_thread is null || _pumpingThread != 0 || _ended || _run.Count + _inbox.Count == 0)
            {
                return;
            }

            Volatile.Write(ref _pumpingThread, Environment.CurrentManagedThreadId);
        }

        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            RunRounds(LentRounds);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
            GiveUpWhereOwned();
        }
    }

    // A round gives the loop up by itself, unless something escaped from it: an interrupted thread, a log that throws.
    private void GiveUpWhereOwned()
    {
        lock (_gate)
        {
            if (IsCurrent)
            {
                GiveUpUnderGate();
            }
        }
    }

    // Ends with the loop given up.
    private void RunRounds(int rounds)
    {
        while (true)
        {
            PumpOnce();
            lock (_gate)
            {
                if (--rounds == 0 || _run.Count + _inbox.Count == 0)
                {
                    GiveUpUnderGate();
                    return;
                }
            }
        }
    }

    private void GiveUpUnderGate()
    {
        Volatile.Write(ref _pumpingThread, 0);
        if (_waiting && (_stopping || _run.Count + _inbox.Count > 0 || Timers.NextDeadline < _wakeAt))
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void RunThread()
    {
        SynchronizationContext.SetSynchronizationContext(_context);
        var next = t_queue = new Queue<EventLoop>();
        while (TakeOver())
        {
            t_next = next;
            PumpOnce();
            EndWhereDrained();
            lock (_gate)
            {
                GiveUpUnderGate();
            }

            // It does not run the others itself: it is the one that is woken for this loop, and that makes room in its inbox.
            t_next = null;
            WakeAll(next);
        }
    }

    // Waits until there is something to do and nobody else does it.
    private bool TakeOver()
    {
        lock (_gate)
        {
            while (!_ended)
            {
                if (_pumpingThread != 0)
                {
                    // Whoever runs it may arm any timer.
                    Sleep(LongestWait, long.MaxValue);
                    continue;
                }

                var wait = Timers.UntilNext ?? LongestWait;
                if (_run.Count + _inbox.Count > 0 || _stopping || wait <= TimeSpan.Zero)
                {
                    Volatile.Write(ref _pumpingThread, Environment.CurrentManagedThreadId);
                    return true;
                }

                Sleep(wait < ShortestWait ? ShortestWait : wait < LongestWait ? wait : LongestWait, Timers.NextDeadline);
            }

            return false;
        }
    }

    private void Sleep(TimeSpan wait, long wakeAt)
    {
        _wakeAt = wakeAt;
        _waiting = true;
        FallsAsleep?.Invoke();
        Monitor.Wait(_gate, wait);
        _waiting = false;
    }

    private void WakeOwnThread()
    {
        lock (_gate)
        {
            WakeUnderGate();
        }
    }

    private void WaitForRoomUnderGate()
    {
        // What fills it may wait for this very thread to run it.
        WakeUnderGate();
        _waitingForRoom++;
        Monitor.Wait(_gate);
        _waitingForRoom--;
    }

    // Whoever runs the loop looks again before it gives it up.
    private void WakeUnderGate()
    {
        if (_waiting && _pumpingThread == 0)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
