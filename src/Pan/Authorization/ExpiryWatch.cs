using HostStack.Hci.Loop;
using HostStack.Pan.Service;

namespace HostStack.Pan.Authorization;

/// <summary>Sends the peers of a network away whose authorization has ended, unless the rule allows them still. Loop only.
/// </summary>
/// <param name="timers">The loop's.</param>
/// <param name="time">The clock of the expiries.</param>
/// <param name="judge">Asks the rule again.</param>
internal sealed class ExpiryWatch(TimerQueue timers, TimeProvider time, Func<PanPeer, RuleJudgement> judge)
{
    // Expiries are by the wall clock, which somebody may set: it is looked at as often as this.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly List<PanPeer> _peers = [];
    private LoopTimer? _timer;

    /// <summary>Watches a peer that has come, if its authorization ends at all.</summary>
    public void Add(PanPeer peer)
    {
        if (peer.AuthorizedUntil is not null)
        {
            _peers.Add(peer);
            Arm();
        }
    }

    /// <summary>Forgets a peer that has left. Idempotent.</summary>
    public void Remove(PanPeer peer)
    {
        if (_peers.Remove(peer))
        {
            Arm();
        }
    }

    private void Arm()
    {
        if (_peers.Min(static peer => peer.AuthorizedUntil) is not { } next)
        {
            _timer?.Disarm();
            return;
        }

        var wait = next - time.GetUtcNow();
        _timer ??= timers.Create(Fired);
        _timer.Arm(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < Longest ? wait : Longest);
    }

    private void Fired()
    {
        var now = time.GetUtcNow();
        foreach (var peer in _peers.Where(peer => peer.AuthorizedUntil <= now).ToArray())
        {
            var judgement = judge(peer);
            if (judgement.Verdict == RuleVerdict.Allow)
            {
                // By another entry, or by the next rule.
                _peers.Remove(peer);
                peer.AuthorizedUntil = judgement.Until;
                Add(peer);
            }
            else
            {
                peer.Dismiss($"its authorization has ended ({judgement.Rule}). {judgement.Remedy}".TrimEnd(' ', '.'));
            }
        }

        Arm();
    }
}
