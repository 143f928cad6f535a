using System.Buffers;
using HostStack.Ethernet;

namespace HostStack.NetDevices.Memory;

/// <summary>A port between a network and something in the same process: no privilege, no operating system.</summary>
/// <remarks>
/// <para>It has no thread: a frame is delivered in the call that hands it over, so that a simulation stays deterministic.
/// A frame that the machine transmits while another is being delivered waits in a bounded queue, and goes out before
/// the first call returns; the sink is never called by two threads at once, nor from within itself.</para>
/// <para>A TAP interface or another kind of port implements <see cref="IEthernetPort"/> beside this class; who serves a
/// network knows only the interface.</para>
/// </remarks>
public sealed class MemoryEthernetPort : IEthernetPort
{
    /// <summary>Frames that wait for a paused network, unless the constructor is told.</summary>
    public const int DefaultQueueLength = 64;

    private readonly Lock _gate = new();
    private readonly Queue<(byte[] Octets, int Length)> _queue = new();
    private readonly int _queueLength;
    private IEthernetPortSink? _sink;
    private IMemoryPortUser? _user;
    private long _resumes;
    private bool _paused;
    private bool _delivering;
    private bool _closed;
    private long _received;
    private long _transmitted;
    private long _dropped;

    /// <summary>Makes a port that nobody uses yet.</summary>
    /// <param name="name">The name that people see.</param>
    /// <param name="address">A unicast address.</param>
    /// <param name="mtu">The largest payload in octets.</param>
    /// <param name="queueLength">Frames that wait while the network is paused; more are dropped.</param>
    public MemoryEthernetPort(
        string name, MacAddress address, int mtu = EthernetFrame.StandardMtu, int queueLength = DefaultQueueLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mtu, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(queueLength, 1);
        if (address.IsMulticast)
        {
            throw new ArgumentException("A port's address is unicast: clear its group bit with AsUnicast.", nameof(address));
        }

        Name = name;
        Address = address;
        Mtu = mtu;
        _queueLength = queueLength;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MacAddress Address { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <summary>Whether the network is there.</summary>
    public bool IsCarrierUp { get; private set; }

    /// <summary>Frames that the machine got from the network.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Frames that the network took from the machine.</summary>
    public long Transmitted => Interlocked.Read(ref _transmitted);

    /// <summary>Frames that were lost, in either direction: no user, no network, too long, queue full.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Frames that wait for the network.</summary>
    public int Queued
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Connects the machine's side. Called once.</summary>
    /// <param name="user">Who gets the frames of the network.</param>
    public void Attach(IMemoryPortUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (Interlocked.CompareExchange(ref _user, user, null) is not null)
        {
            throw new InvalidOperationException($"The port {Name} has a user already; make one port for each.");
        }

        if (IsCarrierUp)
        {
            user.CarrierChanged(true);
        }
    }

    /// <inheritdoc/>
    public void Start(IEthernetPortSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (Interlocked.CompareExchange(ref _sink, sink, null) is not null)
        {
            throw new InvalidOperationException($"The port {Name} belongs to a network already; make one port for each.");
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        lock (_gate)
        {
            _sink = null;
            _paused = false;
            Clear();
        }
    }

    /// <inheritdoc/>
    public bool Send(in EthernetFrame frame)
    {
        if (_user is not { } user || _closed || frame.Payload.Length > Mtu)
        {
            Interlocked.Increment(ref _dropped);
            return false;
        }

        Interlocked.Increment(ref _received);
        user.FrameReceived(frame);
        return true;
    }

    /// <summary>Hands a frame of the machine to the network. Any thread; never blocks; borrows the frame for the call.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>False where there is no network, the frame is too long or the queue full: it is dropped and counted.</returns>
    public bool Transmit(in EthernetFrame frame)
    {
        long resumes;
        IEthernetPortSink sink;
        lock (_gate)
        {
            if (_sink is null || _closed || !IsCarrierUp || frame.Payload.Length > Mtu)
            {
                Interlocked.Increment(ref _dropped);
                return false;
            }

            if (_paused || _delivering)
            {
                return Enqueue(frame);
            }

            _delivering = true;
            resumes = _resumes;
            sink = _sink;
        }

        // The common case: nothing waits, and the frame goes straight through without a copy.
        Settle(frame, Offer(sink, frame), sink, resumes);
        Drain();
        return true;
    }

    /// <inheritdoc/>
    public void SetCarrier(bool up)
    {
        lock (_gate)
        {
            if (IsCarrierUp == up)
            {
                return;
            }

            IsCarrierUp = up;
            if (!up)
            {
                Clear();
            }
        }

        _user?.CarrierChanged(up);
    }

    /// <inheritdoc/>
    public void Resume()
    {
        lock (_gate)
        {
            _resumes++;
            if (!_paused)
            {
                return;
            }

            _paused = false;
            if (_delivering)
            {
                return;
            }

            _delivering = true;
        }

        Drain();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            IsCarrierUp = false;
            Clear();
        }

        return ValueTask.CompletedTask;
    }

    // Whoever delivers goes on until nothing waits or the network asks for a pause.
    private void Drain()
    {
        while (true)
        {
            (byte[] Octets, int Length) next;
            IEthernetPortSink? sink;
            long resumes;
            lock (_gate)
            {
                sink = _sink;
                if (_paused || sink is null || !_queue.TryPeek(out next))
                {
                    _delivering = false;
                    return;
                }

                _queue.Dequeue();
                resumes = _resumes;
            }

            if (EthernetFrame.TryParse(next.Octets.AsSpan(0, next.Length), out var frame))
            {
                Settle(frame, Offer(sink, frame), sink, resumes);
            }

            ArrayPool<byte>.Shared.Return(next.Octets);
        }
    }

    // A network that throws loses the frame, not the port: whoever transmits next delivers again.
    private bool Offer(IEthernetPortSink sink, in EthernetFrame frame)
    {
        try
        {
            return sink.FrameReceived(frame);
        }
        catch
        {
            lock (_gate)
            {
                _dropped++;
                _delivering = false;
            }

            throw;
        }
    }

    private void Settle(in EthernetFrame frame, bool taken, IEthernetPortSink sink, long resumes)
    {
        lock (_gate)
        {
            if (taken)
            {
                _transmitted++;
            }
            else if (IsCarrierUp && ReferenceEquals(sink, _sink))
            {
                // A resume that came meanwhile must not be lost: the frame is then offered again at once.
                EnqueueFirst(frame);
                _paused = resumes == _resumes;
            }
            else
            {
                // The network went while the frame was offered: it was not for the next one.
                _dropped++;
            }
        }
    }

    private bool Enqueue(in EthernetFrame frame)
    {
        if (_queue.Count >= _queueLength)
        {
            Interlocked.Increment(ref _dropped);
            return false;
        }

        _queue.Enqueue(Copy(frame));
        return true;
    }

    // The frame that made the network pause keeps its place; the bound is one more for it.
    private void EnqueueFirst(in EthernetFrame frame)
    {
        var waiting = _queue.Count;
        _queue.Enqueue(Copy(frame));
        for (var i = 0; i < waiting; i++)
        {
            _queue.Enqueue(_queue.Dequeue());
        }
    }

    private static (byte[] Octets, int Length) Copy(in EthernetFrame frame)
    {
        var octets = ArrayPool<byte>.Shared.Rent(frame.Length);
        return (octets, frame.CopyTo(octets));
    }

    private void Clear()
    {
        while (_queue.TryDequeue(out var waiting))
        {
            _dropped++;
            ArrayPool<byte>.Shared.Return(waiting.Octets);
        }

        _paused = false;
    }
}
