using System.Runtime.ExceptionServices;

namespace HostStack.Hci.Loop;

/// <summary>The timers of one loop, ordered by deadline. Pure: it never waits; its owner says what time it is and asks
/// for the next deadline.</summary>
/// <remarks>One thread, the loop's. Protocol cores make their timers here, so that a test that owns the time owns the
/// protocol. Timers with equal deadlines fire in the order in which they were armed. Each timer stands in the heap at
/// most once, so that arming again and again costs neither memory nor stale entries.</remarks>
public sealed class TimerQueue
{
    private readonly TimeProvider _time;
    private LoopTimer[] _heap = new LoopTimer[16];
    private int _count;
    private long _order;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="time">Whose timestamps count.</param>
    public TimerQueue(TimeProvider time) => _time = time;

    /// <summary>Now, as a timestamp of the time provider.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>Timers that are armed.</summary>
    public int Armed => _count;

    /// <summary>How long until the next timer fires; null where none is armed, zero where one is due.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            if (_count == 0)
            {
                return null;
            }

            var ticks = _heap[0].Deadline - Now;
            return ticks <= 0 ? TimeSpan.Zero : UntilDeadline(ticks);
        }
    }

    /// <summary>The timestamp at which the next timer fires; the largest there is where none is armed.</summary>
    internal long NextDeadline => _count == 0 ? long.MaxValue : _heap[0].Deadline;

    /// <summary>Makes a timer that is not armed.</summary>
    /// <param name="fired">Called on the loop when the time has come.</param>
    public LoopTimer Create(Action fired)
    {
        ArgumentNullException.ThrowIfNull(fired);
        return new LoopTimer(this, fired);
    }

    /// <summary>A task that ends after <paramref name="delay"/>: waiting, for async procedures on the loop.</summary>
    /// <param name="delay">From now.</param>
    public Task DelayAsync(TimeSpan delay)
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Create(completion.SetResult).Arm(delay);
        return completion.Task;
    }

    /// <summary>Calls what is told of something, and must cut nothing short by what it throws: that comes out of the next
    /// <see cref="RunDue()"/>, as if a timer had thrown it, and is the loop's to count and to log.</summary>
    internal void Tell(Action told)
    {
        try
        {
            told();
        }
#pragma warning disable CA1031 // Whatever it is.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Create(ExceptionDispatchInfo.Capture(fault).Throw).Arm(TimeSpan.Zero);
        }
    }

    /// <summary>How long ago <paramref name="timestamp"/> was.</summary>
    /// <param name="timestamp">An earlier <see cref="Now"/>.</param>
    public TimeSpan Since(long timestamp) => _time.GetElapsedTime(timestamp, Now);

    /// <summary>Fires every timer that is due now; those that the callbacks arm wait for the next call.</summary>
    /// <returns>Whether any fired.</returns>
    /// <remarks>A callback that throws leaves the other timers armed; the exception is the caller's.</remarks>
    public bool RunDue() => RunDue(Now);

    /// <summary>Fires every timer that was due at a moment that has passed.</summary>
    /// <param name="now">The moment, an earlier <see cref="Now"/>.</param>
    internal bool RunDue(long now)
    {
        var fired = false;
        var newcomers = _order;
        while (_count > 0 && _heap[0].Deadline <= now && _heap[0].Order < newcomers)
        {
            var timer = _heap[0];
            Remove(timer);
            fired = true;
            timer.Fire();
        }

        return fired;
    }

    internal void Arm(LoopTimer timer, TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        Remove(timer);
        timer.Deadline = (long)Int128.Min(long.MaxValue, Now + Scale(delay.Ticks, _time.TimestampFrequency, TimeSpan.TicksPerSecond));
        timer.Order = _order++;
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
        }

        SiftUp(_count++, timer);
    }

    internal void Remove(LoopTimer timer)
    {
        if (timer.Index < 0)
        {
            return;
        }

        var hole = timer.Index;
        timer.Index = -1;
        var last = _heap[--_count];
        _heap[_count] = null!;
        if (last == timer)
        {
            return;
        }

        if (hole > 0 && Before(last, _heap[(hole - 1) / 2]))
        {
            SiftUp(hole, last);
        }
        else
        {
            SiftDown(hole, last);
        }
    }

    private static bool Before(LoopTimer left, LoopTimer right) =>
        left.Deadline != right.Deadline ? left.Deadline < right.Deadline : left.Order < right.Order;

    private void SiftUp(int index, LoopTimer timer)
    {
        while (index > 0)
        {
            var parent = (index - 1) / 2;
            if (!Before(timer, _heap[parent]))
            {
                break;
            }

            Place(index, _heap[parent]);
            index = parent;
        }

        Place(index, timer);
    }

    private void SiftDown(int index, LoopTimer timer)
    {
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && Before(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!Before(_heap[child], timer))
            {
                break;
            }

            Place(index, _heap[child]);
            index = child;
        }

        Place(index, timer);
    }

    private void Place(int index, LoopTimer timer)
    {
        _heap[index] = timer;
        timer.Index = index;
    }

    // Rounded up, so that a wait of this length never ends before the deadline.
    private static Int128 Scale(long ticks, long to, long from) => (((Int128)ticks * to) + from - 1) / from;

    private TimeSpan UntilDeadline(long ticks) =>
        new((long)Int128.Min(long.MaxValue, Scale(ticks, TimeSpan.TicksPerSecond, _time.TimestampFrequency)));
}

/// <summary>One timer of a <see cref="TimerQueue"/>. Loop only.</summary>
public sealed class LoopTimer
{
    private readonly TimerQueue _queue;
    private readonly Action _fired;

    internal LoopTimer(TimerQueue queue, Action fired)
    {
        _queue = queue;
        _fired = fired;
    }

    /// <summary>Whether the timer will fire.</summary>
    public bool IsArmed => Index >= 0;

    internal long Deadline { get; set; }

    internal long Order { get; set; }

    internal int Index { get; set; } = -1;

    /// <summary>Fires once after <paramref name="delay"/>; an earlier arming is forgotten.</summary>
    /// <param name="delay">From now; zero fires when the loop next looks.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public void Arm(TimeSpan delay) => _queue.Arm(this, delay);

    /// <summary>Forgets the arming.</summary>
    public void Disarm() => _queue.Remove(this);

    internal void Fire() => _fired();
}
