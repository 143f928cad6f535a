namespace HostStack.Hci.Transport.Usb;

/// <summary>Waits on a monitor with a deadline.</summary>
internal static class TimeLeft
{
    /// <summary>The deadline, by <see cref="Environment.TickCount64"/>.</summary>
    public static long Until(TimeSpan limit) => Environment.TickCount64 + (long)limit.TotalMilliseconds;

    /// <summary>Waits for one pulse.</summary>
    /// <param name="gate">Held by the caller.</param>
    /// <param name="deadline">By <see cref="Environment.TickCount64"/>.</param>
    /// <returns>False where the deadline has passed.</returns>
    public static bool Wait(object gate, long deadline)
    {
        var left = deadline - Environment.TickCount64;
        return left > 0 && (Monitor.Wait(gate, TimeSpan.FromMilliseconds(left)) || Environment.TickCount64 < deadline);
    }

    /// <summary>Waits until something is so.</summary>
    /// <typeparam name="T">What the condition looks at.</typeparam>
    /// <param name="gate">Held by the caller; pulsed where the condition may have changed.</param>
    /// <param name="deadline">By <see cref="Environment.TickCount64"/>.</param>
    /// <param name="state">What the condition looks at.</param>
    /// <param name="condition">Evaluated under the gate.</param>
    /// <returns>Whether it became so in time.</returns>
    public static bool Wait<T>(object gate, long deadline, T state, Func<T, bool> condition)
    {
        while (!condition(state))
        {
            if (!Wait(gate, deadline))
            {
                return condition(state);
            }
        }

        return true;
    }
}
