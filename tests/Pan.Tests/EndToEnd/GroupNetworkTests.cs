using HostStack.Bnep.Filters;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Host;
using HostStack.Pan.Authorization;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Pan.Tests.EndToEnd;

/// <summary>Whole stacks: HCI bring-up, pairing, L2CAP, SDP, BNEP, PAN, ping.</summary>
[TestFixture]
internal sealed class GroupNetworkTests
{
    [Test]
    public void Gn_TwoPanus_PingEachOtherAndTheGn()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, one, other) = (await net.AddAsync(1), await net.AddAsync(2), await net.AddAsync(3));
            await gn.Host.ServeAsync(PanRole.Gn, gn.Port);
            await PanSimulation.BondAsync(one, gn);
            await PanSimulation.BondAsync(other, gn);

            await one.Host.ConnectAsync(gn.Peer, PanRole.Gn, one.Port);
            await other.Host.ConnectAsync(gn.Peer, PanRole.Gn, other.Port);

            Assert.That((await one.Ip.PingAsync(other.Address)).IsReply, Is.True, "PANU to PANU through the switch");
            Assert.That((await other.Ip.PingAsync(gn.Address)).IsReply, Is.True, "PANU to GN");
            Assert.That((await gn.Ip.PingAsync(one.Address, payloadLength: 1400)).IsReply, Is.True, "GN to PANU");
            Assert.That((await one.Ip.PingAsync(other.Ip.LinkLocalAddress)).IsReply, Is.True, "IPv6 over multicast");

            var status = (await gn.Host.GetPanStatusAsync()).Networks.Single();
            Assert.That(status.Peers.Select(peer => peer.Peer), Is.EquivalentTo(new[] { one.Peer, other.Peer }));
            Assert.That(status.Peers.All(peer => peer.Counters is { FramesIn: > 0, FramesOut: > 0, DroppedIn: 0 }), Is.True);
            Assert.That(status.Peers.All(peer => peer.Security.KeySize == 16), Is.True);
            Assert.That(gn.EventsOf<PeerJoined>().Count(), Is.EqualTo(2));
            Assert.That(gn.EventsOf<Refused>(), Is.Empty);
            Assert.That((await gn.Host.GetStatusAsync()).Links.Select(link => link.Role), Is.All.EqualTo(LinkRole.Central));
        });
    }

    [Test, Category("SIG")]
    [Property("Id", "BRIDGE/TX/BV-01-I"), Property("Id", "BRIDGE/RX/BV-02-I")]
    [Property("Id", "IP/APP/BV-03-I"), Property("Id", "IP/APP/BV-05-I")]
    public void Nap_Panu_PingBothWays()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (nap, panu) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(panu, nap);
            await nap.Host.ServeAsync(PanRole.Nap, nap.Port);
            await panu.Host.ConnectAsync(
                nap.Peer, PanRole.Nap, panu.Port, new PanClientOptions { VerifyRecord = true });

            Assert.That((await panu.Ip.PingAsync(nap.Address)).IsReply, Is.True);
            Assert.That((await nap.Ip.PingAsync(panu.Address)).IsReply, Is.True);
        });
    }

    [Test]
    public void PanuToPanu_PingBothWays_AndCarrierFollows()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (server, client) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(client, server);
            await server.Host.ServeAsync(PanRole.Panu, server.Port);
            var connection = await client.Host.ConnectAsync(server.Peer, PanRole.Panu, client.Port);

            Assert.That((await client.Ip.PingAsync(server.Address)).IsReply, Is.True);
            Assert.That((await server.Ip.PingAsync(client.Address)).IsReply, Is.True);
            await connection.DisposeAsync();
            await net.UntilAsync(() => !server.Port.IsCarrierUp, "the server's carrier goes down");
            Assert.That(client.Port.IsCarrierUp, Is.False);
        });
    }

    [Test]
    public void TwoPanus_ConnectToEachOtherAtOnce_OneSessionCarriesBoth()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (one, other) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(one, other);
            await one.Host.ServeAsync(PanRole.Panu, one.AddPort("served", 11).Port);
            await other.Host.ServeAsync(PanRole.Panu, other.AddPort("served", 12).Port);

            var first = one.Host.ConnectAsync(other.Peer, PanRole.Panu, one.Port);
            var second = other.Host.ConnectAsync(one.Peer, PanRole.Panu, other.Port);
            await first;
            await second;

            Assert.That((await one.Ip.PingAsync(other.Address)).IsReply, Is.True);
            Assert.That((await other.Ip.PingAsync(one.Address)).IsReply, Is.True);
        });
    }

    [Test]
    public void NapGnAndPanu_AtOnce_EachWithItsOwnPeersAndPolicy()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var server = await net.AddAsync(1);
            var (gnPort, gnIp) = server.AddPort("gn", 1);
            var (panuPort, _) = server.AddPort("panu", 1);
            var (one, other) = (await net.AddAsync(2), await net.AddAsync(3));
            await PanSimulation.BondAsync(one, server);
            await PanSimulation.BondAsync(other, server);
            await server.Host.ServeAsync(PanRole.Nap, server.Port);
            await server.Host.ServeAsync(PanRole.Gn, gnPort);
            await server.Host.ServeAsync(
                PanRole.Panu, panuPort, new PanServiceOptions { Authorization = AuthorizationRule.None });

            await one.Host.ConnectAsync(server.Peer, PanRole.Nap, one.Port);
            await other.Host.ConnectAsync(server.Peer, PanRole.Gn, other.Port);

            Assert.That((await one.Ip.PingAsync(server.Address)).IsReply, Is.True);
            Assert.That((await other.Ip.PingAsync(gnIp.IPv4Address!)).IsReply, Is.True);
            Assert.That(
                (await one.Ip.PingAsync(other.Address, timeout: TimeSpan.FromSeconds(2))).IsReply, Is.False,
                "the networks are apart");
            var third = await net.AddAsync(4);
            await PanSimulation.BondAsync(third, server);
            var refused = await third.Host.TryConnectAsync(server.Peer, PanRole.Panu, third.Port);
            Assert.That(refused.Refusal!.Rule, Is.EqualTo("not allowed (0x0004)"));
        });
    }

    [Test]
    public void ServedRoles_AreBrowsable_AndFoundByInquiry()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var server = await net.AddAsync(1, new BluetoothHostOptions { Discoverable = true });
            var client = await net.AddAsync(2);
            var network = await server.Host.ServeAsync(PanRole.Gn, server.Port);
            await net.DelayAsync(TimeSpan.FromSeconds(1));

            var found = await client.Host.InquireAsync();
            var records = await client.Host.BrowseAsync(server.Peer);
            await network.DisposeAsync();
            var after = await client.Host.BrowseAsync(server.Peer, KnownUuid.Gn);

            Assert.That(found.Single().ClassOfDevice.OffersNetworking, Is.True);
            Assert.That(found.Single().Name, Is.EqualTo("station 1"));
            Assert.That(records.IsSuccess, Is.True);
            Assert.That(records.Value!.Any(record => record.Contains(new SdpUuid((ushort)PanRole.Gn))), Is.True);
            Assert.That(after.Value, Is.Empty);
        });
    }

    [Test]
    public void Filter_OfAPanu_KeepsMulticastOffItsLink()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, one, other) = (await net.AddAsync(1), await net.AddAsync(2), await net.AddAsync(3));
            await PanSimulation.BondAsync(one, gn);
            await PanSimulation.BondAsync(other, gn);
            await gn.Host.ServeAsync(PanRole.Gn, gn.Port);
            var connection = await one.Host.ConnectAsync(gn.Peer, PanRole.Gn, one.Port);
            await other.Host.ConnectAsync(gn.Peer, PanRole.Gn, other.Port);

            // Only ARP and IPv4 are wanted: neighbour discovery of IPv6 does not come through any more.
            Assert.That(
                await connection.SetNetworkTypeFilterAsync(new NetworkTypeRange(EtherType.IPv4, EtherType.Arp)), Is.True);
            await net.UntilAsync(() => one.EventsOf<FilterChanged>().Any(), "the filter is answered");

            Assert.That((await other.Ip.PingAsync(one.Address)).IsReply, Is.True);
            Assert.That((await other.Ip.PingAsync(one.Ip.LinkLocalAddress, timeout: TimeSpan.FromSeconds(3))).IsReply, Is.False);
            var status = (await gn.Host.GetPanStatusAsync()).Networks.Single();
            Assert.That(status.Peers.Single(peer => peer.Peer == one.Peer).Counters.FilteredOut, Is.GreaterThan(0));
        });
    }

    [Test]
    public void Simulation_SameSeed_SameCounters()
    {
        var first = RunOnce();
        var second = RunOnce();

        Assert.That(second, Is.EqualTo(first));

        static string RunOnce()
        {
            using var net = new PanSimulation(seed: 42);
            var result = "";
            net.Run(async () =>
            {
                var (gn, one) = (await net.AddAsync(1), await net.AddAsync(2));
                await PanSimulation.BondAsync(one, gn);
                await gn.Host.ServeAsync(PanRole.Gn, gn.Port);
                await one.Host.ConnectAsync(gn.Peer, PanRole.Gn, one.Port);
                var ping = await one.Ip.PingAsync(gn.Address);
                var status = (await gn.Host.GetPanStatusAsync()).Networks.Single();
                result = $"{ping.RoundTrip} {net.Simulation.Time.Elapsed} {status.PortCounters} {status.Peers[0].Counters}";
            });
            return result;
        }
    }

    [Test]
    public void Status_TellsLinksBondsAndServices()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, one) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(one, gn);
            await gn.Host.ServeAsync(PanRole.Gn, gn.Port);
            await one.Host.ConnectAsync(gn.Peer, PanRole.Gn, one.Port);

            var status = await gn.Host.GetStatusAsync();

            Assert.That(status.State, Is.EqualTo(HciHostState.Open));
            Assert.That(status.Links.Single().Security.IsEncrypted, Is.True);
            Assert.That(status.Links.Single().Channels, Is.EqualTo(1));
            Assert.That(status.Bonds.Single().Peer, Is.EqualTo(one.Peer));
            Assert.That(status.Listening.Select(psm => (int)psm.Value), Is.EquivalentTo((int[])[0x0001, 0x000F]));
            Assert.That(status.ServiceClasses, Is.EqualTo((ushort[])[0x1117]));
        });
    }
}
