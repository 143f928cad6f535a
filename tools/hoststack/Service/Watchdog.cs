namespace HostStack.Cli.Service;

/// <summary>Gives signs of life at half the time in which they are wanted, but only while the loops answer: a loop that hangs
/// lets the service manager start the program anew.</summary>
internal sealed class Watchdog : IDisposable
{
    private readonly Func<Task> _probe;
    private readonly Action _alive;
    private readonly ITimer _timer;
    private int _isProbing;

    /// <summary>Begins.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="within">The time in which a sign is wanted.</param>
    /// <param name="probe">Ends when everything has answered; fails where something cannot.</param>
    /// <param name="alive">Gives the sign.</param>
    public Watchdog(TimeProvider time, TimeSpan within, Func<Task> probe, Action alive)
    {
        _probe = probe;
        _alive = alive;
        _timer = time.CreateTimer(_ => _ = LookAsync(), null, within / 2, within / 2);
    }

    public void Dispose() => _timer.Dispose();

#pragma warning disable CA1031 // Whatever the probe's failure is, it means that there is no sign of life.
    private async Task LookAsync()
    {
        // A probe that is not answered yet is asked no second time: the sign comes when it is answered.
        if (Interlocked.Exchange(ref _isProbing, 1) == 1)
        {
            return;
        }

        try
        {
            await _probe();
            _alive();
        }
        catch (Exception)
        {
            // No sign; the next probe may be answered.
        }
        finally
        {
            Volatile.Write(ref _isProbing, 0);
        }
    }
#pragma warning restore CA1031
}
