using HostStack.Hci.Tests.Transport.Unix;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Unix;
using HostStack.Hci.Transport.UserChannel;

namespace HostStack.Hci.Tests.Transport.UserChannel;

/// <summary>A kernel's adapters as a table; an open user channel is one end of a pair of sockets that keep packets
/// apart.</summary>
internal sealed class FakeAdapters : IKernelAdapters, IDisposable
{
    private readonly List<SocketPair> _pairs = [];

    public SortedDictionary<ushort, ControllerDevice> Devices { get; } = [];

    /// <summary>What the kernel says to each opening.</summary>
    public Errno Error { get; set; }

    /// <summary>Called by each opening: a driver that takes its time.</summary>
    public Action? Opening { get; set; }

    public List<ushort> Opened { get; } = [];

    /// <summary>The channels that were opened.</summary>
    public IReadOnlyList<SocketPair> Pairs => _pairs;

    public IReadOnlyList<ushort> List() => [.. Devices.Keys];

    public ControllerDevice Describe(ushort number) => Devices.GetValueOrDefault(number) ?? new ControllerDevice { IsStarted = true };

    public Errno Probe(ushort number) => Error;

    public Errno TryOpen(ushort number, out FileDescriptor? descriptor)
    {
        descriptor = null;
        Opening?.Invoke();
        if (Error != Errno.None)
        {
            return Error;
        }

        if (!Devices.ContainsKey(number))
        {
            return Errno.ENODEV;
        }

        var pair = SocketPair.OfPackets();
        lock (_pairs)
        {
            _pairs.Add(pair);
            Opened.Add(number);
        }

        descriptor = pair.Near;
        return Errno.None;
    }

    public void Dispose() => _pairs.ForEach(static pair => pair.Dispose());
}
