using HostStack.Ethernet;
using HostStack.Hci.Wire;
using HostStack.Pan.Ports;
using HostStack.Pan.Switching;

namespace HostStack.Pan.Tests.Switching;

/// <summary>The buffer of a frame goes to the one egress of a unicast frame; a flood leaves it where it is.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SwitchBufferTests
{
    private readonly SwitchRig _rig = new();
    private readonly Holder _holder = new();
    private readonly TakingEgress _taking = new();

    [SetUp]
    public void SetUp() => _rig.Switch.AddPeer("taking", new MacAddress(0x001A_7D00_0099), _taking);

    [Test]
    public void Unicast_Known_OffersTheBufferToItsEgress()
    {
        Forward(new MacAddress(0x001A_7D00_0099));
        Assert.That((_holder.Taken, _taking.Borrowed), Is.EqualTo((1, 0)));
        Assert.That(_rig.TakeCounts(), Is.All.Zero);
    }

    [Test]
    public void Unicast_ToAnEgressThatCopies_LeavesTheBuffer()
    {
        Forward(SwitchRig.AddressOf(1));
        Assert.That(_holder.Taken, Is.Zero);
        Assert.That(_rig.TakeCounts(), Is.EqualTo(new[] { 0, 0, 1, 0 }));
    }

    [Test]
    public void Flood_OffersTheBufferToNobody([Values] bool broadcast)
    {
        Forward(broadcast ? MacAddress.Broadcast : SwitchRig.Stranger);
        Assert.That((_holder.Taken, _taking.Borrowed), Is.EqualTo((0, 1)));
        Assert.That(_rig.TakeCounts(), Is.EqualTo(new[] { 0, 1, 1, 1 }));
    }

    private void Forward(MacAddress destination) => _rig.Switch.Forward(
        _rig.Local, new EthernetFrame(destination, SwitchRig.LocalAddress, EtherType.IPv4, [1, 2, 3]), [], _holder);

    private sealed class Holder : IFrameBuffer
    {
        private readonly PacketPool _pool = new(headroom: 0, payload: 1);

        public int Taken { get; private set; }

        public PacketBuffer Take()
        {
            Taken++;
            return _pool.Rent();
        }
    }

    private sealed class TakingEgress : ISwitchEgress
    {
        public int Borrowed { get; private set; }

        public EgressResult Transmit(in EthernetFrame frame, ReadOnlySpan<byte> extensions)
        {
            Borrowed++;
            return EgressResult.Sent;
        }

        public EgressResult Transmit(in EthernetFrame frame, IFrameBuffer buffer)
        {
            buffer.Take().Release();
            return EgressResult.Sent;
        }
    }
}
