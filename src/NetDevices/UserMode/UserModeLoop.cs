using HostStack.Ethernet;
using HostStack.NetDevices.UserMode.Native;
using HostStack.NetDevices.UserMode.Polling;
using Microsoft.Extensions.Logging;

namespace HostStack.NetDevices.UserMode;

/// <summary>The thread of a <see cref="UserModePort"/>: it alone calls libslirp, and the network's sink.</summary>
internal sealed class UserModeLoop : ISlirpUser, IAsyncDisposable
{
    // An 802.1Q tag may come on top of the MTU.
    private const int Overhead = EthernetFrame.HeaderSize + 4;
    private const long NotPaused = -1;

    private readonly string _name;
    private readonly ILogger _log;
    private readonly ISocketPoller _poller;
    private readonly SlirpInstance _nat;
    private readonly FrameRing _fromNetwork;
    private readonly FrameRing _held;
    private readonly int _queueLength;
    private readonly int _socketLimit;
    private readonly uint _gateway;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Subscription? _user;
    private volatile bool _carrier;
    private volatile bool _closing;
    private Subscription? _heldFor;
    private long _pausedAt = NotPaused;
    private long _resumes;
    private long _taken;
    private long _delivered;
    private long _droppedIn;
    private long _droppedOut;
    private long _overLimit;
    private long _pauses;
    private long _peerErrors;

    /// <summary>Makes the NAT, in the caller's network namespace, and starts the thread.</summary>
    public UserModeLoop(SlirpLibrary library, UserModePlan plan, ILogger log)
    {
        _name = plan.Options.Name;
        _log = log;
        _queueLength = plan.Options.QueueLength;
        _socketLimit = plan.Options.SocketLimit;
        _gateway = plan.Gateway;
        _fromNetwork = new FrameRing(_queueLength, plan.Options.Mtu + Overhead);
        _held = new FrameRing(_queueLength, plan.Options.Mtu + Overhead);
        _poller = OperatingSystem.IsWindows() ? new WindowsPoller() : new UnixPoller();
        try
        {
            _nat = new SlirpInstance(library, plan, this);
        }
        catch
        {
            _poller.Dispose();
            throw;
        }

        new Thread(Run) { IsBackground = true, Name = $"user-mode network {_name}" }.Start();
    }

    /// <summary>What was counted; refused frames are counted by the caller.</summary>
    public UserModeCounters Counters => new(
        Interlocked.Read(ref _taken),
        Interlocked.Read(ref _delivered),
        Interlocked.Read(ref _droppedIn),
        Interlocked.Read(ref _droppedOut),
        0,
        Interlocked.Read(ref _overLimit),
        Interlocked.Read(ref _pauses),
        Interlocked.Read(ref _peerErrors));

    /// <summary>The thread has done what there was to do, and waits next. On that thread.</summary>
    public event Action? Rests;

    /// <summary>Whether somebody gets the frames.</summary>
    public bool HasUser => _user is not null;

    /// <summary>Names who gets the frames; null for nobody. Any thread.</summary>
    public void SetUser(IEthernetPortSink? sink)
    {
        _user = sink is null ? null : new Subscription(sink);
        _poller.Wake();
    }

    /// <summary>While there is no carrier nothing is delivered. Any thread.</summary>
    public void SetCarrier(bool up)
    {
        _carrier = up;
        _poller.Wake();
    }

    /// <summary>Ends a pause. Any thread.</summary>
    public void Resume()
    {
        Interlocked.Increment(ref _resumes);
        _poller.Wake();
    }

    /// <summary>Queues a frame of a peer. Any thread; borrows the frame.</summary>
    /// <returns>False where there was no room.</returns>
    public bool TrySend(in EthernetFrame frame)
    {
        if (_closing || !_fromNetwork.TryAdd(frame))
        {
            Interlocked.Increment(ref _droppedIn);
            return false;
        }

        _poller.Wake();
        return true;
    }

