using HostStack.Bench.Rig;
using HostStack.Ethernet;

namespace HostStack.Bench.Workloads;

/// <summary>The switch of a NAP or GN with seven peers, each with its own link: ACL packets of one peer in, ACL packets of
/// another out; or a broadcast of the machine to all seven.</summary>
public sealed class SwitchWorkload : RigWorkload
{
    private const int PeerCount = 7;

    private readonly byte[][][]? _frames;
    private readonly byte[] _payload;
    private readonly long _packetsBefore;
    private readonly long _packetsPerUnit;
    private int _next;

    /// <summary>Makes the workload.</summary>
    /// <param name="payload">Octets of payload of the frame.</param>
    /// <param name="flood">Whether the machine's broadcast goes to all; otherwise one peer's frame goes to another.</param>
    public SwitchWorkload(int payload, bool flood)
        : base(
            flood ? $"switch  {payload,4}, broadcast to 7 peers" : $"switch  {payload,4}, peer to peer",
            new RigOptions { Peers = PeerCount, Switched = true })
    {
        _payload = new byte[payload];
        var frames = Rig.FramesFrom(0, Rig.AddressOf(1), payload, compressed: false);
        _frames = flood ? null : frames;
        _packetsPerUnit = frames[0].Length * (flood ? PeerCount : 1);
        _packetsBefore = Rig.PacketsSent;
    }

    /// <inheritdoc/>
    public override void Run(int units)
    {
        for (var i = 0; i < units; i++)
        {
            if (_frames is not null)
            {
                Rig.Receive(_frames[_next]);
                _next = (_next + 1) % _frames.Length;
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
