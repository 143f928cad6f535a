using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

[TestFixture]
public sealed class PrivateNetworksTests
{
    private static readonly MacAddress Device = new(0x001B_DC00_0001);
    private static readonly MacAddress Other = new(0x001B_DC00_0002);

    [Test]
    public void Subnet_OfADevice_IsThatOfItsHash()
    {
        // sha256(00 1b dc 00 00 01 | 00 00 00 00 | "HostStack IPv4"), computed by another program: the first two octets.
        Assert.That(PrivateNetworks.FreeSubnet(Device, []), Is.EqualTo(IPNetwork.Parse("10.135.206.0/24")));
        Assert.That(PrivateNetworks.FreeSubnet(Other, []), Is.Not.EqualTo(PrivateNetworks.FreeSubnet(Device, [])));
    }

    [Test]
    public void Subnet_ThatMeetsARoute_GivesWayToTheNext()
    {
        var tries = PrivateNetworks.Subnets(Device).Take(3).ToArray();
        Assert.That(PrivateNetworks.FreeSubnet(Device, [tries[0]]), Is.EqualTo(tries[1]));
        var inside = new IPNetwork(tries[1].BaseAddress, 30);
        Assert.That(PrivateNetworks.FreeSubnet(Device, [tries[0], inside]), Is.EqualTo(tries[2]));
    }

    [Test]
    public void Subnet_WhereAllOfTenIsRouted_IsOfAnotherPrivateRange()
    {
        var elsewhere = PrivateNetworks.FreeSubnet(Device, [IPNetwork.Parse("10.0.0.0/8")]);
        Assert.That(IPNetwork.Parse("172.16.0.0/12").Contains(elsewhere!.Value.BaseAddress), Is.True);
        var last = PrivateNetworks.FreeSubnet(Device, [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12")]);
        Assert.That(IPNetwork.Parse("192.168.0.0/16").Contains(last!.Value.BaseAddress), Is.True);
    }

    [Test]
    public void Subnet_WhereEverythingIsRouted_IsNone() =>
        Assert.That(PrivateNetworks.FreeSubnet(Device, [IPNetwork.Parse("0.0.0.0/1"), IPNetwork.Parse("128.0.0.0/1")]), Is.Null);

    [Test]
    public void Subnet_WithADefaultRoute_IsTheFirst() =>
        Assert.That(PrivateNetworks.FreeSubnet(Device, [IPNetwork.Parse("0.0.0.0/0")]), Is.EqualTo(PrivateNetworks.Subnets(Device).First()));

    [Test]
    public void Prefix_OfADevice_IsUniqueLocalAndStays()
    {
        var prefix = PrivateNetworks.UniqueLocalPrefix(Device, "hs-nap0");
        Assert.Multiple(() =>
        {
            Assert.That(prefix.PrefixLength, Is.EqualTo(64));
            Assert.That(IPNetwork.Parse("fd00::/8").Contains(prefix.BaseAddress), Is.True);
            Assert.That(PrivateNetworks.UniqueLocalPrefix(Device, "hs-nap0"), Is.EqualTo(prefix));
            Assert.That(PrivateNetworks.UniqueLocalPrefix(Other, "hs-nap0"), Is.Not.EqualTo(prefix));
        });
    }

    [Test]
    public void Prefix_OfTwoInterfaces_SharesTheGlobalId()
    {
        var one = PrivateNetworks.UniqueLocalPrefix(Device, "hs-nap0").BaseAddress.GetAddressBytes();
        var two = PrivateNetworks.UniqueLocalPrefix(Device, "hs-nap1").BaseAddress.GetAddressBytes();
        Assert.That(two[..6], Is.EqualTo(one[..6]));
        Assert.That(two[6..8], Is.Not.EqualTo(one[6..8]));
    }

    [TestCase("10.1.0.0/16", "10.1.2.0/24", ExpectedResult = true)]
    [TestCase("10.1.2.0/24", "10.1.0.0/16", ExpectedResult = true)]
    [TestCase("10.1.2.0/24", "10.1.3.0/24", ExpectedResult = false)]
    [TestCase("10.1.2.0/24", "0.0.0.0/0", ExpectedResult = false)]
    [TestCase("10.1.2.0/24", "fd00::/8", ExpectedResult = false)]
    public bool Networks_Overlap(string one, string other) => PrivateNetworks.Overlap(IPNetwork.Parse(one), IPNetwork.Parse(other));
}
