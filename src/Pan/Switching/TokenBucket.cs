namespace HostStack.Pan.Switching;

/// <summary>A token bucket over the timestamps of one clock.</summary>
/// <remarks>Tokens are counted in clock ticks: one frame costs <c>frequency / rate</c> ticks, so that no fraction is
/// ever rounded away.</remarks>
internal struct TokenBucket
{
    private readonly long _cost;
    private readonly long _full;
    private long _level;
    private long _last;

    public TokenBucket(StormLimit limit, long frequency, long now)
    {
        _cost = Math.Max(1, frequency / Math.Max(1, limit.FramesPerSecond));
        _full = _cost * Math.Max(1, limit.Burst);
        _level = _full;
        _last = now;
    }

    /// <summary>Takes one token.</summary>
    /// <param name="now">The clock.</param>
    /// <returns>False where the bucket is empty.</returns>
    public bool TryTake(long now)
    {
        _level = Math.Min(_full, _level + (now - _last));
        _last = now;
        if (_level < _cost)
        {
            return false;
        }

        _level -= _cost;
        return true;
    }
}
