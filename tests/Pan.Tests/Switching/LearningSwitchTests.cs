using HostStack.Ethernet;
using HostStack.Pan.Switching;

namespace HostStack.Pan.Tests.Switching;

[TestFixture]
internal sealed class LearningSwitchTests
{
    private static readonly MacAddress Multicast = new(0x0100_5E00_00FB);

    [Test, Category("SIG"), Property("Id", "BNEP/FORWARD-BROADCAST/BV-09-C")]
    public void Broadcast_FromOnePeer_ReachesAllButTheSource()
    {
        var rig = new SwitchRig();

        rig.FromPeer(0, MacAddress.Broadcast);

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[1, 0, 1, 1]));
    }

    [Test]
    public void Multicast_FromTheLocalPort_ReachesEveryPeer()
    {
        var rig = new SwitchRig();

        rig.FromLocal(Multicast);

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 1, 1, 1]));
    }

    [Test, Category("SIG"), Property("Id", "BNEP/FORWARD-UNICAST/BV-05-C")]
    public void Unicast_ToAPeersDeviceAddress_ReachesThatPeerAlone()
    {
        var rig = new SwitchRig();

        rig.FromPeer(0, SwitchRig.AddressOf(2));

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 0, 1]));
    }

    [Test, Category("SIG"), Property("Id", "BNEP/FORWARD-UNICAST/BV-06-C")]
    public void Unicast_BetweenTwoPeers_KeepsAddressesAndPayload()
    {
        var rig = new SwitchRig();

        rig.FromPeer(1, SwitchRig.AddressOf(0));

        var (destination, source, payload, extensions) = rig.Egress[0].Frames.Single();
        Assert.Multiple(() =>
        {
            Assert.That(destination, Is.EqualTo(SwitchRig.AddressOf(0)));
            Assert.That(source, Is.EqualTo(SwitchRig.AddressOf(1)));
            Assert.That(payload, Is.EqualTo((byte[])[1, 2, 3]));
            Assert.That(extensions, Is.Empty);
        });
    }

    [Test, Category("SIG"), Property("Id", "BNEP/EXTENSION-0/BV-07-C")]
    public void Extensions_AreKeptBetweenPeersAndNotForTheLocalPort()
    {
        var rig = new SwitchRig();
        byte[] unknown = [0x7E, 0x02, 0xAA, 0xBB];

        rig.FromPeer(0, MacAddress.Broadcast, extensions: unknown);

        Assert.Multiple(() =>
        {
            Assert.That(rig.Egress[1].Frames.Single().Extensions, Is.EqualTo(unknown));
            Assert.That(rig.Egress[2].Frames.Single().Extensions, Is.EqualTo(unknown));
            Assert.That(rig.LocalEgress.Frames.Single().Extensions, Is.Empty);
        });
    }

    [Test]
    public void UnknownUnicast_IsFlooded_UntilTheAddressHasSpoken()
    {
        var rig = new SwitchRig();

        rig.FromPeer(0, SwitchRig.Stranger);
        var before = rig.TakeCounts();
        rig.FromLocal(SwitchRig.AddressOf(0), SwitchRig.Stranger);
        rig.TakeCounts();
        rig.FromPeer(0, SwitchRig.Stranger);

        Assert.That(before, Is.EqualTo((int[])[1, 0, 1, 1]));
        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[1, 0, 0, 0]));
    }

    [Test]
    public void LearnedAddress_After300SecondsOfSilence_IsUnknownAgain()
    {
        var rig = new SwitchRig();
        rig.FromLocal(SwitchRig.AddressOf(0), SwitchRig.Stranger);

        rig.Advance(TimeSpan.FromSeconds(299));
        rig.FromPeer(0, SwitchRig.Stranger);
        var young = rig.TakeCounts();
        rig.Advance(TimeSpan.FromSeconds(2));
        rig.FromPeer(0, SwitchRig.Stranger);

        Assert.That(young, Is.EqualTo((int[])[1, 1, 0, 0]));
        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[1, 0, 1, 1]));
    }

    [Test]
    public void PeersOwnAddress_DoesNotAge()
    {
        var rig = new SwitchRig();

        rig.Advance(TimeSpan.FromHours(1));
        rig.FromLocal(SwitchRig.AddressOf(1));

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 1, 0]));
    }

    [Test]
    public void RemovedPeer_IsForgotten_AndGetsNothing()
    {
        var rig = new SwitchRig();

        rig.Switch.Remove(rig.Peers[1]);
        rig.FromLocal(SwitchRig.AddressOf(1));

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 1, 0, 1]));
        Assert.That(rig.Switch.Ports, Has.Count.EqualTo(3));
    }

    [Test]
    public void ReconnectedPeer_WhoseOldPortGoesLater_KeepsItsAddress()
    {
        var rig = new SwitchRig();
        var egress = new RecordingEgress();
        rig.Switch.AddPeer("again", SwitchRig.AddressOf(1), egress);

        rig.Switch.Remove(rig.Peers[1]);
        rig.FromLocal(SwitchRig.AddressOf(1));

        Assert.That(egress.Frames, Has.Count.EqualTo(1));
        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 0, 0]));
    }

    [Test]
    public void FrameToAnAddressBehindItsOwnPort_IsNotReflected()
    {
        var rig = new SwitchRig();

        rig.FromPeer(0, SwitchRig.AddressOf(0));

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 0, 0]));
        Assert.That(rig.Peers[0].Counters.Reflected, Is.EqualTo(1));
    }

    [Test]
    public void LinkLocalMulticast_EndsHere([Values(0x00UL, 0x01UL, 0x0FUL)] ulong last)
    {
        var rig = new SwitchRig();

        rig.FromPeer(0, new MacAddress(0x0180_C200_0000 + last));

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 0, 0]));
        Assert.That(rig.Peers[0].Counters.ReservedDestination, Is.EqualTo(1));
    }

    [Test]
    public void FirstMulticastBehindTheReservedOnes_IsFlooded()
    {
        var rig = new SwitchRig();

        rig.FromPeer(0, new MacAddress(0x0180_C200_0010));

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[1, 0, 1, 1]));
    }

    [Test]
    public void EgressThatDrops_IsCountedThere_AndOthersStillGetTheFrame()
    {
        var rig = new SwitchRig();
        rig.Egress[1].Result = EgressResult.Dropped;
        rig.Egress[2].Result = EgressResult.Filtered;

        rig.FromPeer(0, MacAddress.Broadcast);

        Assert.Multiple(() =>
        {
            Assert.That(rig.Peers[1].Counters.EgressDrops, Is.EqualTo(1));
            Assert.That(rig.Peers[2].Counters.EgressFiltered, Is.EqualTo(1));
            Assert.That(rig.Local.Counters.FramesOut, Is.EqualTo(1));
            Assert.That(rig.Peers[0].Counters.FramesIn, Is.EqualTo(1));
            Assert.That(rig.Peers[0].Counters.OctetsIn, Is.EqualTo(17));
        });
    }

    [Test]
    public void PeerLeavingDuringAFlood_DoesNotDisturbIt()
    {
        var rig = new SwitchRig();
        var leaving = new LeavingEgress(rig.Switch);
        leaving.Port = rig.Switch.AddPeer("leaving", new MacAddress(0x001A_7D00_0099), leaving);
        var last = new RecordingEgress();
        rig.Switch.AddPeer("last", new MacAddress(0x001A_7D00_009A), last);

        rig.FromPeer(0, MacAddress.Broadcast);
        rig.FromPeer(0, MacAddress.Broadcast);

        Assert.That(last.Frames, Has.Count.EqualTo(2));
        Assert.That(leaving.Calls, Is.EqualTo(1));
    }

    [Test]
    public void Forwarding_Steady_AllocatesNothing()
    {
        var rig = new SwitchRig(new SwitchOptions
        {
            SourceBinding = SourceBinding.Learned,
            StormControl = new StormLimit(1_000_000, 1_000_000),
        });
        rig.Egress.ForEach(egress => egress.Keep = false);
        rig.LocalEgress.Keep = false;
        var payload = new byte[1500];
        var behind = new MacAddress(0x001A_7D00_1234);

        void Exchange()
        {
            rig.Switch.Forward(rig.Peers[0], new EthernetFrame(SwitchRig.AddressOf(1), behind, EtherType.IPv4, payload), []);
            rig.Switch.Forward(rig.Peers[1], new EthernetFrame(behind, SwitchRig.AddressOf(1), EtherType.IPv4, payload), []);
            rig.Switch.Forward(
                rig.Peers[2], new EthernetFrame(MacAddress.Broadcast, SwitchRig.AddressOf(2), EtherType.Arp, payload), []);
            rig.Switch.Forward(
                rig.Local, new EthernetFrame(behind, SwitchRig.LocalAddress, EtherType.IPv4, payload), []);
        }

        for (var i = 0; i < 200; i++)
        {
            Exchange();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Exchange();
            rig.Time.Advance(TimeSpan.FromMilliseconds(10));
            rig.Timers.RunDue();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(rig.Peers[0].Counters.FramesOut, Is.GreaterThan(1000));
    }

    private sealed class LeavingEgress(LearningSwitch owner) : ISwitchEgress
    {
        public SwitchPort? Port { get; set; }

        public int Calls { get; private set; }

        public EgressResult Transmit(in EthernetFrame frame, ReadOnlySpan<byte> extensions)
        {
            Calls++;
            owner.Remove(Port!);
            return EgressResult.Dropped;
        }
    }
}
