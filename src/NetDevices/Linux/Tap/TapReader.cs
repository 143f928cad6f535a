using HostStack.Ethernet;
using HostStack.NetDevices.Linux.Native;

namespace HostStack.NetDevices.Linux.Tap;

/// <summary>Hears of what the reader meets; on the reader's thread.</summary>
internal interface ITapReaderUser
{
    /// <summary>The network threw at a frame, which is lost.</summary>
    void SinkFailed(Exception failure);

    /// <summary>The interface was removed; nothing is read any more.</summary>
    void InterfaceLost(Errno error);
}

/// <summary>The thread that reads what the machine sends, in batches, and gives it to the network.</summary>
/// <remarks>A network that asks for a pause keeps its frame here, and the descriptor is not read: the kernel's queue fills,
/// and its bound is the bound. Without a network, frames are read and dropped, so that no network gets those of another.</remarks>
internal sealed unsafe class TapReader : IDisposable
{
    // Longer than any frame of the driver, whatever MTU somebody sets later: a shorter buffer would cut frames silently.
    private const int BufferSize = 65536 + EthernetFrame.HeaderSize + 4;

    // Then others are looked after: a pause, a flush, the end.
    private const int BatchLimit = 64;

    // Errors that the driver gives for one frame pass; a reader that meets nothing else would spin.
    private const int ErrorLimit = 16;

    private readonly TunDevice _device;
    private readonly ITapReaderUser _user;
    private readonly WakeDescriptor _wake = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private readonly int _discardLimit;
    private IEthernetPortSink? _sink;
    private int _heldLength;
    private int _errors;
    private int _resumes;
    private int _resumesAtPause;
    private int _flushes;
    private int _flushesSeen;
    private volatile bool _paused;
    private volatile bool _closing;
    private long _delivered;
    private long _dropped;
    private long _pauses;
    private long _batches;

    /// <summary>Makes a reader that <see cref="Begin"/> starts.</summary>
    /// <param name="device">What is read.</param>
    /// <param name="queueLength">Frames that the kernel keeps.</param>
    /// <param name="user">Hears of trouble.</param>
    public TapReader(TunDevice device, int queueLength, ITapReaderUser user)
    {
        _device = device;
        _user = user;
        _discardLimit = 2 * Math.Max(queueLength, BatchLimit);
    }

    /// <summary>Frames that the network took.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Frames that were read for nobody.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Times that the network asked for a pause.</summary>
    public long Pauses => Interlocked.Read(ref _pauses);

    /// <summary>Times that the reader woke to frames.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The thread's name.</param>
    public void Begin(string name) => new Thread(Run) { IsBackground = true, Name = $"tap {name}" }.Start();

    /// <summary>Names the network that gets the frames.</summary>
    /// <returns>False where there is one already.</returns>
    public bool TryAttach(IEthernetPortSink sink) => Interlocked.CompareExchange(ref _sink, sink, null) is null;

    /// <summary>Gives no frame to the network any more, but for the one that may be on its way in another thread.</summary>
    public void Detach()
    {
        Volatile.Write(ref _sink, null);
        Flush();
    }

    /// <summary>Drops what waits, and ends a pause.</summary>
    public void Flush()
    {
        Interlocked.Increment(ref _flushes);
        _wake.Signal();
    }

    /// <summary>Ends a pause.</summary>
    public void Resume()
    {
        Interlocked.Increment(ref _resumes);
        if (_paused)
        {
            _wake.Signal();
        }
    }

    /// <summary>Ends the thread, without waiting for it.</summary>
    public void Dispose()
    {
        _closing = true;
        _wake.Signal();
        _wake.Dispose();
    }

    private void Run()
    {
        while (Wait())
        {
            if (Volatile.Read(ref _flushes) is var flushes && flushes != _flushesSeen)
            {
                _flushesSeen = flushes;
                Discard();
            }

            if (_heldLength == 0 || OfferHeld())
            {
                ReadBatch();
            }
        }
    }

