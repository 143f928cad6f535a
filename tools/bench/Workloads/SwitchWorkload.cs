using HostStack.Bench.Rig;
using HostStack.Ethernet;

namespace HostStack.Bench.Workloads;

/// <summary>The switch of a NAP or GN with seven peers, each with its own link: ACL packets of one peer in, ACL packets of
/// another out; or a broadcast of the machine to all seven.</summary>
public sealed class SwitchWorkload : RigWorkload
{
    private const int PeerCount = 7;

    private readonly byte[][]? _packets;
    private readonly byte[] _payload;
    private readonly long _packetsBefore;
    private readonly long _packetsPerUnit;

    /// <summary>Makes the workload.</summary>
    /// <param name="payload">Octets of payload of the frame.</param>
    /// <param name="flood">Whether the machine's broadcast goes to all; otherwise one peer's frame goes to another.</param>
    public SwitchWorkload(int payload, bool flood)
        : base(
            flood ? $"switch  {payload,4}, broadcast to 7 peers" : $"switch  {payload,4}, peer to peer",
            new RigOptions { Peers = PeerCount, Switched = true })
    {
        _payload = new byte[payload];
        _packets = flood ? null : Rig.FrameFrom(0, Rig.AddressOf(1), payload, compressed: false);
        _packetsPerUnit = flood ? PeerCount * Rig.FrameFrom(0, Rig.Local, payload, compressed: false).Length : _packets!.Length;
        _packetsBefore = Rig.PacketsSent;
    }

    /// <inheritdoc/>
    public override void Run(int units)
    {
        for (var i = 0; i < units; i++)
        {
            if (_packets is not null)
            {
                Rig.Receive(_packets);
                Rig.Complete();
            }
            else
            {
                Rig.Forward(new EthernetFrame(MacAddress.Broadcast, Rig.Local, EtherType.Arp, _payload));
                Rig.Complete();
                Rig.Complete();
            }
        }

        Units += units;
    }

    /// <inheritdoc/>
    public override string? FindLoss() => Compare("ACL packets", Units * _packetsPerUnit, Rig.PacketsSent - _packetsBefore);
}
