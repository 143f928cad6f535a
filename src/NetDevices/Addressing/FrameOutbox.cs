namespace HostStack.NetDevices.Addressing;

/// <summary>Frames that a core makes under its owner's lock, and that go to the network after it, in their order.</summary>
/// <param name="gate">The owner's lock.</param>
/// <param name="injector">Where they go.</param>
internal sealed class FrameOutbox(Lock gate, FrameInjector injector)
{
    private readonly Queue<byte[]> _frames = new();

    /// <summary>Whether nothing waits. Under the lock.</summary>
    public bool IsEmpty => _frames.Count == 0;

    /// <summary>Adds a whole frame, owned from now on. Under the lock.</summary>
    /// <param name="frame">The frame.</param>
    public void Add(byte[] frame) => _frames.Enqueue(frame);

    /// <summary>Sends what waits. Without the lock: the network may call back.</summary>
    public void Flush()
    {
        while (true)
        {
            byte[]? frame;
            lock (gate)
            {
                if (!_frames.TryDequeue(out frame))
                {
                    return;
                }
            }

            injector.Inject(frame);
        }
    }
}
