using HostStack.Ethernet;

namespace HostStack.NetDevices.Windows;

/// <summary>Hears of what the pump meets; on its thread.</summary>
internal interface ITapPumpUser
{
    /// <summary>The network threw at a frame, which is lost.</summary>
    void SinkFailed(Exception failure);

    /// <summary>The adapter is gone; nothing is read any more.</summary>
    void AdapterLost();
}

/// <summary>The thread that reads what the machine sends and gives it to the network.</summary>
/// <remarks>A network that asks for a pause leaves its frame in the device's buffer, and the device is not read: its own
/// bounded queue fills. Without a network, frames are read and dropped, so that no network gets those of another.</remarks>
internal sealed class TapFramePump(ITapDevice device, int longestFrame, ITapPumpUser user)
{
    // Nobody tells that the machine is awake again.
    private const int IdleMilliseconds = 500;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IEthernetPortSink? _sink;
    private int _resumes;
    private int _flushes;
    private volatile bool _closing;
    private long _delivered;
    private long _dropped;
    private long _pauses;

    /// <summary>Frames that the network took.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Frames that no network took.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Times that the network asked for a pause.</summary>
    public long Pauses => Interlocked.Read(ref _pauses);

    /// <summary>Starts the thread.</summary>
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

    /// <summary>Drops the frame that waits, and ends a pause.</summary>
    public void Flush()
    {
        Interlocked.Increment(ref _flushes);
        device.Wake();
    }

    /// <summary>Ends a pause.</summary>
    public void Resume()
    {
        Interlocked.Increment(ref _resumes);
        device.Wake();
    }

    /// <summary>Ends the thread.</summary>
    /// <returns>Completes when nothing is called any more; not waited for by the thread itself.</returns>
    public Task EndAsync()
    {
        _closing = true;
        device.Wake();
        return _ended.Task;
    }

    private void Run()
    {
        try
        {
            while (!_closing)
            {
                switch (device.Read(out var octets))
                {
                    case TapRead.Frame:
                        Deliver(octets);
                        break;
                    case TapRead.Idle:
                        device.WaitForWake(IdleMilliseconds);
                        break;
                    case TapRead.Lost:
                        if (!_closing)
                        {
                            user.AdapterLost();
                        }

                        return;
                }
            }
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private void Deliver(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > longestFrame || !EthernetFrame.TryParse(octets, out var frame))
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        var flushes = Volatile.Read(ref _flushes);
        var network = Volatile.Read(ref _sink);
        while (!_closing)
        {
            var resumes = Volatile.Read(ref _resumes);
            if (network is not { } sink || flushes != Volatile.Read(ref _flushes))
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            if (TryOffer(sink, frame))
            {
                return;
            }

            Interlocked.Increment(ref _pauses);
            while (resumes == Volatile.Read(ref _resumes) && flushes == Volatile.Read(ref _flushes) && !_closing)
            {
                device.WaitForWake(Timeout.Infinite);
            }
        }
    }

    private bool TryOffer(IEthernetPortSink sink, in EthernetFrame frame)
    {
        try
        {
            if (!sink.FrameReceived(frame))
            {
                return false;
            }

            Interlocked.Increment(ref _delivered);
        }
        catch (Exception failure)
        {
            // One frame is lost, and not the port: whatever the network threw must not end the process.
            Interlocked.Increment(ref _dropped);
            user.SinkFailed(failure);
        }

        return true;
    }
}
