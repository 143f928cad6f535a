using HostStack.Ethernet;
using HostStack.Pan.Switching;

namespace HostStack.Pan.Tests.Switching;

[TestFixture]
internal sealed class SwitchDefenceTests
{
    private static readonly MacAddress Behind = new(0x001A_7D00_1234);

    [Test]
    public void DeviceAddressBinding_ForeignSource_IsDroppedAndReportedOnce()
    {
        var rig = new SwitchRig();
        var reports = new List<MacAddress>();
        rig.Switch.SpoofSeen = (_, source) => reports.Add(source);

        rig.FromPeer(0, MacAddress.Broadcast, source: Behind);
        rig.FromPeer(0, MacAddress.Broadcast, source: SwitchRig.AddressOf(1));

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 0, 0]));
        Assert.That(rig.Peers[0].Counters.SpoofedSource, Is.EqualTo(2));
        Assert.That(reports, Is.EqualTo((MacAddress[])[Behind]));
    }

    [Test]
    public void LearnedBinding_AddressNobodyHas_IsTaken()
    {
        var rig = Learned();

        rig.FromPeer(0, SwitchRig.AddressOf(1), source: Behind);
        rig.TakeCounts();
        rig.FromPeer(1, Behind);

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 1, 0, 0]));
    }

    [Test]
    public void LearnedBinding_AddressOfAnotherPeer_IsDropped([Values] bool pinned)
    {
        var rig = Learned();
        rig.FromPeer(0, SwitchRig.AddressOf(1), source: Behind);
        rig.TakeCounts();

        rig.FromPeer(2, MacAddress.Broadcast, source: pinned ? SwitchRig.AddressOf(0) : Behind);

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 0, 0]));
        Assert.That(rig.Peers[2].Counters.SpoofedSource, Is.EqualTo(1));
    }

    [Test]
    public void LearnedBinding_AddressOfAnotherPeerThatAged_IsTaken()
    {
        var rig = Learned();
        rig.FromPeer(0, SwitchRig.AddressOf(1), source: Behind);
        rig.Advance(TimeSpan.FromSeconds(301));
        rig.TakeCounts();

        rig.FromPeer(2, SwitchRig.AddressOf(1), source: Behind);

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 1, 0]));
        Assert.That(rig.Peers[0].Learned, Is.Zero);
        Assert.That(rig.Peers[2].Learned, Is.EqualTo(1));
    }

    [Test]
    public void LearnedBinding_BeyondTheLimit_IsDropped_UntilOneAges()
    {
        var rig = Learned(new SwitchOptions { SourceBinding = SourceBinding.Learned, AddressesPerPeer = 2 });
        for (var i = 0UL; i < 3; i++)
        {
            rig.FromPeer(0, SwitchRig.AddressOf(1), source: new MacAddress(Behind.Value + i));
        }

        var atLimit = rig.TakeCounts();
        rig.Advance(TimeSpan.FromSeconds(301));
        rig.FromPeer(0, SwitchRig.AddressOf(1), source: new MacAddress(Behind.Value + 2));

        Assert.That(atLimit, Is.EqualTo((int[])[0, 0, 2, 0]));
        Assert.That(rig.Peers[0].Counters.NotLearned, Is.EqualTo(1));
        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 1, 0]));
    }

    [Test]
    public void LocalAddress_UsedByAPeer_IsDroppedUnderEveryBinding([Values] SourceBinding binding)
    {
        var rig = Learned(new SwitchOptions { SourceBinding = binding });

        rig.FromPeer(0, MacAddress.Broadcast, source: SwitchRig.LocalAddress);

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 0, 0]));
        Assert.That(rig.Peers[0].Counters.SpoofedSource, Is.EqualTo(1));
    }

    [Test]
    public void OpenBinding_AddressMovesWithItsLastFrame()
    {
        var rig = Learned(new SwitchOptions { SourceBinding = SourceBinding.Open });
        rig.FromPeer(0, SwitchRig.AddressOf(2), source: Behind);
        rig.FromPeer(1, SwitchRig.AddressOf(2), source: Behind);
        rig.TakeCounts();

        rig.FromPeer(2, Behind);

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 1, 0]));
    }

    [Test]
    public void Table_FloodedWithInventedAddresses_StaysBounded_AndPinnedOnesStay()
    {
        var rig = Learned(new SwitchOptions { SourceBinding = SourceBinding.Open, Capacity = 16, AddressesPerPeer = 1000 });

        for (var i = 0UL; i < 500; i++)
        {
            rig.FromPeer(0, SwitchRig.AddressOf(1), source: new MacAddress(Behind.Value + i));
        }

        rig.TakeCounts();
        rig.FromPeer(0, SwitchRig.AddressOf(2));

        Assert.That(rig.Switch.KnownAddresses, Is.EqualTo(16));
        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 0, 1]));
    }

    [Test]
    public void GroupOrZeroSource_IsDropped([Values(0x0100_0000_0001UL, 0xFFFF_FFFF_FFFFUL, 0UL)] ulong source)
    {
        var rig = Learned(new SwitchOptions { SourceBinding = SourceBinding.Open });

        rig.FromPeer(0, MacAddress.Broadcast, source: new MacAddress(source));

        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 0, 0, 0]));
        Assert.That(rig.Peers[0].Counters.InvalidSource, Is.EqualTo(1));
    }

    [Test]
    public void Isolation_PeersReachTheLocalPortOnly_AndItReachesAll()
    {
        var rig = new SwitchRig(new SwitchOptions { ClientIsolation = true });

        rig.FromPeer(0, MacAddress.Broadcast);
        rig.FromPeer(0, SwitchRig.AddressOf(1));
        rig.FromPeer(0, SwitchRig.LocalAddress);
        var fromPeer = rig.TakeCounts();
        rig.FromLocal(MacAddress.Broadcast);

        Assert.That(fromPeer, Is.EqualTo((int[])[2, 0, 0, 0]));
        Assert.That(rig.Peers[0].Counters.Isolated, Is.EqualTo(1));
        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[0, 1, 1, 1]));
    }

    [Test]
    public void StormControl_BoundsOnePeersFloods_NotUnicastNorOthers()
    {
        var rig = new SwitchRig(new SwitchOptions { StormControl = new StormLimit(FramesPerSecond: 10, Burst: 3) });

        for (var i = 0; i < 5; i++)
        {
            rig.FromPeer(0, MacAddress.Broadcast);
        }

        var burst = rig.TakeCounts();
        rig.FromPeer(0, SwitchRig.AddressOf(1));
        rig.FromPeer(1, MacAddress.Broadcast);
        var others = rig.TakeCounts();
        rig.Advance(TimeSpan.FromMilliseconds(100));
        rig.FromPeer(0, MacAddress.Broadcast);
        rig.FromPeer(0, MacAddress.Broadcast);

        Assert.That(burst, Is.EqualTo((int[])[3, 0, 3, 3]));
        Assert.That(others, Is.EqualTo((int[])[1, 1, 1, 1]));
        Assert.That(rig.TakeCounts(), Is.EqualTo((int[])[1, 0, 1, 1]));
        Assert.That(rig.Peers[0].Counters.StormDrops, Is.EqualTo(3));
    }

    private static SwitchRig Learned(SwitchOptions? options = null) =>
        new(options ?? new SwitchOptions { SourceBinding = SourceBinding.Learned });
}
