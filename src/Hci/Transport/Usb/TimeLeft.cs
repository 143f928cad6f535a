namespace HostStack.Hci.Transport.Usb;

/// <summary>A limit that runs from where it is made, for waits on a monitor.</summary>
/// <param name="limit">How long to have patience.</param>
/// <param name="clock">By which it is counted; its timers are not used.</param>
internal readonly struct TimeLeft(TimeSpan limit, TimeProvider clock)
{
    private readonly long _from = clock.GetTimestamp();

    private TimeSpan Left => limit - clock.GetElapsedTime(_from);

    /// <summary>Waits for one pulse.</summary>
    /// <param name="gate">Held by the caller.</param>
    /// <returns>False where the limit has passed.</returns>
    public bool Wait(object gate)
    {
        // In whole milliseconds, as the monitor counts: the rest of one is not spun away.
        var left = Left;
        return left > TimeSpan.Zero
            && (Monitor.Wait(gate, TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds))) || Left > TimeSpan.Zero);
    }

    /// <summary>Waits until something is so.</summary>
    /// <typeparam name="T">What the condition looks at.</typeparam>
    /// <param name="gate">Held by the caller; pulsed where the condition may have changed.</param>
    /// <param name="state">What the condition looks at.</param>
    /// <param name="condition">Evaluated under the gate.</param>
    /// <returns>Whether it became so in time.</returns>
    public bool Wait<T>(object gate, T state, Func<T, bool> condition)
    {
        while (!condition(state))
        {
            if (!Wait(gate))
            {
                return condition(state);
            }
        }

        return true;
    }
}
