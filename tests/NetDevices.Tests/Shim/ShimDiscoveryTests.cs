using HostStack.Ethernet;
using HostStack.NetDevices.Shim;

namespace HostStack.NetDevices.Tests.Shim;

[TestFixture]
public sealed class ShimDiscoveryTests
{
    private const string Made = "fd00:31::2aa:1ff:fe00:42";
    private ShimRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new ShimRig();

    [Test]
    public void Carrier_Up_TestsTheLinkLocalAddressThenAsksForRouters()
    {
        _rig.Shim.SetCarrier(true, _rig.Now);

        // Who has fe80::2aa:1ff:fe00:42? Asked by nobody, to its group, without an option (RFC 4862, 5.4.2).
        Assert.That(_rig.Sent.Single(), Does.StartWith(
            "3333FF000042" + "00AA01000042" + "86DD" + "60000000" + "0018" + "3AFF"
            + "00000000000000000000000000000000" + "FF0200000000000000000001FF000042" + "8700")
            .And.EndWith("00000000" + "FE8000000000000002AA01FFFE000042"));
        Assert.That(_rig.Events, Is.Empty);
        _rig.Run(1);
        Assert.That(_rig.Events, Is.EqualTo(new[] { $"made {ShimRig.LinkLocal}/64" }));
        Assert.That(_rig.Sent[^1], Does.StartWith(
            "333300000002" + "00AA01000042" + "86DD" + "60000000" + "0010" + "3AFF"
            + "FE8000000000000002AA01FFFE000042" + "FF020000000000000000000000000002" + "8500")
            .And.EndWith("00000000" + "0101" + "00AA01000042"));
        _rig.Run(60);
        Assert.That(_rig.Sent, Has.Count.EqualTo(4), "three times, then silence");
    }

    [TestCase("::", 135, "", TestName = "Duplicate_AnotherTestsTheAddress_IsNotUsed")]
    [TestCase(ShimRig.LinkLocal, 136, "020100AA01010042", TestName = "Duplicate_AnotherHasTheAddress_IsNotUsed")]
    public void Duplicate(string source, int type, string option)
    {
        _rig.Shim.SetCarrier(true, _rig.Now);
        _rig.Sent.Clear();
        var said = ShimRig.Icmp(type, source, "ff02::1", ShimRig.Neighbour(ShimRig.LinkLocal, 0, option));
        _rig.Network(said, new MacAddress(0x3333_0000_0001));
        _rig.Run(60);
        Assert.That(_rig.Events, Is.EqualTo(new[] { $"duplicate {ShimRig.LinkLocal}/64" }));
        Assert.That(_rig.Sent, Is.Empty, "nobody to ask from");
    }

    [Test]
    public void Tentative_IsNotAnsweredFor()
    {
        _rig.Shim.SetCarrier(true, _rig.Now);
        _rig.Sent.Clear();
        _rig.Network(ShimRig.Icmp(135, "fe80::1", ShimRig.LinkLocal, ShimRig.Neighbour(ShimRig.LinkLocal, 0, "010100AA01010042")));
        Assert.That(_rig.Sent, Is.Empty);
    }

    [Test]
    public void Advertisement_MakesAnAddressAndGivesARouter()
    {
        _rig.Up();
        Advertise();
        Assert.That(_rig.Events, Is.Empty, "tested first");
        _rig.Run(1);
        Assert.That(_rig.Events, Is.EqualTo(new[] { $"made {Made}/64" }));
        _rig.Sent.Clear();

        // The router's MAC address came with it.
        Assert.That(_rig.Machine(Made, "2001:db8::1"), Is.EqualTo((ShimVerdict.Forward, ShimRig.PeerMac)));
        Assert.That(_rig.Machine(Made, "fd00:31::9").Verdict, Is.EqualTo(ShimVerdict.Taken), "on the link");
    }

    [Test]
    public void Advertisement_BeforeTheLastQuestion_EndsTheAsking()
    {
        _rig.Shim.SetCarrier(true, _rig.Now);
        _rig.Run(1);
        Advertise();
        _rig.Sent.Clear();
        _rig.Run(60);
        Assert.That(_rig.Sent, Is.Empty);
    }

