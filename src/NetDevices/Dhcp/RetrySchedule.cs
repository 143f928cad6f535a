namespace HostStack.NetDevices.Dhcp;

/// <summary>When to say again what got no answer (RFC 2131, 4.1 and 4.4.5).</summary>
/// <param name="random">For the jitter.</param>
internal sealed class RetrySchedule(Random random)
{
    /// <summary>The first wait.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(4);

    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(64);

    /// <summary>Each wait is longer or shorter by up to this much.</summary>
    public static readonly TimeSpan Jitter = TimeSpan.FromSeconds(1);

    /// <summary>The least between two requests for more time.</summary>
    public static readonly TimeSpan LeastForMoreTime = TimeSpan.FromSeconds(60);

    private int _sent;

    /// <summary>When the answer is late; null while none is awaited.</summary>
    public TimeSpan? DueAt { get; private set; }

    /// <summary>How often it was said.</summary>
    public int Sent => _sent;

    /// <summary>Nothing is awaited.</summary>
    public void Clear()
    {
        _sent = 0;
        DueAt = null;
    }

    /// <summary>It was said, and no address may be had without an answer: 4, 8, 16, 32, 64, 64, ... seconds.</summary>
    /// <param name="now">The time.</param>
    public void SaidUrgently(TimeSpan now)
    {
        var wait = _sent < 5 ? First * (1 << _sent) : Longest;
        _sent++;
        DueAt = now + (wait < Longest ? wait : Longest) + (Jitter * ((2 * random.NextDouble()) - 1));
    }

    /// <summary>It was said in good time: half of what is left, but not more often than once a minute.</summary>
    /// <param name="now">The time.</param>
    /// <param name="until">When it must be answered.</param>
    public void SaidInGoodTime(TimeSpan now, TimeSpan until)
    {
        _sent++;
        var wait = (until - now) / 2;
        DueAt = now + (wait > LeastForMoreTime ? wait : LeastForMoreTime);
    }
}
