using HostStack.Ethernet;
using HostStack.NetDevices.Linux.Native;
using HostStack.NetDevices.Tap;

namespace HostStack.NetDevices.Linux.Tap;

/// <summary>The pump of a TAP device of Linux, which reads in batches.</summary>
/// <remarks>A network that asks for a pause keeps its frame here, and the descriptor is not read: the kernel's queue fills,
/// and its bound is the bound.</remarks>
internal sealed unsafe class TapReader : TapPump, IDisposable
{
    // Longer than any frame of the driver, whatever MTU somebody sets later: a shorter buffer would cut frames silently.
    private const int BufferSize = 65536 + EthernetFrame.HeaderSize + 4;

    // Then others are looked after: a pause, a flush, the end.
    private const int BatchLimit = 64;

    // Errors that the driver gives for one frame pass; a reader that meets nothing else would spin.
    private const int ErrorLimit = 16;

    private readonly TunDevice _device;
    private readonly WakeDescriptor _wake = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private readonly int _discardLimit;
    private int _heldLength;
    private int _errors;
    private int _resumesAtPause;
    private int _flushesSeen;
    private volatile bool _paused;
    private volatile bool _closing;
    private long _batches;

    /// <summary>Makes a reader that <see cref="TapPump.Begin"/> starts.</summary>
    /// <param name="device">What is read.</param>
    /// <param name="queueLength">Frames that the kernel keeps.</param>
    /// <param name="user">Hears of trouble.</param>
    public TapReader(TunDevice device, int queueLength, ITapPumpUser user)
        : base(user)
    {
        _device = device;
        _discardLimit = 2 * Math.Max(queueLength, BatchLimit);
    }

    /// <summary>Times that the reader woke to frames.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <inheritdoc/>
    protected override bool WaitsForResume => _paused;

    /// <summary>Ends the thread, without waiting for it.</summary>
    public void Dispose()
    {
        _closing = true;
        _wake.Signal();
        _wake.Dispose();
    }

    /// <inheritdoc/>
    protected override void Run()
    {
        while (Wait())
        {
            if (Flushes is var flushes && flushes != _flushesSeen)
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

    /// <inheritdoc/>
    protected override void Wake() => _wake.Signal();

    // False at the end.
    private bool Wait()
    {
        if (_closing)
        {
            return false;
        }

        if (_paused && Resumes != _resumesAtPause)
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
            TellLost(LinuxError.NameOf(Errno.EBADFD));
            return false;
        }

        if (_paused && Resumes != _resumesAtPause)
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
        while (read < BatchLimit && !_paused && !_closing && Flushes == _flushesSeen && TryRead())
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
            TellLost(LinuxError.NameOf(error));
        }
    }

    // The frame in the buffer; false where the network keeps it waiting there.
    private bool OfferHeld()
    {
        if (_paused)
        {
            return false;
        }

        var resumes = Resumes;
        var sink = Network;

        // Read after the network: what came before a flush is not the next network's, and waits for Discard.
        if (Flushes != _flushesSeen)
        {
            return false;
        }

        if (sink is null || !EthernetFrame.TryParse(_buffer.AsSpan(0, _heldLength), out var frame))
        {
            CountDrop();
            _heldLength = 0;
            return true;
        }

        if (!TryOffer(sink, frame))
        {
            _resumesAtPause = resumes;
            _paused = true;

            // A fence, too: Resume counts first and looks at _paused then, and this thread must not look at the count before its
            // _paused is seen, or a resume between the two would be lost.
            CountPause();
            return false;
        }

        _heldLength = 0;
        return true;
    }

    // Counted when it is done: whoever sees the count may send to the next network.
    private void Discard()
    {
        _paused = false;
        var dropped = _heldLength > 0 ? 1 : 0;
        for (var i = 0; i < _discardLimit && !_closing && TryRead(); i++)
        {
            dropped++;
        }

        _heldLength = 0;
        CountDrop(dropped);
    }
}
