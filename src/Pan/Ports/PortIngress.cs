using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;

namespace HostStack.Pan.Ports;

/// <summary>Takes the frames that come from a network port. Loop only.</summary>
internal interface IPortFrameUser
{
    /// <summary>One frame; borrowed for the call.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="buffer">Where the frame's buffer can be had; null where it is the port's own.</param>
    /// <returns>False where there is no room now: it is offered again after <see cref="PortIngress.Resume"/>. Who took the
    /// buffer returns true.</returns>
    bool FrameFromPort(in EthernetFrame frame, IFrameBuffer? buffer);
}

/// <summary>Brings frames from a port's thread to the loop, through a bounded queue of pooled buffers.</summary>
/// <remarks>A port whose thread is the loop (in memory) is served at once, without a copy. What another thread brings is
/// copied once, into a buffer that a session sends as it is. A full queue, or a user without room, pauses the port, which
/// keeps its frame; nothing is dropped here but what is longer than the port's MTU.</remarks>
internal sealed class PortIngress : IEthernetPortSink, IFrameBuffer
{
    private const int QueueLimit = 128;

    // A session's queue has buffers of ours too.
    private const int Stock = 2 * QueueLimit;

    // An 802.1Q tag may come on top of the MTU.
    private const int Overhead = EthernetFrame.HeaderSize + 4;

    private readonly Lock _gate = new();
    private readonly EventLoop _loop;
    private readonly IEthernetPort _port;
    private readonly IPortFrameUser _user;
    private readonly PacketPool _pool;
    private readonly Queue<PacketBuffer> _queue = new(QueueLimit);
    private PacketBuffer? _held;
    private bool _drainPosted;
    private bool _paused;
    private bool _closed;
    private long _oversize;

    public PortIngress(EventLoop loop, IEthernetPort port, IPortFrameUser user)
    {
        _loop = loop;
        _port = port;
        _user = user;
        _pool = new PacketPool(BnepSession.FrameHeadroom, payload: port.Mtu + Overhead, stock: Stock);
    }

    /// <summary>Frames longer than the port's MTU allows; dropped.</summary>
    public long Oversize => Interlocked.Read(ref _oversize);

    /// <summary>Times that the port was paused.</summary>
    public long Pauses { get; private set; }

    /// <summary>Buffers that are out; zero when nothing is queued, here or below the sessions that took some over.</summary>
    public int Outstanding => _pool.Rented;

    /// <summary>Begins.</summary>
    public void Start() => _port.Start(this);

    /// <inheritdoc/>
    public bool FrameReceived(in EthernetFrame frame)
    {
        if (frame.Payload.Length > _port.Mtu + 4)
        {
            Interlocked.Increment(ref _oversize);
            return true;
        }

        return _loop.IsCurrent ? TakeDirectly(frame) : Enqueue(frame);
    }

    /// <inheritdoc/>
    PacketBuffer IFrameBuffer.Take()
    {
        var buffer = _held ?? throw new InvalidOperationException("The frame's buffer was taken before, or after its call.");
        _held = null;
        return buffer;
    }

    /// <summary>The user has room again. Loop only.</summary>
    public void Resume() => Drain();

    /// <summary>Drops what is queued and lets the port go, which may then serve another network. Loop only; idempotent.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            while (_queue.TryDequeue(out var buffer))
            {
                buffer.Release();
            }
        }

        _held?.Release();
        _held = null;
        _port.Stop();
    }

    private bool TakeDirectly(in EthernetFrame frame)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return true;
            }

            if (_held is not null || _queue.Count > 0)
            {
                // What came before goes first.
                return Pause();
            }
        }

        if (_user.FrameFromPort(frame, buffer: null))
        {
            return true;
        }

        lock (_gate)
        {
            return Pause();
        }
    }

    private bool Enqueue(in EthernetFrame frame)
    {
        var post = false;
        lock (_gate)
        {
            if (_closed)
            {
                return true;
            }

            if (_queue.Count >= QueueLimit)
            {
                return Pause();
            }

            var buffer = _pool.Rent();
            frame.CopyTo(buffer.Append(frame.Length));
            _queue.Enqueue(buffer);
            (post, _drainPosted) = (!_drainPosted, true);
        }

        if (post)
        {
            // One post for however many frames come meanwhile: the queue's bound is the bound.
            BringDrain();
        }

        return true;
    }

    private void DrainPosted()
    {
        lock (_gate)
        {
            _drainPosted = false;
        }

        Drain();
    }

    private void Drain()
    {
        while (Next() is { } buffer)
        {
            _held = buffer;
            try
            {
                if (EthernetFrame.TryParse(buffer.Span, out var frame) && !_user.FrameFromPort(frame, this))
                {
                    return;
                }
            }
            catch
            {
                // The frame is lost, and nothing behind it: a frame that is offered again and again would stop the port.
                Drop(buffer);
                PostDrain();
                throw;
            }

            Drop(buffer);
        }

        bool resume;
        lock (_gate)
        {
            (resume, _paused) = (_paused, false);
        }

        if (resume)
        {
            _port.Resume();
        }
    }

    // The call may have taken the buffer, or closed this ingress, and released the buffer with it.
    private void Drop(PacketBuffer buffer)
    {
        if (ReferenceEquals(_held, buffer))
        {
            _held = null;
            buffer.Release();
        }
    }

    // A port's thread that may do the work itself where the loop sleeps saves waking another.
    private void BringDrain()
    {
        if (!_port.MayLendThread)
        {
            PostDrain();
            return;
        }

        _loop.Bring(static (ingress, _) => ((PortIngress)ingress!).DrainPosted(), this);
        _loop.Lend();
    }

    private void PostDrain() =>
        _loop.Post(static (ingress, _) => ((PortIngress)ingress!).DrainPosted(), this);

    private PacketBuffer? Next()
    {
        if (_held is { } held)
        {
            return held;
        }

        lock (_gate)
        {
            return _queue.TryDequeue(out var buffer) ? buffer : null;
        }
    }

    private bool Pause()
    {
        _paused = true;
        Pauses++;
        return false;
    }
}
