using System.Collections.Concurrent;
using HostStack.Ethernet;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>A network that notes the numbers of the frames it takes, and asks for a pause when a test wants it.</summary>
internal sealed class CountingSink : IEthernetPortSink
{
    private int _offered;

    /// <summary>The numbers, in the order they came.</summary>
    public ConcurrentQueue<int> Taken { get; } = new();

    /// <summary>Whether frames are taken; may change at any time.</summary>
    public volatile bool Accepts = true;

    /// <summary>Times that a frame was offered, however that ended.</summary>
    public int Offered => Volatile.Read(ref _offered);

    /// <summary>Called with each frame on the port's thread, before it is taken or refused.</summary>
    public Action? OnFrame { get; init; }

    public bool FrameReceived(in EthernetFrame frame)
    {
        var number = DatagramSource.NumberOf(frame);
        Interlocked.Increment(ref _offered);
        OnFrame?.Invoke();
        if (Accepts)
        {
            Taken.Enqueue(number);
        }

        return Accepts;
    }
}
