namespace HostStack.VirtualController.Time;

/// <summary>A clock that stands until somebody moves it: timestamps of 100 ns and timers that fire in the order of
/// their deadlines, equal deadlines in the order in which they were set.</summary>
/// <remarks>Timers may be made on any thread; the clock is moved, and timers fire, on the simulation's.</remarks>
public sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<(VirtualTimer Timer, long Generation), (long Deadline, long Order)> _timers = new();
    private long _order;
    private long _now;

    /// <summary>100 ns per tick.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>UTC, so that a run does not depend on where it runs.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Virtual time since the clock was made.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Volatile.Read(ref _now));

    /// <summary>How long until the next timer fires; null where none is set, zero where one is due.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            lock (_gate)
            {
                DropStale();
                return _timers.TryPeek(out _, out var key)
                    ? TimeSpan.FromTicks(Math.Max(0, key.Deadline - _now))
                    : null;
            }
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _now);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Start.AddTicks(Volatile.Read(ref _now));

    /// <summary>Moves the clock; fires nothing by itself (<see cref="RunDue"/>).</summary>
    /// <param name="by">How far; not negative.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Volatile.Write(ref _now, _now + by.Ticks);
    }

    /// <summary>Fires every timer that is due, oldest deadline first, on the caller's thread.</summary>
    /// <returns>Whether any fired.</returns>
    public bool RunDue()
    {
        var fired = false;
        while (true)
        {
            VirtualTimer timer;
            lock (_gate)
            {
                DropStale();
                if (!_timers.TryPeek(out var entry, out var key) || key.Deadline > _now)
                {
                    return fired;
                }

                _timers.Dequeue();
                timer = entry.Timer;
                timer.Fired(key.Deadline);
            }

            fired = true;
            timer.Call();
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void DropStale()
    {
        while (_timers.TryPeek(out var entry, out _) && entry.Timer.Generation != entry.Generation)
        {
            _timers.Dequeue();
        }
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;
        private bool _disposed;

        public long Generation { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                Generation++;
                _period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    time._timers.Enqueue((this, Generation), (time._now + dueTime.Ticks, time._order++));
                }

                return true;
            }
        }

        public void Fired(long deadline)
        {
            Generation++;
            if (_period > TimeSpan.Zero)
            {
                time._timers.Enqueue((this, Generation), (deadline + _period.Ticks, time._order++));
            }
        }

        public void Call() => callback(state);

        public void Dispose()
        {
            lock (time._gate)
            {
                _disposed = true;
                Generation++;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
