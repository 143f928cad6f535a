using HostStack.EndToEnd.Tests.Rig;
using HostStack.Host;
using HostStack.Pan;
using HostStack.Sdp.Elements;

namespace HostStack.EndToEnd.Tests.Story;

/// <summary>What a person does with a network, from the first search to coming back the next day.</summary>
[TestFixture]
internal sealed class GroupNetworkStoryTests
{
    private static readonly BluetoothHostOptions Discoverable = new() { Discoverable = true };

    [Test]
    public void Gn_TwoPanus_FromInquiryToReconnect([Values(PanRole.Gn, PanRole.Nap)] PanRole role) => World.Run(async world =>
    {
        var server = await world.HostAsync(1, Discoverable);
        var (one, other) = (await world.HostAsync(2), await world.HostAsync(3));
        await server.Host.ServeAsync(role, server.Port);

        await FindAndPairAsync(world, server, one);
        await FindAndPairAsync(world, server, other);
        var browsed = await one.Host.BrowseAsync(server.Peer);
        Assert.That(browsed.IsSuccess, Is.True);
        Assert.That(browsed.Value!.Count(record => record.Contains(new SdpUuid((ushort)role))), Is.EqualTo(1));

        var first = await one.JoinAsync(server, role);
        var second = await other.JoinAsync(server, role);
        await AssertAllReachAsync(server, one, other);

        // One leaves by itself, the other is sent away with its link.
        await first.DisposeAsync();
        await world.UntilAsync(() => server.EventsOf<PeerLeft>().Any(left => left.Peer == one.Peer), "the server sees it leave");
        Assert.That(one.Port.IsCarrierUp, Is.False);
        await other.AssertReachesAsync(server, "while the first is away");
        Assert.That(await server.Host.DisconnectLinkAsync(other.Peer), Is.True);
        await world.UntilAsync(() => second.State == PanConnectionState.Closed, "the other is told");
        await world.UntilAsync(() => !server.Port.IsCarrierUp, "nobody is left");

        // The next day: the stored keys serve, nobody is asked and the window is closed.
        await world.DelayAsync(TimeSpan.FromMinutes(2));
        Array.ForEach([server, one, other], static station => station.ForgetEvents());
        await one.JoinAsync(server, role);
        await other.JoinAsync(server, role);
        await AssertAllReachAsync(server, one, other);
        foreach (var station in world.Stations)
        {
            Assert.That(station.EventsOf<Paired>(), Is.Empty, "no pairing");
            Assert.That(station.EventsOf<Refused>(), Is.Empty, "no refusal");
        }
    });

    [Test]
    public void Panu_OfAPanu_FromInquiryToReconnect() => World.Run(async world =>
    {
        var (server, client) = (await world.HostAsync(1, Discoverable), await world.HostAsync(2));
        await server.Host.ServeAsync(PanRole.Panu, server.Port);
        await FindAndPairAsync(world, server, client);

        var connection = await client.JoinAsync(server, PanRole.Panu);
        await client.AssertReachesAsync(server);
        await server.AssertReachesAsync(client);
        await connection.DisposeAsync();
        await world.UntilAsync(() => !server.Port.IsCarrierUp, "the server's carrier follows");

        client.ForgetEvents();
        await client.JoinAsync(server, PanRole.Panu);
        await server.AssertReachesAsync(client, "again");
        Assert.That(client.EventsOf<Paired>(), Is.Empty);
    });

    [Test]
    public void KeysOutliveTheProcess_BothHostsOpenedAnew() => World.Run(async world =>
    {
        var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
        await World.BondAsync(client, server);
        await server.Host.DisposeAsync();
        await client.Host.DisposeAsync();

        var serverAgain = await world.HostAsync(1, new BluetoothHostOptions { KeyStore = server.KeyStore }, on: server.Controller);
        var clientAgain = await world.HostAsync(2, new BluetoothHostOptions { KeyStore = client.KeyStore }, on: client.Controller);
        await serverAgain.Host.ServeAsync(PanRole.Gn, serverAgain.Port);
        await clientAgain.JoinAsync(serverAgain, PanRole.Gn);

        await clientAgain.AssertReachesAsync(serverAgain);
        Assert.That(clientAgain.EventsOf<Paired>(), Is.Empty);
    });

