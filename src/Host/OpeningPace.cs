using HostStack.Hci.Transport;

namespace HostStack.Host;

/// <summary>When a controller that cannot be opened is tried again, and whether that is news: waits that double, and long ones
/// where trying alone changes nothing.</summary>
/// <param name="first">The first wait.</param>
/// <param name="longest">The longest one; also how often it is looked whether something has changed during a long one.</param>
public sealed class OpeningPace(TimeSpan first, TimeSpan longest)
{
    /// <summary>The wait after a failure that is final (<see cref="ControllerUnavailableException.IsFinal"/>): each attempt takes
    /// the device from its driver and resets it, for nothing.</summary>
    public static readonly TimeSpan FinalWait = TimeSpan.FromMinutes(5);

    private TimeSpan _next = first;
    private bool _isFinal;
    private (string Problem, TimeSpan Wait)? _told;

    /// <summary>The wait before the next attempt.</summary>
    public TimeSpan Wait { get; private set; }

    /// <summary>Takes what the last attempt ended with.</summary>
    /// <param name="problem">Why the controller is not there.</param>
    /// <param name="isFinal">Whether another attempt would end the same.</param>
    /// <returns>Whether problem or wait are others than before: a dongle may be away for days, and what has not changed is not told
    /// again.</returns>
    public bool Failed(string problem, bool isFinal)
    {
        _isFinal = isFinal;
        if (isFinal)
        {
            Wait = FinalWait > longest ? FinalWait : longest;
        }
        else
        {
            Wait = _next;
            _next = _next + _next < longest ? _next + _next : longest;
        }

        var isNews = _told != (problem, Wait);
        _told = (problem, Wait);
        return isNews;
    }

    /// <summary>Waits for the next attempt; where the failure was final, only until the source sees something else.</summary>
    /// <param name="delay">Waits for a time; false where nothing is waited for any more.</param>
    /// <param name="source">Where the controller is opened.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    /// <returns>Whether it is tried again.</returns>
    public async Task<bool> WaitAsync(Func<TimeSpan, Task<bool>> delay, IControllerSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delay);
        ArgumentNullException.ThrowIfNull(source);
        if (!_isFinal || await source.LookAsync(cancellationToken) is not { } before)
        {
            return await delay(Wait);
        }

        var step = longest > TimeSpan.Zero ? longest : Wait;
        for (var left = Wait; left > TimeSpan.Zero; left -= step)
        {
            if (!await delay(left < step ? left : step))
            {
                return false;
            }

            if (await source.LookAsync(cancellationToken) != before)
            {
                break;
            }
        }

        return true;
    }
}
