using HostStack.Hci.Loop;

namespace HostStack.L2cap.Channels;

/// <summary>Tells a request that is refused again for the same from a new one: a peer that asks once more at once, as some do
/// who do not believe the first "security block", was refused once to whoever watches.</summary>
/// <param name="timers">The loop's clock.</param>
internal sealed class RepeatedRefusals(TimerQueue timers)
{
    /// <summary>How long after a refusal the same one says nothing new. A peer that goes on asking is told of once in it.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private L2capRefusal? _told;
    private long _toldAt;

    /// <summary>Whether a refusal was told a moment ago; where not, it counts as told now.</summary>
    /// <param name="refusal">What is refused, why, and what the link proves.</param>
    public bool IsRepeat(L2capRefusal refusal)
    {
        if (refusal == _told && timers.Since(_toldAt) < Moment)
        {
            return true;
        }

        (_told, _toldAt) = (refusal, timers.Now);
        return false;
    }
}
