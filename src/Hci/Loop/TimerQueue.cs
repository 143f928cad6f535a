namespace HostStack.Hci.Loop;

/// <summary>The timers of one loop, ordered by deadline. Pure: it never waits; its owner says what time it is and asks
/// for the next deadline.</summary>
/// <remarks>One thread, the loop's. Protocol cores make their timers here, so that a test that owns the time owns the
/// protocol. Timers with equal deadlines fire in the order in which they were armed.</remarks>
public sealed class TimerQueue
{
    private readonly PriorityQueue<(LoopTimer Timer, long Generation), (long Deadline, long Order)> _queue = new();
    private readonly TimeProvider _time;
    private long _order;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="time">Whose timestamps count.</param>
    public TimerQueue(TimeProvider time) => _time = time;

    /// <summary>Now, as a timestamp of the time provider.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>Makes a timer that is not armed.</summary>
    /// <param name="fired">Called on the loop when the time has come.</param>
    public LoopTimer Create(Action fired) => new(this, fired);

    /// <summary>How long until the next timer fires; null where none is armed, zero where one is due.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            while (_queue.TryPeek(out var entry, out var key))
            {
                if (entry.Timer.IsCurrent(entry.Generation))
                {
                    var now = Now;
                    return key.Deadline <= now ? TimeSpan.Zero : RoundUp(key.Deadline - now);
                }

                _queue.Dequeue();
            }

            return null;
        }
    }

    /// <summary>Fires every timer that is due.</summary>
    /// <returns>Whether any fired.</returns>
    public bool RunDue()
    {
        var fired = false;
        var now = Now;
        while (_queue.TryPeek(out var entry, out var key) && (key.Deadline <= now || !entry.Timer.IsCurrent(entry.Generation)))
        {
            _queue.Dequeue();
            fired |= entry.Timer.FireIfCurrent(entry.Generation);
        }

        return fired;
    }

    internal void Enqueue(LoopTimer timer, long generation, TimeSpan delay)
    {
        var ticks = (long)Math.Ceiling(delay.TotalSeconds * _time.TimestampFrequency);
        _queue.Enqueue((timer, generation), (Now + ticks, _order++));
    }

    // Rounded up, so that a wait of this length never ends before the deadline.
    private TimeSpan RoundUp(long ticks) =>
        TimeSpan.FromTicks((long)Math.Ceiling(ticks * (double)TimeSpan.TicksPerSecond / _time.TimestampFrequency));
}

/// <summary>One timer of a <see cref="TimerQueue"/>.</summary>
public sealed class LoopTimer
{
    private readonly TimerQueue _queue;
    private readonly Action _fired;
    private long _generation;

    internal LoopTimer(TimerQueue queue, Action fired)
    {
        _queue = queue;
        _fired = fired;
    }

    /// <summary>Whether the timer will fire.</summary>
    public bool IsArmed { get; private set; }

    /// <summary>Fires once after <paramref name="delay"/>; an earlier arming is forgotten.</summary>
    /// <param name="delay">From now.</param>
    public void Arm(TimeSpan delay)
    {
        IsArmed = true;
        _queue.Enqueue(this, ++_generation, delay);
    }

    /// <summary>Forgets the arming.</summary>
    public void Disarm()
    {
        IsArmed = false;
        _generation++;
    }

    internal bool IsCurrent(long generation) => IsArmed && generation == _generation;

    internal bool FireIfCurrent(long generation)
    {
        if (!IsCurrent(generation))
        {
            return false;
        }

        IsArmed = false;
        _fired();
        return true;
    }
}