    [Test]
    public void NapGnAndPanu_OfOneHost_ThreeClientsEachToItsOwnRole() => World.Run(async world =>
    {
        var server = await world.HostAsync(1, Discoverable);
        var (gnPort, gnIp) = server.AddPort("gn", 1);
        var (panuPort, panuIp) = server.AddPort("panu", 1);
        await server.Host.ServeAsync(PanRole.Nap, server.Port);
        await server.Host.ServeAsync(PanRole.Gn, gnPort);
        await server.Host.ServeAsync(PanRole.Panu, panuPort);
        var (viaNap, viaGn, viaPanu) = (await world.HostAsync(2), await world.HostAsync(3), await world.HostAsync(4));
        foreach (var client in new[] { viaNap, viaGn, viaPanu })
        {
            await FindAndPairAsync(world, server, client);
        }

        await viaNap.JoinAsync(server, PanRole.Nap);
        await viaGn.JoinAsync(server, PanRole.Gn);
        await viaPanu.JoinAsync(server, PanRole.Panu);

        Assert.That((await viaNap.Ip.PingAsync(server.Ip.IPv4Address!)).IsReply, Is.True, "NAP");
        Assert.That((await viaGn.Ip.PingAsync(gnIp.IPv4Address!)).IsReply, Is.True, "GN");
        Assert.That((await viaPanu.Ip.PingAsync(panuIp.IPv4Address!)).IsReply, Is.True, "PANU");
        Assert.That((await gnIp.PingAsync(viaGn.Address)).IsReply, Is.True, "GN back");
        Assert.That(
            (await viaNap.Ip.PingAsync(viaGn.Address, timeout: TimeSpan.FromSeconds(2))).IsReply, Is.False,
            "three networks, not one");
        var status = await server.Host.GetPanStatusAsync();
        Assert.That(
            status.Networks.Select(static network => (network.Role, network.Peers.Single().Peer)),
            Is.EquivalentTo(new[] { (PanRole.Nap, viaNap.Peer), (PanRole.Gn, viaGn.Peer), (PanRole.Panu, viaPanu.Peer) }));
    });

    [Test]
    public void TwoPanus_ConnectToEachOtherAtOnce([Range(1, 8)] int milliseconds, [Values] bool higherFirst) => World.Run(
        async world =>
        {
            var (one, other) = (await world.HostAsync(1), await world.HostAsync(2));
            await World.BondAsync(one, other);
            var (onePort, oneServed) = one.AddPort("served", 11);
            var (otherPort, otherServed) = other.AddPort("served", 12);
            await one.Host.ServeAsync(PanRole.Panu, onePort);
            await other.Host.ServeAsync(PanRole.Panu, otherPort);
            var (early, late) = higherFirst ? (other, one) : (one, other);

            var first = early.JoinAsync(late, PanRole.Panu);
            await world.DelayAsync(milliseconds - 1);
            var second = late.JoinAsync(early, PanRole.Panu);
            await first;
            await second;

            // One session that is both sides' connection, or one for each: frames cross either way.
            var shared = (await one.Ip.PingAsync(other.Address, timeout: TimeSpan.FromSeconds(1))).IsReply;
            Assert.That((await one.Ip.PingAsync((shared ? other.Ip : otherServed).IPv4Address!)).IsReply, Is.True);
            Assert.That((await other.Ip.PingAsync((shared ? one.Ip : oneServed).IPv4Address!)).IsReply, Is.True);
        },
        seed: (ulong)milliseconds);

    private static async Task FindAndPairAsync(World world, Station server, Station client)
    {
        var found = await client.Host.InquireAsync();
        Assert.That(found.Select(static device => device.Address), Does.Contain(server.Peer.Address), "inquiry finds the server");
        Assert.That(found.Single(device => device.Address == server.Peer.Address).Name, Is.EqualTo(server.Name));
        await World.BondAsync(client, server);
        await world.UntilAsync(
            () => server.EventsOf<Paired>().Any(paired => paired.Peer == client.Peer && paired.Bonded), "both keep the key");
        Assert.That(client.EventsOf<Paired>().Single().Bonded, Is.True);
    }

    private static async Task AssertAllReachAsync(Station server, Station one, Station other)
    {
        await one.AssertReachesAsync(other);
        await other.AssertReachesAsync(one);
        await one.AssertReachesAsync(server);
        await server.AssertReachesAsync(other);
    }
}
