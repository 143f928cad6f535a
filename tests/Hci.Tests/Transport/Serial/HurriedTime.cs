namespace HostStack.Hci.Tests.Transport.Serial;

/// <summary>A clock that goes to the deadline of whatever timer is set, and fires it; or stands.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private long _now = TimeSpan.TicksPerDay;
    private int _stands;

    /// <summary>Whether it stands: timers wait for ever.</summary>
    public bool Stands
    {
        get => Volatile.Read(ref _stands) != 0;
        set => Volatile.Write(ref _stands, value ? 1 : 0);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HurriedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class HurriedTimer(HurriedTime time, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan && !time.Stands)
            {
                Interlocked.Add(ref time._now, dueTime.Ticks);
                ThreadPool.QueueUserWorkItem(_ => callback(state));
            }

            return true;
        }

        public void Dispose()
        {
            // Nothing is held.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
