using HostStack.Bnep.Control;
using HostStack.Bnep.Filters;
using HostStack.Bnep.Frames;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;

namespace HostStack.Bnep.Tests.Sessions;

/// <summary>Filters that this side sets at its peer.</summary>
[TestFixture]
internal sealed class OwnFilterTests
{
    private static readonly NetworkTypeRange[] IPv4AndArp =
        [new(EtherType.IPv4, EtherType.IPv4), new(EtherType.Arp, EtherType.Arp)];

    private static readonly MulticastRange[] IPv6Groups = [new(new(0x3333_0000_0000), new(0x3333_FFFF_FFFF))];

    [TestCase("01 04 0000", FilterResponseCode.Success)]
    [TestCase("01 04 0001", FilterResponseCode.UnsupportedRequest)]
    [TestCase("01 04 0003", FilterResponseCode.TooManyFilters)]
    [TestCase("01 04 0009", (FilterResponseCode)9)]
    [TestCase("01 00 03", FilterResponseCode.UnsupportedRequest)]
    [TestCase("81 04 0000 01 00", FilterResponseCode.Success)]
    [TestCase("82 0800 00 03 04 0000", FilterResponseCode.Success)]
    public void NetworkTypes_Answered_IsReported(string answer, FilterResponseCode code)
    {
        var rig = SessionRig.OpenInitiator();
        Assert.That(rig.Session.SetNetworkTypeFilter(IPv4AndArp), Is.True);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([Golden.FilterIPv4Arp])));
        rig.Receive(answer);
        Assert.That(rig.User.FilterAnswers, Is.EqualTo(new[] { (FilterKind.NetworkType, code) }));
        rig.Advance(60);
        Assert.That(rig.TakeSent(), Is.Empty);
    }

    [Test]
    public void Probe_AnsweredWhileAFilterIsSet_IsNotTheFiltersAnswer()
    {
        var rig = SessionRig.OpenInitiator();
        Assert.That(rig.Session.Probe(), Is.True);
        Assert.That(rig.Session.SetNetworkTypeFilter(IPv4AndArp), Is.True);
        Assert.That(rig.Session.Probe(), Is.False, "the filter asks already");
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 03 0000", Golden.FilterIPv4Arp])));

        rig.Receive("01 04 0000");
        Assert.That(rig.User.FilterAnswers, Is.Empty);
        rig.Receive("01 04 0002");
        Assert.That(rig.User.FilterAnswers, Is.EqualTo(new[] { (FilterKind.NetworkType, FilterResponseCode.InvalidRange) }));
    }

    [TestCase("01 06 0000", FilterResponseCode.Success)]
    [TestCase("01 06 0002", FilterResponseCode.InvalidRange)]
    [TestCase("01 00 05", FilterResponseCode.UnsupportedRequest)]
    public void Multicast_Answered_IsReported(string answer, FilterResponseCode code)
    {
        var rig = SessionRig.OpenResponder();
        Assert.That(rig.Session.SetMulticastFilter(IPv6Groups), Is.True);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([Golden.FilterIPv6Multicast])));
        rig.Receive(answer);
        Assert.That(rig.User.FilterAnswers, Is.EqualTo(new[] { (FilterKind.Multicast, code) }));
    }

    [Test]
    public void Set_OfEachKind_OneIsOutstandingAtATime()
    {
        var rig = SessionRig.OpenInitiator();
        Assert.That(rig.Session.SetNetworkTypeFilter(IPv4AndArp), Is.True);
        Assert.That(rig.Session.SetMulticastFilter(IPv6Groups), Is.True);
        Assert.That(rig.Session.SetNetworkTypeFilter([]), Is.False);
        Assert.That(rig.Session.SetMulticastFilter([]), Is.False);
        rig.Receive("01 04 0000");
        Assert.That(rig.Session.SetNetworkTypeFilter([]), Is.True);
        Assert.That(rig.Session.SetMulticastFilter([]), Is.False);
        Assert.That(
            rig.TakeSent(),
            Is.EqualTo(Golden.Hex([Golden.FilterIPv4Arp, Golden.FilterIPv6Multicast, "01 03 0000"])));
    }

    [Test]
    public void Set_NeverAnswered_IsRetriedTwiceAndTheConnectionEnded([Values] FilterKind kind)
    {
        var rig = SessionRig.OpenInitiator();
        var packet = Golden.Hex(kind == FilterKind.NetworkType ? "01 03 0000" : "01 05 0000");
        _ = kind == FilterKind.NetworkType ? rig.Session.SetNetworkTypeFilter([]) : rig.Session.SetMulticastFilter([]);
        rig.Advance(9.999);
        Assert.That(rig.TakeSent(), Is.EqualTo(new[] { packet }));
        rig.Advance(0.001);
        rig.Advance(10);
        Assert.That(rig.TakeSent(), Is.EqualTo(new[] { packet, packet }));
        Assert.That(rig.Session.IsOpen, Is.True);
        rig.Advance(10);
        Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Closing));
        Assert.That(rig.Channel.Disconnects, Is.EqualTo(1));
        rig.Close();
        rig.Advance(100);
        Assert.That(rig.TakeSent(), Is.Empty);
    }

    [Test]
    public void Set_ChannelCloses_StopsTheRetries()
    {
        var rig = SessionRig.OpenInitiator();
        rig.Session.SetMulticastFilter(IPv6Groups);
        rig.Close();
        rig.TakeSent();
        rig.Advance(100);
        Assert.That(rig.Session.Counters.Retransmissions, Is.Zero);
    }

    [Test]
    public void Set_BeforeTheConnection_IsRefused()
    {
        var rig = new SessionRig(isInitiator: true);
        rig.Open();
        Assert.That(rig.Session.SetNetworkTypeFilter([]), Is.False);
        Assert.That(rig.Session.SetMulticastFilter([]), Is.False);
        Assert.That(rig.TakeSent(), Is.Empty);
    }

    [Test]
    public void Set_WhatNoPeerMayBeSent_IsTheCallersMistake()
    {
        var rig = SessionRig.OpenInitiator();
        var types = Enumerable.Repeat(IPv4AndArp[0], BnepLimits.MaximumNetworkTypeRanges).ToArray();
        var groups = Enumerable.Repeat(IPv6Groups[0], BnepLimits.MaximumMulticastRanges).ToArray();
        Assert.That(() => rig.Session.SetNetworkTypeFilter([.. types, types[0]]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => rig.Session.SetMulticastFilter([.. groups, groups[0]]), Throws.InstanceOf<ArgumentException>());
        Assert.That(
            () => rig.Session.SetNetworkTypeFilter([new(EtherType.IPv6, EtherType.IPv4)]), Throws.ArgumentException);
        Assert.That(
            () => rig.Session.SetMulticastFilter([new(MacAddress.Broadcast, Golden.AllNodes)]), Throws.ArgumentException);
        Assert.That(rig.Session.SetNetworkTypeFilter(types), Is.True);
        Assert.That(rig.Session.SetMulticastFilter(groups), Is.True);
        Assert.That(rig.Channel.Sent.Select(static sdu => sdu.Length), Has.All.LessThanOrEqualTo(BnepLimits.MinimumMtu));
    }

    [Test]
    public void Response_ThatNobodyAskedFor_IsIgnored()
    {
        var rig = SessionRig.OpenInitiator();
        rig.Receive("01 04 0000");
        rig.Receive("01 06 0000");
        rig.Receive("01 00 03");
        rig.Receive("01 00 77");
        Assert.That(rig.User.FilterAnswers, Is.Empty);
        Assert.That(rig.Session.Counters.Ignored, Is.EqualTo(4));
    }

    [TestCase(0, 10, 2, 2)]
    [TestCase(10, 31, 2, 2)]
    [TestCase(10, 10, -1, 2)]
    [TestCase(10, 10, 2, 0)]
    public void Options_OutsideTheSpecification_AreRefused(int setup, int filter, int setupRetries, int filterRetries) =>
        Assert.That(
            () => new SessionRig(options: new()
            {
                SetupTimeout = TimeSpan.FromSeconds(setup),
                FilterTimeout = TimeSpan.FromSeconds(filter),
                SetupRetries = setupRetries,
                FilterRetries = filterRetries,
            }),
            Throws.InstanceOf<ArgumentException>());
}
