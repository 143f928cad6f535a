using HostStack.Hci.Transport;

namespace HostStack.Hci.Tests.Transport;

/// <summary>Counts what the delivering thread allocates.</summary>
internal sealed class CountingSink : IHciTransportSink
{
    public SemaphoreSlim Arrived { get; } = new(0);

    public long AllocatedOnThread { get; private set; }

    public Thread? Thread { get; private set; }

    public void PacketReceived(ReadOnlySpan<byte> packet)
    {
        AllocatedOnThread = GC.GetAllocatedBytesForCurrentThread();
        Thread = Thread.CurrentThread;
        Arrived.Release();
    }

    public void FramingLost(string detail)
    {
    }

    public void Closed(Exception? failure)
    {
    }
}
