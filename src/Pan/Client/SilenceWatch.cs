using HostStack.Hci.Loop;
using HostStack.Pan.Service;

namespace HostStack.Pan.Client;

/// <summary>Finds a connection to which the peer said yes and which nobody serves there. Loop only.</summary>
/// <remarks>BlueZ 5.66 answers 0x0000 for a role whose bridge is not there yet, and neither gives the channel to its kernel
/// nor closes it. A peer that has sent nothing at all is asked what every BNEP answers; when that stays unanswered, too, the
/// connection ends. One that has once sent anything is never asked.</remarks>
internal sealed class SilenceWatch
{
    private const int Probes = 3;

    // Longer together than the supervision timeout of 20 s: a link that only fades is the link's own affair.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly LoopTimer _timer;
    private PanPeer? _peer;
    private PanRole _role;
    private int _asked;

    public SilenceWatch(TimerQueue timers) => _timer = timers.Create(Look);

    /// <summary>Begins to watch a session that has just been set up.</summary>
    /// <param name="peer">The session.</param>
    /// <param name="role">The peer's role, for the reason.</param>
    public void Begin(PanPeer peer, PanRole role)
    {
        _peer = peer;
        _role = role;
        _asked = 0;
        _timer.Arm(Patience);
    }

    /// <summary>Watches no more. Idempotent.</summary>
    public void End()
    {
        _peer = null;
        _timer.Disarm();
    }

    private void Look()
    {
        if (_peer is not { } peer || peer.Session.IsConfirmed)
        {
            return;
        }

        if (_asked == Probes)
        {
            peer.Dismiss($"accepted, but nobody answers: see that {_role.Name()} is started on the peer");
            return;
        }

        _asked += peer.Session.Probe() ? 1 : 0;
        _timer.Arm(Patience);
    }
}
