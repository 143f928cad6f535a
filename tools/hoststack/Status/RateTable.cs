namespace HostStack.Cli.Status;

/// <summary>Octets a second of things that are counted, over the time since they were looked at before. Pure.</summary>
internal sealed class RateTable
{
    // A shorter look would show single frames as a rate.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Sample> _samples = [];

    /// <summary>Takes the counts of a thing.</summary>
    /// <param name="key">Which thing.</param>
    /// <param name="octetsIn">Octets in, since whenever.</param>
    /// <param name="octetsOut">Octets out.</param>
    /// <param name="now">The time, from any beginning.</param>
    /// <returns>The rates; null before the second look.</returns>
    public (double? In, double? Out) Update(string key, long octetsIn, long octetsOut, TimeSpan now)
    {
        if (!_samples.TryGetValue(key, out var former) || octetsIn < former.OctetsIn || octetsOut < former.OctetsOut)
        {
            // New, or counted anew: the peer was away meanwhile.
            _samples[key] = new Sample(now, octetsIn, octetsOut, null, null);
            return (null, null);
        }

        var time = now - former.Time;
        if (time >= Shortest)
        {
            former = new Sample(
                now, octetsIn, octetsOut, (octetsIn - former.OctetsIn) / time.TotalSeconds, (octetsOut - former.OctetsOut) / time.TotalSeconds);
        }

        _samples[key] = former with { Seen = now };
        return (former.RateIn, former.RateOut);
    }

    /// <summary>Forgets what was not looked at since a time.</summary>
    public void Forget(TimeSpan since)
    {
        foreach (var gone in _samples.Where(entry => entry.Value.Seen < since).Select(static entry => entry.Key).ToArray())
        {
            _samples.Remove(gone);
        }
    }

    private readonly record struct Sample(TimeSpan Time, long OctetsIn, long OctetsOut, double? RateIn, double? RateOut)
    {
        public TimeSpan Seen { get; init; } = Time;
    }
}