    /// <summary>Ends the thread, and with it the NAT. Idempotent; any thread, the loop's own too.</summary>
    /// <returns>Completes when nothing is called any more.</returns>
    public ValueTask DisposeAsync()
    {
        _closing = true;
        _poller.Wake();
        return new ValueTask(_ended.Task);
    }

    /// <inheritdoc/>
    public void FrameFromNat(ReadOnlySpan<byte> octets)
    {
        FollowUser();
        if (!EthernetFrame.TryParse(octets, out var frame) || _heldFor is not { } user || !_carrier || _closing)
        {
            Interlocked.Increment(ref _droppedOut);
        }
        else if ((_held.Count > 0 || !TryOffer(user, frame)) && !_held.TryAdd(frame))
        {
            Interlocked.Increment(ref _droppedOut);
        }
    }

    /// <inheritdoc/>
    public void PeerError(string message)
    {
        Interlocked.Increment(ref _peerErrors);
        UserModeLog.PeerError(_log, _name, message);
    }

    private void Run()
    {
        try
        {
            while (!_closing)
            {
                TakeFromNetwork();
                DeliverHeld();

                // While the network pauses, the sockets are not read: their peers wait, and nothing is lost.
                var wait = _nat.FillPolls(_poller, reading: _held.Count == 0);
                Rests?.Invoke();
                var isValid = _poller.Wait(_fromNetwork.Count > 0 ? 0 : wait);
                _nat.Poll(isValid);
            }
        }
        catch (Exception exception)
        {
            UserModeLog.Ended(_log, _name, exception);
        }
        finally
        {
            _closing = true;
            _nat.Dispose();
            _poller.Dispose();
            _ended.SetResult();
        }
    }

    // At most a queue's length, so that the sockets have their turn.
    private void TakeFromNetwork()
    {
        var sockets = _nat.Sockets;
        for (var i = 0; i < _queueLength && _fromNetwork.TryPeek(out var octets); i++)
        {
            var demand = EthernetFrame.TryParse(octets, out var frame) ? SocketDemand.Of(frame, _gateway) : Demand.None;
            if (demand != Demand.None && sockets >= _socketLimit)
            {
                Interlocked.Increment(ref _overLimit);
            }
            else
            {
                sockets += demand == Demand.Connection ? 1 : 0;
                _nat.Input(octets);
                Interlocked.Increment(ref _taken);
            }

            _fromNetwork.RemoveFirst();
        }
    }

    private void DeliverHeld()
    {
        FollowUser();
        while (_held.TryPeek(out var octets))
        {
            if (_heldFor is not { } user || !_carrier)
            {
                DropHeld();
            }
            else if (EthernetFrame.TryParse(octets, out var frame) && !TryOffer(user, frame))
            {
                return;
            }
            else
            {
                _held.RemoveFirst();
            }
        }
    }

    // What waits for one network is not the next one's.
    private void FollowUser()
    {
        var user = _user;
        if (!ReferenceEquals(user, _heldFor))
        {
            _heldFor = user;
            DropHeld();
        }
    }

    private void DropHeld()
    {
        _pausedAt = NotPaused;
        Interlocked.Add(ref _droppedOut, _held.Clear());
    }

    private bool TryOffer(Subscription user, in EthernetFrame frame)
    {
        // A resume that comes while the frame is refused is not lost: the frame is offered again in the next round.
        var resumes = Interlocked.Read(ref _resumes);
        if (_pausedAt == resumes)
        {
            return false;
        }

        try
        {
            if (!user.Sink.FrameReceived(frame))
            {
                _pausedAt = resumes;
                Interlocked.Increment(ref _pauses);
                return false;
            }

            Interlocked.Increment(ref _delivered);
        }
        catch (Exception exception)
        {
            // This may be within a call of libslirp, through which no exception can go. The frame is lost, not the port.
            Interlocked.Increment(ref _droppedOut);
            UserModeLog.NetworkFailed(_log, _name, exception);
        }

        return true;
    }

    /// <summary>One use of the port, from start to stop.</summary>
    private sealed class Subscription(IEthernetPortSink sink)
    {
        public IEthernetPortSink Sink { get; } = sink;
    }
}
