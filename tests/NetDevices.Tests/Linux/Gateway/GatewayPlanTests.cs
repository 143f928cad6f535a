using System.Net;
using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

[TestFixture]
public sealed class GatewayPlanTests
{
    [TestCase("10.77.3.0/24", "10.77.3.1", "10.77.3.10", "10.77.3.254", "255.255.255.0")]
    [TestCase("10.0.0.0/8", "10.0.0.1", "10.0.0.10", "10.255.255.254", "255.0.0.0")]
    [TestCase("192.168.9.64/26", "192.168.9.65", "192.168.9.74", "192.168.9.126", "255.255.255.192")]
    [TestCase("192.168.9.8/29", "192.168.9.9", "192.168.9.10", "192.168.9.14", "255.255.255.248")]
    public void Plan_OfASubnet_NamesItsAddresses(string subnet, string own, string first, string last, string mask)
    {
        var plan = new GatewayPlan("hs-nap0", IPNetwork.Parse(subnet), null, null, 1500, false);
        Assert.Multiple(() =>
        {
            Assert.That(plan.Address, Is.EqualTo(IPAddress.Parse(own)));
            Assert.That(plan.FirstLeased, Is.EqualTo(IPAddress.Parse(first)));
            Assert.That(plan.LastLeased, Is.EqualTo(IPAddress.Parse(last)));
            Assert.That(plan.Mask, Is.EqualTo(IPAddress.Parse(mask)));
            Assert.That(plan.IPv6Address, Is.Null);
        });
    }

    [Test]
    public void Plan_WithAPrefix_IsItsFirstHost()
    {
        var plan = new GatewayPlan("hs-nap0", IPNetwork.Parse("10.77.3.0/24"), IPNetwork.Parse("fd12:3456:789a:1::/64"), null, 1500, true);
        Assert.That(plan.IPv6Address, Is.EqualTo(IPAddress.Parse("fd12:3456:789a:1::1")));
    }

    [TestCase("hs-nap0", ExpectedResult = "hoststack_hs_nap0")]
    [TestCase("eth0.5", ExpectedResult = "hoststack_eth0_5")]
    public string Table_OfAnInterface_HoldsLettersDigitsAndUnderscores(string name) => GatewayPlan.TableOf(name);

    [TestCase("hs-nap0", ExpectedResult = true)]
    [TestCase("veth1@if5", ExpectedResult = true)]
    [TestCase("", ExpectedResult = false)]
    [TestCase("..", ExpectedResult = false)]
    [TestCase("a/b", ExpectedResult = false)]
    [TestCase("a b", ExpectedResult = false)]
    [TestCase("a\"b", ExpectedResult = false)]
    [TestCase("abcdefghijklmnop", ExpectedResult = false)]
    public bool Name_OfAnInterface_IsJudged(string name) => GatewayPlan.IsInterfaceName(name);

    [TestCase("10.0.0.0/8", ExpectedResult = true)]
    [TestCase("10.0.0.0/29", ExpectedResult = true)]
    [TestCase("10.0.0.0/30", ExpectedResult = false)]
    [TestCase("0.0.0.0/0", ExpectedResult = false)]
    [TestCase("fd00::/16", ExpectedResult = false)]
    public bool Subnet_OfPeers_HasRoomForSome(string subnet) => GatewayPlan.IsSubnet(IPNetwork.Parse(subnet));
}