    // False at the end.
    private bool Wait()
    {
        if (_closing)
        {
            return false;
        }

        if (_paused && Volatile.Read(ref _resumes) != _resumesAtPause)
        {
            _paused = false;
            return true;
        }

        // The driver never reports POLLPRI, but wakes who waits for it when the interface is removed, unlike who waits for nothing.
        var events = Poll(_paused ? LibC.POLLPRI : LibC.POLLIN);
        if (_closing)
        {
            return false;
        }

        if ((events & (LibC.POLLERR | LibC.POLLHUP | LibC.POLLNVAL)) != 0)
        {
            _user.InterfaceLost(Errno.EBADFD);
            return false;
        }

        if (_paused && Volatile.Read(ref _resumes) != _resumesAtPause)
        {
            _paused = false;
        }

        return true;
    }

    private short Poll(short wanted)
    {
        var (device, wake) = (_device.Descriptor, _wake.Descriptor);
        var (deviceHeld, wakeHeld) = (false, false);
        try
        {
            device.DangerousAddRef(ref deviceHeld);
            wake.DangerousAddRef(ref wakeHeld);
            var polled = stackalloc PollDescriptor[2];
            polled[0] = new PollDescriptor { Descriptor = device.Number, Events = wanted };
            polled[1] = new PollDescriptor { Descriptor = wake.Number, Events = LibC.POLLIN };
            if (LibC.Poll(polled, 2, timeout: -1) < 0)
            {
                // A signal: the loop looks around and comes again.
                return 0;
            }

            if (polled[1].Returned != 0)
            {
                _wake.Clear();
            }

            return polled[0].Returned;
        }
        catch (ObjectDisposedException)
        {
            _closing = true;
            return 0;
        }
        finally
        {
            if (deviceHeld)
            {
                device.DangerousRelease();
            }

            if (wakeHeld)
            {
                wake.DangerousRelease();
            }
        }
    }

    private void ReadBatch()
    {
        var read = 0;
        while (read < BatchLimit && !_paused && !_closing && Volatile.Read(ref _flushes) == _flushesSeen && TryRead())
        {
            read++;
            OfferHeld();
        }

        if (read > 0)
        {
            Interlocked.Increment(ref _batches);
        }
    }

    private bool TryRead()
    {
        try
        {
            _heldLength = _device.Read(_buffer, out var error);
            if (_heldLength > 0)
            {
                _errors = 0;
                return true;
            }

            if (error is not (Errno.EAGAIN or Errno.EINTR or Errno.None))
            {
                Judge(error);
            }
        }
        catch (ObjectDisposedException)
        {
            _closing = true;
        }

        return false;
    }

    private void Judge(Errno error)
    {
        if (error is Errno.EBADFD or Errno.EBADF || ++_errors >= ErrorLimit)
        {
            _closing = true;
            _user.InterfaceLost(error);
        }
    }

    // The frame in the buffer; false where the network keeps it waiting there.
    private bool OfferHeld()
    {
        if (_paused)
        {
            return false;
        }

        var resumes = Volatile.Read(ref _resumes);
        var sink = Volatile.Read(ref _sink);
        if (sink is null || !EthernetFrame.TryParse(_buffer.AsSpan(0, _heldLength), out var frame))
        {
            Interlocked.Increment(ref _dropped);
            _heldLength = 0;
            return true;
        }

        try
        {
            if (!sink.FrameReceived(frame))
            {
                _resumesAtPause = resumes;
                _paused = true;

                // Interlocked for another reason, too: Resume counts first and looks at _paused then, and this thread must not
                // look at the count before its _paused is seen, or a resume between the two would be lost.
                Interlocked.Increment(ref _pauses);
                return false;
            }

            Interlocked.Increment(ref _delivered);
        }
        catch (Exception failure)
        {
            // One frame is lost, and not the port: whatever the network threw must not end the process.
            Interlocked.Increment(ref _dropped);
            _user.SinkFailed(failure);
        }

        _heldLength = 0;
        return true;
    }

    private void Discard()
    {
        if (_heldLength > 0)
        {
            Interlocked.Increment(ref _dropped);
            _heldLength = 0;
        }

        _paused = false;
        for (var i = 0; i < _discardLimit && !_closing && TryRead(); i++)
        {
            Interlocked.Increment(ref _dropped);
            _heldLength = 0;
        }
    }
}
