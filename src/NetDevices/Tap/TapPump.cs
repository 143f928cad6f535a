using HostStack.Ethernet;

namespace HostStack.NetDevices.Tap;

/// <summary>Hears of what a pump meets; on the pump's thread.</summary>
internal interface ITapPumpUser
{
    /// <summary>The network threw at a frame, which is lost.</summary>
    void SinkFailed(Exception failure);

    /// <summary>The interface is gone; nothing is read any more.</summary>
    /// <param name="reason">What the system says to it; empty where it says nothing.</param>
    void DeviceLost(string reason);
}

/// <summary>The thread that reads what the machine sends and gives it to the network: what is the same for every system. How
/// a frame is read, and where it waits while the network pauses, is the system's.</summary>
/// <remarks>Without a network, frames are read and dropped, so that no network gets those of another.</remarks>
/// <param name="user">Hears of trouble.</param>
internal abstract class TapPump(ITapPumpUser user)
{
    private IEthernetPortSink? _network;
    private int _resumes;
    private int _flushes;
    private long _delivered;
    private long _dropped;
    private long _pauses;

    /// <summary>Frames that the network took.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Frames that no network took.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Times that the network asked for a pause.</summary>
    public long Pauses => Interlocked.Read(ref _pauses);

    /// <summary>Who gets the frames; null for nobody.</summary>
    protected IEthernetPortSink? Network => Volatile.Read(ref _network);

    /// <summary>How often a pause was ended; read before a frame is offered, it tells whether one ended meanwhile.</summary>
    protected int Resumes => Volatile.Read(ref _resumes);

    /// <summary>How often what waits was to be dropped.</summary>
    protected int Flushes => Volatile.Read(ref _flushes);

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The port's name.</param>
    public void Begin(string name) => new Thread(Run) { IsBackground = true, Name = $"tap {name}" }.Start();

    /// <summary>Names the network that gets the frames.</summary>
    /// <returns>False where there is one already.</returns>
    public bool TryAttach(IEthernetPortSink sink) => Interlocked.CompareExchange(ref _network, sink, null) is null;

    /// <summary>Gives no frame to the network any more, but for the one that may be on its way in another thread. Idempotent:
    /// where there is no network nothing waits, and what comes next is another's.</summary>
    public void Detach()
    {
        if (Interlocked.Exchange(ref _network, null) is not null)
        {
            Flush();
        }
    }

    /// <summary>Drops what waits, and ends a pause.</summary>
    public void Flush()
    {
        Interlocked.Increment(ref _flushes);
        Wake();
    }

    /// <summary>Ends a pause.</summary>
    public void Resume()
    {
        Interlocked.Increment(ref _resumes);
        if (WaitsForResume)
        {
            Wake();
        }
    }

    /// <summary>Whether the thread has to be woken by <see cref="Resume"/>. Any thread.</summary>
    protected abstract bool WaitsForResume { get; }

    /// <summary>The thread.</summary>
    protected abstract void Run();

    /// <summary>Ends the thread's wait, or its next one. Any thread.</summary>
    protected abstract void Wake();

    /// <summary>Offers a frame to a network, and counts it; one that the network throws at is lost.</summary>
    /// <returns>False where the network wants it later.</returns>
    protected bool TryOffer(IEthernetPortSink network, in EthernetFrame frame)
    {
        try
        {
            if (!network.FrameReceived(frame))
            {
                return false;
            }

            Interlocked.Increment(ref _delivered);
        }
        catch (Exception failure)
        {
            // One frame is lost, and not the port: whatever the network threw must not end the process.
            CountDrop();
            user.SinkFailed(failure);
        }

        return true;
    }

    /// <summary>Counts frames that go to nobody.</summary>
    protected void CountDrop(int frames = 1) => Interlocked.Add(ref _dropped, frames);

    /// <summary>Counts a pause; a full fence.</summary>
    protected void CountPause() => Interlocked.Increment(ref _pauses);

    /// <summary>Tells that the interface is gone.</summary>
    protected void TellLost(string reason) => user.DeviceLost(reason);
}
