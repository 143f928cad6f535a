using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

[TestFixture]
public sealed class DnsmasqCommandTests
{
    private static readonly GatewayPlan Plan = new(
        "hs-nap0", IPNetwork.Parse("10.77.3.0/24"), IPNetwork.Parse("fd12:3456:789a:1::/64"), null, 1500, true);

    private static readonly string[] Usual =
    [
        "--conf-file=/dev/null", "--keep-in-foreground", "--log-facility=-", "--pid-file", "--interface=hs-nap0",
        "--except-interface=lo", "--bind-dynamic", "--no-hosts", "--domain-needed", "--bogus-priv",
        "--dhcp-leasefile=/run/hoststack/l", "--dhcp-authoritative", "--dhcp-rapid-commit", "--no-ping",
        "--dhcp-range=10.77.3.10,10.77.3.254,255.255.255.0,1h",
        "--dhcp-option=option:router,10.77.3.1", "--dhcp-option=option:dns-server,10.77.3.1",
    ];

    [Test]
    public void Arguments_OfBothProtocols_AreThese() => Assert.That(
        DnsmasqCommand.Arguments(Plan, "/run/hoststack/l", []),
        Is.EqualTo(new[]
        {
            Usual,
            ["--enable-ra", "--dhcp-range=fd12:3456:789a:1::,ra-only,64,1h", "--ra-param=hs-nap0,mtu:1500,60,1800"],
        }.SelectMany(static part => part)));

    [Test]
    public void Arguments_WithoutAnIPv6Way_OfferNoRouter() => Assert.That(
        DnsmasqCommand.Arguments(Plan with { HasIPv6Way = false }, "/run/hoststack/l", []),
        Does.Contain("--ra-param=hs-nap0,mtu:1500,60,0"));

    [Test]
    public void Arguments_OfIPv4Alone_AreTheUsualOnes() =>
        Assert.That(DnsmasqCommand.Arguments(Plan with { Prefix = null }, "/run/hoststack/l", []), Is.EqualTo(Usual));

    [Test]
    public void Arguments_OfASmallerMtu_TellIt() => Assert.That(
        DnsmasqCommand.Arguments(Plan with { Mtu = 1400 }, "/run/hoststack/l", []),
        Does.Contain("--dhcp-option=option:mtu,1400").And.Contain("--ra-param=hs-nap0,mtu:1400,60,1800"));

    [Test]
    public void Arguments_WithNameServers_ReadNoOthers() => Assert.That(
        DnsmasqCommand.Arguments(Plan, "/run/hoststack/l", [IPAddress.Parse("9.9.9.9"), IPAddress.Parse("2620:fe::fe")]).TakeLast(3),
        Is.EqualTo(new[] { "--no-resolv", "--server=9.9.9.9", "--server=2620:fe::fe" }));

    [Test]
    public void Privileges_OfRoot_AreGivenUpButThree() => Assert.That(
        ChildPrivileges.Before(isRoot: true),
        Is.EqualTo(new[]
        {
            "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all,+net_admin,+net_raw,+net_bind_service",
            "--ambient-caps=-all,+net_admin,+net_raw,+net_bind_service", "--pdeathsig=TERM",
        }));

    [Test]
    public void Privileges_OfAnotherUser_AreLeftAlone() =>
        Assert.That(ChildPrivileges.Before(isRoot: false), Is.EqualTo(new[] { "--pdeathsig=TERM" }));

    // Lines of dnsmasq 2.90.
    [TestCase("dnsmasq-dhcp[26019]: DHCPACK(hs-nap0) 10.77.3.16 00:1b:dc:00:00:02 phone", "10.77.3.16", "phone")]
    [TestCase("dnsmasq-dhcp[26019]: DHCPACK(hs-nap0) 10.77.3.16 00:1b:dc:00:00:02", "10.77.3.16", null)]
    [TestCase("dnsmasq-dhcp: DHCPACK(hs-nap0) 10.77.3.16 00:1b:dc:00:00:02 phone", "10.77.3.16", "phone")]
    public void Lease_Granted_IsRead(string line, string address, string? name)
    {
        Assert.That(DnsmasqLog.TryParseLease(line, out var lease), Is.True);
        Assert.That(lease, Is.EqualTo(new DhcpLease(IPAddress.Parse(address), new MacAddress(0x001B_DC00_0002), name)));
    }

    [TestCase("dnsmasq-dhcp[26019]: DHCPOFFER(hs-nap0) 10.77.3.16 00:1b:dc:00:00:02")]
    [TestCase("dnsmasq-dhcp[26019]: DHCPACK(hs-nap0)")]
    [TestCase("dnsmasq-dhcp[26019]: DHCPACK(hs-nap0) x 00:1b:dc:00:00:02")]
    [TestCase("dnsmasq-dhcp[26019]: DHCPACK(hs-nap0) 10.77.3.16 00:1b")]
    [TestCase("dnsmasq[26019]: started, version 2.90 cachesize 150")]
    [TestCase("")]
    public void Lease_InAnotherLine_IsNone(string line) => Assert.That(DnsmasqLog.TryParseLease(line, out _), Is.False);

    [Test]
    public void Line_OfTheStart_SaysSo()
    {
        Assert.That(DnsmasqLog.IsStarted("dnsmasq[26019]: started, version 2.90 cachesize 150"), Is.True);
        Assert.That(DnsmasqLog.IsStarted("dnsmasq[26019]: reading /etc/resolv.conf"), Is.False);
        Assert.That(DnsmasqLog.Text("dnsmasq[26019]: reading /etc/resolv.conf"), Is.EqualTo("reading /etc/resolv.conf"));
    }

    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(6, 32)]
    [TestCase(7, 60)]
    [TestCase(100, 60)]
    public void Wait_AfterDeaths_Doubles(int deaths, int seconds) =>
        Assert.That(DnsmasqServer.WaitAfter(deaths), Is.EqualTo(TimeSpan.FromSeconds(seconds)));
}
