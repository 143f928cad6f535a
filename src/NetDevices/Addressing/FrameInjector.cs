using HostStack.Ethernet;

namespace HostStack.NetDevices.Addressing;

/// <summary>Stands between a port and its network: the machine's frames pass through, and frames of our own go in between.
/// </summary>
/// <remarks>
/// <para>The network sees what the seam promises: never two calls at once, never a call from within a call, and after a
/// refusal the same frame again once it resumes. A frame of the machine that comes while one of ours is being handed over is
/// refused for the moment, and the port told to offer it again.</para>
/// <para>Any thread. No lock is held while the network is called. A frame that passes costs two interlocked operations and
/// no allocation.</para>
/// </remarks>
/// <param name="resume">Tells the port to offer again what was refused.</param>
/// <param name="failed">Hears of what the network throws at a frame of our own, which is lost; at a frame of the machine it
/// throws to the port.</param>
internal sealed class FrameInjector(Action resume, Action<Exception> failed) : IEthernetPortSink
{
    /// <summary>Own frames that wait; more are dropped.</summary>
    public const int Capacity = 16;

    private const int Free = 0;
    private const int Busy = 1;

    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _own = new();
    private volatile IEthernetPortSink? _sink;
    private volatile bool _hasOwn;
    private volatile bool _machineWaits;
    private bool _paused;
    private long _resumes;
    private int _state;
    private long _dropped;

    /// <summary>Own frames that were lost: no network, too many, or the network threw.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Connects the network.</summary>
    /// <param name="sink">The network; null takes it away, and what waits is dropped.</param>
    public void Connect(IEthernetPortSink? sink)
    {
        lock (_gate)
        {
            _sink = sink;
            _paused = false;
            Clear();
        }
    }

    /// <summary>Drops what waits: the network that it was for is gone.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            _paused = false;
            Clear();
        }
    }

    /// <inheritdoc/>
    public bool FrameReceived(in EthernetFrame frame)
    {
        if (!TryEnter())
        {
            // Whoever is in there tells the port when it leaves; it may have left before it could see the flag.
            _machineWaits = true;
            if (!TryEnter())
            {
                return false;
            }

            _machineWaits = false;
        }

        try
        {
            // A network that is gone takes everything.
            return _sink?.FrameReceived(frame) ?? true;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Sends a frame of our own, now or when the network can take it.</summary>
    /// <param name="frame">The whole frame; the injector owns it.</param>
    public void Inject(byte[] frame)
    {
        lock (_gate)
        {
            if (_sink is null || _own.Count >= Capacity)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            _own.Enqueue(frame);
            _hasOwn = !_paused;
        }

        Deliver();
    }

    /// <summary>The network can take frames again.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _resumes++;
            _paused = false;
            _hasOwn = _own.Count > 0;
        }

        Deliver();
        resume();
    }

    private bool TryEnter() => Interlocked.CompareExchange(ref _state, Busy, Free) == Free;

    private void Leave()
    {
        Exit();
        Deliver();
    }

    private void Exit()
    {
        Interlocked.Exchange(ref _state, Free);
        if (_machineWaits)
        {
            _machineWaits = false;
            resume();
        }
    }

    // Whoever leaves looks again whether something waits, so that nothing is left behind.
    private void Deliver()
    {
        while (_hasOwn && TryEnter())
        {
            try
            {
                while (TryOffer())
                {
                }
            }
            finally
            {
                Exit();
            }
        }
    }

    private bool TryOffer()
    {
        byte[]? octets;
        IEthernetPortSink? sink;
        long resumes;
        lock (_gate)
        {
            sink = _sink;
            resumes = _resumes;
            if (_paused || sink is null || !_own.TryPeek(out octets))
            {
                _hasOwn = false;
                return false;
            }
        }

        var taken = !EthernetFrame.TryParse(octets, out var frame) || TryHandOver(sink, frame);
        lock (_gate)
        {
            if (taken)
            {
                // Unless the network was changed meanwhile, and everything dropped.
                if (_own.TryPeek(out var first) && ReferenceEquals(first, octets))
                {
                    _own.Dequeue();
                }
            }
            else if (_resumes == resumes && ReferenceEquals(sink, _sink))
            {
                _paused = true;
            }
        }

        return true;
    }

    // This may be any thread, a timer's among them: what the network throws goes no further, and the frame is not offered again.
    private bool TryHandOver(IEthernetPortSink sink, in EthernetFrame frame)
    {
        try
        {
            return sink.FrameReceived(frame);
        }
        catch (Exception failure)
        {
            Interlocked.Increment(ref _dropped);
            failed(failure);
            return true;
        }
    }

    private void Clear()
    {
        Interlocked.Add(ref _dropped, _own.Count);
        _own.Clear();
        _hasOwn = false;
    }
}
