using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

[TestFixture]
internal sealed class UserModePlanTests
{
    [Test]
    public void From_Defaults_AreTheUsualAddresses()
    {
        var plan = UserModePlan.From(new UserModeOptions());
        Assert.That(UserModePlan.Address(plan.Gateway), Is.EqualTo(IPAddress.Parse("10.0.2.2")));
        Assert.That(UserModePlan.Address(plan.NameServer), Is.EqualTo(IPAddress.Parse("10.0.2.3")));
        Assert.That(UserModePlan.Address(plan.FirstLease), Is.EqualTo(IPAddress.Parse("10.0.2.15")));
        Assert.That(plan.Mask, Is.EqualTo(0xFFFF_FF00));
        Assert.That(plan.GatewayMac, Is.EqualTo(new MacAddress(0x5255_0A00_0202)));
        Assert.That(plan.GatewayMac.IsMulticast, Is.False);
        Assert.That(new IPAddress(Octets(plan.Gateway6)), Is.EqualTo(IPAddress.Parse("fd53:6c69:7270::2")));
        Assert.That(new IPAddress(Octets(plan.NameServer6)), Is.EqualTo(IPAddress.Parse("fd53:6c69:7270::3")));
    }

    [Test]
    public void From_Chosen_AreTaken()
    {
        var plan = UserModePlan.From(new UserModeOptions
        {
            Network = IPNetwork.Parse("192.168.77.32/27"),
            Gateway = IPAddress.Parse("192.168.77.62"),
            FirstLease = IPAddress.Parse("192.168.77.40"),
            DnsServer = IPAddress.Parse("9.9.9.9"),
            Network6 = null,
            Mtu = 576,
        });
        Assert.That(UserModePlan.Address(plan.Gateway), Is.EqualTo(IPAddress.Parse("192.168.77.62")));
        Assert.That(UserModePlan.Address(plan.NameServer), Is.EqualTo(IPAddress.Parse("9.9.9.9")));
        Assert.That(plan.Contains(UserModePlan.Number(IPAddress.Parse("192.168.77.63"))), Is.True);
        Assert.That(plan.Contains(UserModePlan.Number(IPAddress.Parse("192.168.77.31"))), Is.False);
        Assert.That(plan.Network6 + plan.Gateway6 + plan.NameServer6, Is.EqualTo(UInt128.Zero));
    }

    private static IEnumerable<TestCaseData> Mistakes()
    {
        var options = new UserModeOptions();
        yield return Case("too small a network", options with { Network = IPNetwork.Parse("10.0.2.0/28") }, "cannot hold");
        yield return Case("too large a network", options with { Network = IPNetwork.Parse("8.0.0.0/7") }, "cannot hold");
        yield return Case("IPv6 for IPv4", options with { Network = IPNetwork.Parse("fd00::/64") }, "cannot hold");
        yield return Case("prefix of 48", options with { Network6 = IPNetwork.Parse("fd00::/48") }, "advertised");
        yield return Case("gateway outside", options with { Gateway = IPAddress.Parse("10.0.3.2") }, "gateway");
        yield return Case("gateway is broadcast", options with { Gateway = IPAddress.Parse("10.0.2.255") }, "gateway");
        yield return Case("gateway leased", options with { Gateway = IPAddress.Parse("10.0.2.20") }, "leases");
        yield return Case("gateway is name server", options with { Gateway = IPAddress.Parse("10.0.2.3") }, "name server");
        yield return Case("leases end outside", options with { FirstLease = IPAddress.Parse("10.0.2.240") }, "leases");
        yield return Case("leases outside", options with { FirstLease = IPAddress.Parse("10.0.3.15") }, "leases");
        yield return Case("IPv6 name server", options with { DnsServer = IPAddress.Parse("2001:db8::1") }, "not an IPv4");
        foreach (var server in new[] { "127.0.0.1", "127.0.0.53", "0.0.0.0", "0.1.2.3", "169.254.169.254" })
        {
            yield return Case($"name server {server}", options with { DnsServer = IPAddress.Parse(server) }, "leave it out: the relay at 10.0.2.3 asks");
        }

        foreach (var server in new[] { "224.0.0.251", "240.0.0.1", "255.255.255.255" })
        {
            yield return Case(
                $"name server {server}", options with { DnsServer = IPAddress.Parse(server), AllowHostLoopback = true }, $"{server} is of this machine");
        }

        yield return Case("small MTU with IPv6", options with { Mtu = 1000 }, "Mtu");
        yield return Case("large MTU", options with { Mtu = 9001 }, "Mtu");
        yield return Case("no queue", options with { QueueLength = 0 }, "QueueLength");
        yield return Case("forward to nowhere", options with { Forwards = [Forward("tcp:1:10.9.9.9:80")] }, "leads to no peer");
        yield return Case("forward to the gateway", options with { Forwards = [Forward("tcp:1:10.0.2.2:80")] }, "leads to no peer");
        yield return Case(
            "IPv6 forward without IPv6", options with { Network6 = null, Forwards = [Forward("tcp:[::1]:1:80")] }, "needs IPv6");
    }

    [TestCaseSource(nameof(Mistakes))]
    public void From_Mistake_IsToldInOneSentence(UserModeOptions options, string says) =>
        Assert.That(() => UserModePlan.From(options), Throws.InstanceOf<ArgumentException>().With.Message.Contains(says));

    [TestCaseSource(nameof(Mistakes))]
    public void Check_Mistake_IsWhatOpeningWouldSay(UserModeOptions options, string says) =>
        Assert.That(options.Check, Throws.InstanceOf<ArgumentException>().With.Message.Contains(says));

    [TestCase("127.0.0.53")]
    [TestCase("0.0.0.0")]
    [TestCase("169.254.169.253")]
    public void From_NameServerOfTheMachine_NeedsTheLoopbackOpen(string server)
    {
        var options = new UserModeOptions { DnsServer = IPAddress.Parse(server), AllowHostLoopback = true };
        Assert.That(options.Check, Throws.Nothing);
        Assert.That((options with { AllowHostLoopback = false }).Check, Throws.ArgumentException.With.Message.EqualTo(
            $"The name server {server} is of this machine, its link or a group, which peers must not reach; "
            + "leave it out: the relay at 10.0.2.3 asks this machine's own name servers."));
    }

    private static TestCaseData Case(string name, UserModeOptions options, string says) =>
        new TestCaseData(options, says).SetArgDisplayNames(name);

    private static PortForward Forward(string text) =>
        PortForward.TryParse(text, out var forward) ? forward : throw new ArgumentException(text, nameof(text));

    private static byte[] Octets(UInt128 value)
    {
        var octets = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(octets, value);
        return octets;
    }
}
