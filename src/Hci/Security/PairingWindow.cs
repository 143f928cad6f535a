using HostStack.Hci.Loop;

namespace HostStack.Hci.Security;

/// <summary>The time in which peers may begin to pair. Closed unless somebody opened it. Loop only.</summary>
internal sealed class PairingWindow
{
    private readonly TimerQueue _timers;
    private readonly List<Opening> _openings = [];

    public PairingWindow(TimerQueue timers) => _timers = timers;

    public bool IsOpen => _openings.Count > 0;

    /// <summary>Opens the window until the time is over or the result is disposed; openings overlap.</summary>
    public IDisposable Open(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var opening = new Opening(this, duration);
        _openings.Add(opening);
        return opening;
    }

    private sealed class Opening : IDisposable
    {
        private readonly PairingWindow _window;
        private readonly LoopTimer _timer;

        public Opening(PairingWindow window, TimeSpan duration)
        {
            _window = window;
            _timer = window._timers.Create(Dispose);
            _timer.Arm(duration);
        }

        public void Dispose()
        {
            _timer.Disarm();
            _window._openings.Remove(this);
        }
    }
}
