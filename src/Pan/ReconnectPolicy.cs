namespace HostStack.Pan;

/// <summary>How a client comes back after a loss: waits that double from <see cref="First"/> to <see cref="Longest"/>,
/// each shortened by a random part, so that the clients of a lost access point do not all page it at once.</summary>
public sealed record ReconnectPolicy
{
    /// <summary>The stack's defaults.</summary>
    public static ReconnectPolicy Default { get; } = new();

    /// <summary>The wait before the first attempt.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The largest part of a wait that chance takes off, 0 to 1.</summary>
    public double Jitter { get; init; } = 0.25;

    /// <summary>The seed of the chance; null: the host's own. One seed gives the same waits again.</summary>
    public int? Seed { get; init; }

    /// <summary>Attempts in a row before the connection is given up; null: never. A connection that was lost within 10 s
    /// ends no row.</summary>
    public int? MaximumAttempts { get; init; }
}

/// <summary>The waits of one connection under a <see cref="ReconnectPolicy"/>. Pure.</summary>
internal sealed class BackOff
{
    // Whatever the policy says, a page takes its time, and a host without a controller must not spin.
    private const double ShortestSeconds = 0.1;

    private readonly ReconnectPolicy _policy;
    private readonly Random _random;

    public BackOff(ReconnectPolicy policy, int seed)
    {
        _policy = policy;
        _random = new Random(policy.Seed ?? seed);
    }

    /// <summary>Waits given since the last success.</summary>
    public int Attempts { get; private set; }

    /// <summary>The next wait; null where the policy gives up.</summary>
    public TimeSpan? Next()
    {
        if (Attempts >= _policy.MaximumAttempts)
        {
            return null;
        }

        var doublings = Math.Min(Attempts++, 30);
        var whole = Math.Min(_policy.First.TotalSeconds * (1L << doublings), _policy.Longest.TotalSeconds);
        var wait = whole * (1 - (Math.Clamp(_policy.Jitter, 0, 1) * _random.NextDouble()));
        return TimeSpan.FromSeconds(Math.Max(wait, ShortestSeconds));
    }

    /// <summary>The connection is up: the next loss starts over.</summary>
    public void Reset() => Attempts = 0;
}
