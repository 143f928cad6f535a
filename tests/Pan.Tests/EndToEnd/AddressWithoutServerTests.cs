using System.Net;
using System.Net.Sockets;

namespace HostStack.Pan.Tests.EndToEnd;

/// <summary>Addresses that nobody hands out: IPv4 and IPv6 link-local over a group network.</summary>
[TestFixture]
internal sealed class AddressWithoutServerTests
{
    [Test, Category("SIG"), Property("Id", "IPv4/AUTONET/BV-01-I")]
    public void LinkLocalIPv4_ClaimedByBothEnds_DifferAndPing()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, panu) = await JoinAsync(net);

            var there = await gn.Ip.ClaimLinkLocalIPv4Async();
            var here = await panu.Ip.ClaimLinkLocalIPv4Async();

            Assert.That(here!.GetAddressBytes()[..2], Is.EqualTo((byte[])[169, 254]));
            Assert.That(here, Is.Not.EqualTo(there));
            Assert.That((await panu.Ip.PingAsync(there!)).IsReply, Is.True);
            Assert.That((await gn.Ip.PingAsync(here)).IsReply, Is.True);
        });
    }

    [Test, Category("SIG"), Property("Id", "IPv6/AUTONET/BV-02-I")]
    public void LinkLocalIPv6_IsThereAndPings()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, panu) = await JoinAsync(net);

            IPAddress[] addresses = [gn.Ip.LinkLocalAddress, panu.Ip.LinkLocalAddress];

            Assert.That(addresses.All(address => address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv6LinkLocal: true }));
            Assert.That(addresses.Distinct().Count(), Is.EqualTo(2));
            Assert.That((await panu.Ip.PingAsync(addresses[0])).IsReply, Is.True);
            Assert.That((await gn.Ip.PingAsync(addresses[1])).IsReply, Is.True);
        });
    }

    private static async Task<(Station Gn, Station Panu)> JoinAsync(PanSimulation net)
    {
        var (gn, panu) = (await net.AddAsync(1), await net.AddAsync(2));
        await PanSimulation.BondAsync(panu, gn);
        await gn.Host.ServeAsync(PanRole.Gn, gn.Port);
        await panu.Host.ConnectAsync(gn.Peer, PanRole.Gn, panu.Port);
        return (gn, panu);
    }
}
