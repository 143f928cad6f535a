namespace HostStack.NetDevices.Shim;

/// <summary>Takes what a <see cref="PacketReader"/> reads; on its thread.</summary>
internal interface IPacketReaderUser
{
    /// <summary>One packet of the machine; borrowed for the call.</summary>
    /// <param name="packet">The packet.</param>
    /// <returns>False where the network wants it later: it is offered again after <see cref="PacketReader.Resume"/>.</returns>
    bool PacketRead(ReadOnlySpan<byte> packet);

    /// <summary><see cref="PacketRead"/> threw; the packet is lost.</summary>
    /// <param name="failure">What it threw.</param>
    void PacketFailed(Exception failure);

    /// <summary>The interface was removed; nothing is read any more.</summary>
    void DeviceLost();
}

/// <summary>The thread that reads what the machine sends, in batches. A packet that the network wants later is kept, and
/// nothing is read meanwhile: the interface's own queue is the bound.</summary>
/// <param name="device">What is read.</param>
/// <param name="user">Takes the packets.</param>
internal sealed class PacketReader(IPacketDevice device, IPacketReaderUser user)
{
    private const int LongestPacket = 65536;

    // Then others are looked after: the end.
    private const int BatchLimit = 64;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LongestPacket, pinned: true);
    private int _held;
    private int _resumes;
    private int _resumesAtPause;
    private volatile bool _closing;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The thread's name.</param>
    public void Begin(string name) => new Thread(Run) { IsBackground = true, Name = name }.Start();

    /// <summary>Has a packet that was kept offered again. Any thread.</summary>
    public void Resume()
    {
        Interlocked.Increment(ref _resumes);
        device.Wake();
    }

    /// <summary>Ends the thread, without waiting for it.</summary>
    public void End()
    {
        _closing = true;
        device.Wake();
    }

    private void Run()
    {
        while (!_closing && device.Wait(wantsPackets: _held == 0))
        {
            if (_held == 0 || (Volatile.Read(ref _resumes) != _resumesAtPause && TryOffer()))
            {
                ReadBatch();
            }
        }

        if (!_closing)
        {
            user.DeviceLost();
        }
    }

    private void ReadBatch()
    {
        for (var read = 0; read < BatchLimit && !_closing && (_held = device.Read(_buffer)) > 0; read++)
        {
            if (!TryOffer())
            {
                return;
            }
        }
    }

    private bool TryOffer()
    {
        // A resume that comes during the call also ends the next wait, and then the number has changed.
        var resumes = Volatile.Read(ref _resumes);
        try
        {
            if (!user.PacketRead(_buffer.AsSpan(0, _held)))
            {
                _resumesAtPause = resumes;
                return false;
            }
        }
        catch (Exception failure)
        {
            // One packet is lost, and not the port: whatever the network threw must not end the process.
            user.PacketFailed(failure);
        }

        _held = 0;
        return true;
    }
}
