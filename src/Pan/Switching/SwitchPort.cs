using HostStack.Ethernet;
using HostStack.Pan.Ports;

namespace HostStack.Pan.Switching;

/// <summary>What became of a frame at an egress.</summary>
internal enum EgressResult
{
    /// <summary>Taken.</summary>
    Sent = 0,

    /// <summary>The peer's filters do not want it.</summary>
    Filtered,

    /// <summary>No room, or too long for the egress: dropped.</summary>
    Dropped,
}

/// <summary>Where a port of the switch puts frames. Synchronous; borrows the frame; never waits.</summary>
internal interface ISwitchEgress
{
    /// <summary>Sends one frame.</summary>
    /// <param name="frame">Borrowed.</param>
    /// <param name="extensions">Unknown BNEP extension headers that travel along; empty for the local port.</param>
    EgressResult Transmit(in EthernetFrame frame, ReadOnlySpan<byte> extensions);

    /// <summary>Sends one frame, in its own buffer where that saves a copy.</summary>
    /// <param name="frame">Borrowed.</param>
    /// <param name="buffer">Where its buffer can be had.</param>
    EgressResult Transmit(in EthernetFrame frame, IFrameBuffer buffer) => Transmit(frame, []);
}

/// <summary>Counters of one port of the switch.</summary>
internal sealed class SwitchPortCounters
{
    public long FramesIn;
    public long OctetsIn;
    public long FramesOut;
    public long OctetsOut;
    public long EgressDrops;
    public long EgressFiltered;
    public long SpoofedSource;
    public long InvalidSource;
    public long Isolated;
    public long Reflected;
    public long ReservedDestination;
    public long StormDrops;
    public long NotLearned;
}

/// <summary>One port of a <see cref="LearningSwitch"/>: a peer's session or the local network port.</summary>
internal sealed class SwitchPort
{
    internal SwitchPort(string name, MacAddress address, bool isPeer, SourceBinding binding, ISwitchEgress egress)
    {
        Name = name;
        Address = address;
        IsPeer = isPeer;
        Binding = binding;
        Egress = egress;
    }

    /// <summary>What people see.</summary>
    public string Name { get; }

    /// <summary>The address that is pinned to the port: nobody else may use it.</summary>
    public MacAddress Address { get; }

    /// <summary>A peer, whose frames are judged; the local port is trusted.</summary>
    public bool IsPeer { get; }

    /// <summary>Which source addresses are taken from it.</summary>
    public SourceBinding Binding { get; }

    /// <summary>Where frames leave.</summary>
    public ISwitchEgress Egress { get; }

    /// <summary>Counters.</summary>
    public SwitchPortCounters Counters { get; } = new();

    /// <summary>Addresses learned on this port, the pinned one not counted.</summary>
    public int Learned { get; internal set; }

    internal TokenBucket Storm;
}
