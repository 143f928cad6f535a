using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using static HostStack.Bnep.Sessions.BnepSendResult;

namespace HostStack.Bnep.Tests.Sessions;

/// <summary>Filters that the peer sets, and what they do to the frames that are sent to it (2.6.4 to 2.6.6).</summary>
[TestFixture]
internal sealed class PeerFilterTests
{
    private const string Unknown = "05 02 BEEF";
    private const string Tag = "6001";

    [Test]
    public void NetworkTypes_Set_StopsTheOthers()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.FilterIPv4Arp);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 04 0000"])));
        Assert.Multiple(() =>
        {
            Assert.That(SendType(rig, 0x0800), Is.EqualTo(Sent));
            Assert.That(SendType(rig, 0x0806), Is.EqualTo(Sent));
            Assert.That(SendType(rig, 0x86DD), Is.EqualTo(Filtered));
            Assert.That(rig.Session.Counters.Filtered, Is.EqualTo(1));
            Assert.That(rig.TakeSent(), Has.Length.EqualTo(2));
        });
    }

    [Test]
    public void NetworkTypes_SetAgain_ReplacesTheOldOnes()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.FilterIPv4Arp);
        rig.Receive(Golden.FilterIPv6);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 04 0000", "01 04 0000"])));
        Assert.That(SendType(rig, 0x86DD), Is.EqualTo(Sent));
        Assert.That(SendType(rig, 0x0800), Is.EqualTo(Filtered));
    }

    [TestCase("01 03 0008 0800 0800 0806 0805", "0002")]
    [TestCase("01 03 0006 0800 0800 0806", "0002")]
    [TestCase("01 03 0008 0800 0800", "0002")]
    [TestCase("01 03 0004 0800 0800 00", "0002")]
    [TestCase("81 03 FFFF 0800 0800 01 00", "0002")]
    [TestCase("82 0806 00 05 03 0008 0800 4500", "0002")]
    public void NetworkTypes_BadList_IsRefusedWhole(string packet, string code)
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.FilterIPv6);
        rig.TakeSent();
        rig.Receive(packet);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 04" + code])));
        Assert.That(SendType(rig, 0x86DD), Is.EqualTo(Sent), "the old filter stays");
        Assert.That(SendType(rig, 0x0800), Is.EqualTo(Filtered));
        Assert.That(rig.Session.Counters.FiltersRefused, Is.EqualTo(1));
    }

    [TestCase("01 05 000C 333300000002 333300000001", "0002")]
    [TestCase("01 05 000B 333300000001 3333000000", "0002")]
    [TestCase("01 05 0018 333300000001 333300000001", "0002")]
    [TestCase("01 05 0006 333300000001", "0002")]
    public void Multicast_BadList_IsRefusedWhole(string packet, string code)
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.FilterIPv6Multicast);
        rig.TakeSent();
        rig.Receive(packet);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 06" + code])));
        Assert.That(rig.Send(Golden.AllNodes, Golden.DeviceA, 0x86DD), Is.EqualTo(Sent), "the old filter stays");
        Assert.That(rig.Send(MacAddress.Broadcast, Golden.DeviceA, 0x0806), Is.EqualTo(Filtered));
    }

    [Test]
    public void Lists_BeyondTheLimit_AreTooMany()
    {
        var rig = SessionRig.OpenResponder(new() { NetworkTypeRangeLimit = 1, MulticastRangeLimit = 0 });
        rig.Receive(Golden.FilterIPv4Arp);
        rig.Receive(Golden.FilterIPv6Multicast);
        rig.Receive(Golden.FilterIPv6);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 04 0003", "01 06 0001", "01 04 0000"])));
    }

    [Test]
    public void EmptyList_ResetsToTheAdministratorsDefault()
    {
        var rig = SessionRig.OpenResponder(new()
        {
            DefaultNetworkTypes = [new(EtherType.IPv6, EtherType.IPv6)],
            DefaultMulticast = [new(Golden.AllNodes, Golden.AllNodes)],
        });
        Assert.That(SendType(rig, 0x0800), Is.EqualTo(Filtered), "the default holds from the start");
        Assert.That(rig.Send(MacAddress.Broadcast, Golden.DeviceA, 0x86DD), Is.EqualTo(Filtered));
        rig.Receive("01 03 0004 0000 FFFF");
        rig.Receive("01 05 000C 000000000000 FFFFFFFFFFFF");
        Assert.That(SendType(rig, 0x0800), Is.EqualTo(Sent));
        Assert.That(rig.Send(MacAddress.Broadcast, Golden.DeviceA, 0x86DD), Is.EqualTo(Sent));
        rig.Receive("01 03 0000");
        rig.Receive("01 05 0000");
        Assert.That(SendType(rig, 0x0800), Is.EqualTo(Filtered));
        Assert.That(SendType(rig, 0x86DD), Is.EqualTo(Sent));
        Assert.That(rig.Send(MacAddress.Broadcast, Golden.DeviceA, 0x86DD), Is.EqualTo(Filtered));
        Assert.That(rig.Send(Golden.AllNodes, Golden.DeviceA, 0x86DD), Is.EqualTo(Sent));
    }

    // nap-accepted.client, records 245 to 250: three sets before the first answer.
    [Test]
    public void SeveralSets_BeforeTheFirstAnswer_AreEachAnswered()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive("01 05 0018 FFFFFFFFFFFF FFFFFFFFFFFF 333300000001 333300000001");
        rig.Receive("01 05 0024 FFFFFFFFFFFF FFFFFFFFFFFF 333300000001 333300000001 01005E000001 01005E000001");
        rig.Receive("01 05 0030 FFFFFFFFFFFF FFFFFFFFFFFF 333300000001 333300000001 01005E000001 01005E000001"
            + "3333FF010042 3333FF010042");
        Assert.That(rig.TakeSent(), Is.EqualTo(Enumerable.Repeat("01060000", 3)));
        Assert.That(rig.Send(new(0x3333_FF01_0042), Golden.DeviceA, 0x86DD), Is.EqualTo(Sent));
        Assert.That(rig.Send(new(0x3333_FF00_0042), Golden.DeviceA, 0x86DD), Is.EqualTo(Filtered));
    }

    [Test]
    public void Multicast_Filter_NeverStopsUnicast()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive("01 05 000C 000000000000 000000000000");
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800), Is.EqualTo(Sent));
        Assert.That(rig.Send(Golden.Other, Golden.DeviceA, 0x0800), Is.EqualTo(Sent));
        Assert.That(rig.Send(MacAddress.Broadcast, Golden.DeviceA, 0x0800), Is.EqualTo(Filtered));
    }

    [Test]
    public void Tagged_Filter_LooksAtTheTypeBehindTheTag()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.FilterIPv4Arp);
        Assert.That(SendType(rig, 0x8100, Tag + "0800" + Golden.IPv4), Is.EqualTo(Sent));
        Assert.That(SendType(rig, 0x8100, Tag + "86DD" + Golden.IPv6), Is.EqualTo(Filtered));
        Assert.That(SendType(rig, 0x8100, Tag), Is.EqualTo(Filtered), "too short for an inner type");
        rig.Receive("01 03 0004 8100 8100");
        Assert.That(SendType(rig, 0x8100, Tag + "0800" + Golden.IPv4), Is.EqualTo(Filtered));
    }

    [Test]
    public void Tagged_Frame_TravelsUnchanged()
    {
        var rig = SessionRig.OpenResponder();
        SendType(rig, 0x8100, Tag + "0800" + Golden.IPv4);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["02 8100 6001 0800" + Golden.IPv4])));
    }

    [Test]
    public void Filtered_WithUnknownExtensions_GoesWithoutItsPayload()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.FilterIPv6);
        rig.TakeSent();
        Assert.That(
            rig.Send(Golden.DeviceB, Golden.Other, 0x0800, Golden.IPv4, Unknown), Is.EqualTo(HeaderOnly));
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["83 0200000000C1 0000" + Unknown])));
        Assert.That(rig.Session.Counters.HeaderOnly, Is.EqualTo(1));
        Assert.That(rig.Session.Counters.FramesSent, Is.Zero);
    }

    [Test]
    public void Filtered_TaggedWithUnknownExtensions_KeepsTheTag()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.FilterIPv6);
        rig.TakeSent();
        Assert.That(SendType(rig, 0x8100, Tag + "0800" + Golden.IPv4, Unknown), Is.EqualTo(HeaderOnly));
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["82 8100" + Unknown + Tag + "0000"])));
    }

    [Test]
    public void Filtered_ByMulticastWithUnknownExtensions_GoesWithoutItsPayload()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.FilterIPv6Multicast);
        rig.TakeSent();
        Assert.That(
            rig.Send(MacAddress.Broadcast, Golden.DeviceA, 0x0806, "0001", "85 00 06 01 AA"), Is.EqualTo(HeaderOnly));
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["84 FFFFFFFFFFFF 0000 85 00 06 01 AA"])));
    }

    [Test]
    public void Filtered_WithControlExtensionsAlone_IsDropped()
    {
        var rig = SessionRig.OpenResponder();
        rig.Receive(Golden.FilterIPv6);
        rig.TakeSent();
        Assert.That(SendType(rig, 0x0800, Golden.IPv4, "00 02 0742"), Is.EqualTo(Filtered));
        Assert.That(rig.TakeSent(), Is.Empty);
    }

    private static BnepSendResult SendType(SessionRig rig, ushort type, string payload = "", string extensions = "") =>
        rig.Send(Golden.DeviceB, Golden.DeviceA, type, payload, extensions);
}
