using HostStack.Hci.Transport;

namespace HostStack.Bench.Doors;

/// <summary>Counts what a transport delivers, and lets the sender wait for it.</summary>
internal sealed class DoorSink : IHciTransportSink
{
    private readonly object _gate = new();
    private long _packets;
    private long _octets;
    private long _wanted;

    /// <summary>Packets so far.</summary>
    public long Packets => Interlocked.Read(ref _packets);

    /// <summary>Octets so far, type octets included.</summary>
    public long Octets => Interlocked.Read(ref _octets);

    /// <inheritdoc/>
    public void PacketReceived(ReadOnlySpan<byte> packet)
    {
        Interlocked.Add(ref _octets, packet.Length);
        if (Interlocked.Increment(ref _packets) == Interlocked.Read(ref _wanted))
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <inheritdoc/>
    public void FramingLost(string detail) => throw new InvalidOperationException(detail);

    /// <inheritdoc/>
    public void Closed(Exception? failure)
    {
        // The end of the workload.
    }

    /// <summary>Waits until so many packets have come.</summary>
    public void Await(long packets)
    {
        if (Packets >= packets)
        {
            return;
        }

        lock (_gate)
        {
            Interlocked.Exchange(ref _wanted, packets);
            while (Packets < packets)
            {
                Monitor.Wait(_gate);
            }
        }
    }
}
