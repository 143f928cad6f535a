using System.Net;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;

namespace HostStack.NetDevices.Tests.Linux.Addressing;

/// <summary>An addressed port on the kernel's own IP stack, with dnsmasq as the server.</summary>
[TestFixture]
public sealed class AddressedTapTests
{
    private const string Device = "hs-t0";

    [Test]
    public async Task Dhcp_WithDnsmasq_GivesAnAddressThatWorksAndIsGivenBack()
    {
        await using var rig = new TapRig();
        var (here, there) = (rig.AddNamespace(), rig.AddNamespace());
        var server = rig.Add(Options(there, "10.31.0.1/24"));
        using var dnsmasq = new DnsmasqRig(there, Device, "10.31.0.50", "10.31.0.60");
        var tap = rig.Add(Options(here));
        var leases = Path.Combine(Path.GetTempPath(), $"hoststack-{here}.lease");
        await using var port = new AddressedPort(tap, new AddressingOptions
        {
            UseDhcp = true,
            HostName = "panu-test",
            DefaultRouteMetric = 77,
            FallbackAfter = TimeSpan.FromMinutes(1),
            LeaseFile = leases,
        });
        try
        {
            Forwarder.Join(server, port);
            TapRig.Until(() => port.Assignments.Count == 1, "a lease\n" + dnsmasq.Log());
            var assignment = port.Assignments[0];
            var address = $"{assignment.Address}/{assignment.PrefixLength}";
            Assert.Multiple(() =>
            {
                Assert.That(address, Does.Match(@"^10\.31\.0\.(5\d|60)/24$"));
                Assert.That(TapRig.Addresses(here, Device), Does.Contain(address));
                Assert.That(assignment.Gateway, Is.EqualTo(IPAddress.Parse("10.31.0.1")));
                Assert.That(assignment.DnsServers, Is.EqualTo(new[] { IPAddress.Parse("10.31.0.53") }));
                Assert.That((assignment.DomainName, assignment.Mtu), Is.EqualTo(("pan.test", 1400)));
                Assert.That(assignment.LeaseTime, Is.EqualTo(TimeSpan.FromMinutes(2)));
                Assert.That(assignment.Routes.Select(static route => route.ToString()), Does.Contain("10.32.0.0/16 via 10.31.0.9"));
            });
            TapRig.Until(() => Shell.Run("ip", "-n", here, "route").Contains("default", StringComparison.Ordinal), "the default route");
            Assert.That(Shell.Run("ip", "-n", here, "route"), Does.Match($"default via 10.31.0.1 dev {Device} .*metric 77"));
            Assert.That(dnsmasq.Leases, Does.Contain("panu-test"));
            TapRig.Ping(here, "10.31.0.1", 3, "-i", "0.05");

            // A short loss: the same address is confirmed, and stays all the time.
            TapRig.Until(() => dnsmasq.Count("DHCPACK") > 0, "the server to have said what it did");
            var (acknowledged, discovered) = (dnsmasq.Count("DHCPACK"), dnsmasq.Count("DHCPDISCOVER"));
            port.SetCarrier(false);
            port.SetCarrier(true);
            TapRig.Until(() => dnsmasq.Count("DHCPACK") > acknowledged, "the address to be confirmed");
            Assert.That(dnsmasq.Count("DHCPDISCOVER"), Is.EqualTo(discovered), dnsmasq.Log());

            await port.EndAddressingAsync();
            TapRig.Until(() => dnsmasq.Count("DHCPRELEASE") == 1, "the release\n" + dnsmasq.Log());
            Assert.That(TapRig.Addresses(here, Device), Does.Not.Contain(address));
            Assert.That(Shell.Run("ip", "-n", here, "route"), Does.Not.Contain("default"));
            TapRig.Until(() => dnsmasq.Leases.Length == 0, "the server to forget the lease");
        }
        finally
        {
            File.Delete(leases);
        }
    }

    [Test]
    public async Task Dhcp_RememberedLeaseOfAnotherNetwork_IsRefusedAndReplaced()
    {
        await using var rig = new TapRig();
        var (here, there) = (rig.AddNamespace(), rig.AddNamespace());
        var server = rig.Add(Options(there, "10.31.0.1/24"));
        using var dnsmasq = new DnsmasqRig(there, Device, "10.31.0.50", "10.31.0.60");
        var tap = rig.Add(Options(here));
        var leases = Path.Combine(Path.GetTempPath(), $"hoststack-{here}.lease");
        try
        {
            new LeaseFile(leases).Write(tap.Address, 0x0A400007, expires: null);
            await using var port = new AddressedPort(tap, new AddressingOptions { UseDhcp = true, LeaseFile = leases });
            Forwarder.Join(server, port);
            TapRig.Until(() => port.Assignments.Any(static one => one.Source == AddressSource.Dhcp), "a lease\n" + dnsmasq.Log());

            // Twice where the first answer met an interface whose carrier had only just come.
            Assert.That(dnsmasq.Count("DHCPNAK"), Is.InRange(1, 2), dnsmasq.Log());
            Assert.That(await File.ReadAllTextAsync(leases), Does.Contain("address 10.31.0."));
        }
        finally
        {
            File.Delete(leases);
        }
    }

    [Test]
    public async Task LinkLocal_OnBothSides_AreClaimedAndReachEachOther()
    {
        await using var rig = new TapRig();
        TapRig.RequirePing();
        var (here, there) = (rig.AddNamespace(), rig.AddNamespace());
        await using var one = new AddressedPort(rig.Add(Options(here)), new AddressingOptions());
        await using var other = new AddressedPort(rig.Add(Options(there)), new AddressingOptions());
        Forwarder.Join(one, other);
        TapRig.Until(() => one.Assignments.Count == 1 && other.Assignments.Count == 1, "both addresses");
        Assert.That(one.Assignments[0].Address.ToString(), Does.StartWith("169.254."));
        TapRig.Ping(here, other.Assignments[0].Address.ToString(), 3, "-i", "0.05");
    }

    private static TapOptions Options(string network, params string[] addresses) => new()
    {
        Name = Device,
        NetworkNamespace = network,
        Addresses = [.. addresses.Select(InterfaceAddress.Parse)],
    };
}