    [Test]
    public void Router_WhoseTimeIsOver_IsNoneAnyMore()
    {
        _rig.Up();
        Advertise();
        _rig.Run(1799);
        Assert.That(_rig.Machine(Made, "2001:db8::1").Verdict, Is.EqualTo(ShimVerdict.Forward));
        _rig.Run(2);
        Assert.That(_rig.Machine(Made, "2001:db8::1").Verdict, Is.EqualTo(ShimVerdict.Dropped));
    }

    [Test]
    public void Router_ThatTakesItselfBack_IsNoneAnyMore()
    {
        _rig.Up();
        Advertise();
        Advertise(octets => octets[2] = octets[3] = 0);
        Assert.That(_rig.Machine(Made, "2001:db8::1").Verdict, Is.EqualTo(ShimVerdict.Dropped));
    }

    [Test]
    public void Address_WhoseTimeIsOver_Goes()
    {
        _rig.Up();
        Advertise();
        _rig.Run(7199);
        Assert.That(_rig.Events, Has.Count.EqualTo(1));
        _rig.Run(1);
        Assert.That(_rig.Events[^1], Is.EqualTo($"gone {Made}/64"));
    }

    [Test]
    public void Address_WhoseTimeIsCut_StaysTwoHours()
    {
        // RFC 4862, 5.5.3, e: whoever forges an advertisement shall not take an address away.
        _rig.Up();
        Advertise(octets => octets[34] = 0xFF);
        Advertise(octets => (octets[34], octets[35]) = (0, 1));
        _rig.Run(7199);
        Assert.That(_rig.Events, Has.None.StartsWith("gone"));
        _rig.Run(1);
        Assert.That(_rig.Events[^1], Is.EqualTo($"gone {Made}/64"));
    }

    [TestCase(31, 0x80, TestName = "Prefix_NotForAddresses_MakesNone")]
    [TestCase(30, 60, TestName = "Prefix_OfAnotherLength_MakesNone")]
    public void Prefix_MakesNone(int index, byte value)
    {
        _rig.Up();
        Advertise(octets => octets[index] = value);
        _rig.Run(5);
        Assert.That(_rig.Events, Is.Empty);
    }

    [Test]
    public void Advertisement_NotFromTheLink_IsDropped()
    {
        _rig.Up();
        var said = ShimRig.Icmp(134, "fd00::1", "ff02::1", RouterAdvertisementTests.Octets);
        Assert.That(_rig.Network(said, new MacAddress(0x3333_0000_0001)), Is.EqualTo(ShimVerdict.Dropped));
    }

    [Test]
    public void Machine_SpeakingFromItsOwnLinkLocalAddress_IsAnsweredFor()
    {
        _rig.Up();
        _rig.Machine("fe80::1234", "ff02::fb");
        _rig.Network(ShimRig.Icmp(135, "fe80::1", "fe80::1234", ShimRig.Neighbour("fe80::1234", 0, "010100AA01010042")));
        Assert.That(_rig.Sent.Single(), Does.Contain("FE800000000000000000000000001234" + "0201" + "00AA01000042"));
    }

    [Test]
    public void Reconnect_TestsAllAddressesAgain()
    {
        _rig.Up();
        Advertise();
        _rig.Run(5);
        _rig.Shim.SetCarrier(false, _rig.Now);
        _rig.Sent.Clear();
        _rig.Shim.SetCarrier(true, _rig.Now);
        Assert.That(_rig.Sent, Has.Count.EqualTo(2));
        Assert.That(_rig.Machine(Made, "2001:db8::1").Verdict, Is.EqualTo(ShimVerdict.Dropped), "the router was another network's");
    }

    private void Advertise(Action<byte[]>? change = null)
    {
        var body = RouterAdvertisementTests.Octets;
        change?.Invoke(body);
        var said = ShimRig.Icmp(134, ShimRig.PeerLinkLocal, "ff02::1", body);
        Assert.That(_rig.Network(said, new MacAddress(0x3333_0000_0001)), Is.EqualTo(ShimVerdict.Taken));
    }
}
