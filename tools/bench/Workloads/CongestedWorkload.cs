using HostStack.Bench.Rig;
using HostStack.Ethernet;

namespace HostStack.Bench.Workloads;

/// <summary>The switch of a NAP or GN with seven peers whose queues are full, because none of them acknowledges anything: what a
/// broadcast of the machine costs that nobody has room for.</summary>
public sealed class CongestedWorkload : RigWorkload
{
    private const int PeerCount = 7;

    // More than any queue takes.
    private const int Enough = 1000;

    private readonly byte[] _payload;
    private readonly int _buffersOut;

    /// <summary>Makes the workload.</summary>
    /// <param name="payload">Octets of payload of the frame.</param>
    public CongestedWorkload(int payload)
        : base($"switch  {payload,4}, broadcast to 7 full queues", new RigOptions { Peers = PeerCount, Switched = true })
    {
        _payload = new byte[payload];
        for (var i = 0; i < Enough; i++)
        {
            Broadcast();
        }

        _buffersOut = Rig.BuffersOut;
    }

    /// <inheritdoc/>
    public override void Run(int units)
    {
        for (var i = 0; i < units; i++)
        {
            Broadcast();
        }

        Units += units;
    }

    /// <inheritdoc/>
    public override string? FindLoss()
    {
        var kept = Rig.BuffersOut;
        for (var before = -1L; before != Rig.PacketsSent;)
        {
            before = Rig.PacketsSent;
            Rig.Complete();
        }

        return Compare("buffers of full queues", _buffersOut, kept);
    }

    private void Broadcast() => Rig.Forward(new EthernetFrame(MacAddress.Broadcast, Rig.Local, EtherType.Arp, _payload));
}
