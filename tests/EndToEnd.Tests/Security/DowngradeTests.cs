using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Host;
using HostStack.Pan;
using HostStack.VirtualController.Controllers;

namespace HostStack.EndToEnd.Tests.Security;

/// <summary>Peers that are less than they were, and hosts that take Secure Connections only.</summary>
[TestFixture]
internal sealed class DowngradeTests
{
    private static readonly BluetoothHostOptions WithoutSecureConnections = new() { Hci = new HciOptions { SecureConnections = false } };

    [Test, Category("Attack"), Property("Id", "CVE-2020-10135"), Property("Id", "CVE-2023-24023")]
    public void BondedPeer_ThatDropsSecureConnections_IsRefused([Values] bool peerInitiates) => World.Run(async world =>
    {
        var (victim, peer) = (await world.HostAsync(1), await world.HostAsync(2));
        await victim.Host.ServeAsync(PanRole.Gn, victim.Port);
        await World.BondAsync(peer, victim);
        await peer.Host.DisposeAsync();

        // The same address and the same key, and no Secure Connections any more.
        var changed = await world.HostAsync(3, WithoutSecureConnections with { KeyStore = peer.KeyStore }, on: peer.Controller);
        victim.ForgetEvents();
        if (peerInitiates)
        {
            var joined = await changed.TryJoinAsync(victim, PanRole.Gn);
            Assert.That(joined.Connection, Is.Null);
        }
        else
        {
            await changed.Host.ServeAsync(PanRole.Nap, changed.Port);
            var (port, _) = victim.AddPort("user", 9);
            var joined = await victim.Host.TryConnectAsync(changed.Peer, PanRole.Nap, port);
            Assert.That(joined.Connection, Is.Null);
            Assert.That(joined.Refusal!.Layer, Is.EqualTo(RefusalLayer.Security));
        }

        await world.DelayAsync(1000);
        Assert.That(victim.EventsOf<PeerJoined>(), Is.Empty);
        Assert.That((await victim.Host.GetBondsAsync()).Single().KeyType, Is.EqualTo(LinkKeyType.UnauthenticatedP256), "the key stays");
        if (!peerInitiates)
        {
            Assert.That(victim.SingleNo<Refused>().Rule, Is.EqualTo("link security: SecurityDowngrade"));
        }
    });

    [Test]
    public void SecureConnectionsOnly_TakesAPeerThatHasThem() => World.Run(async world =>
    {
        var strict = new BluetoothHostOptions { Security = new SecurityOptions { SecureConnectionsOnly = true } };
        var (server, client) = (await world.HostAsync(1, strict), await world.HostAsync(2));
        await server.Host.ServeAsync(
            PanRole.Gn, server.Port, new PanServiceOptions { Security = new SecurityRequirement { SecureConnectionsOnly = true } });
        await World.BondAsync(client, server);
        await client.JoinAsync(server, PanRole.Gn);
        await client.AssertReachesAsync(server);
    });

    [Test]
    public void SecureConnectionsOnly_RefusesAPeerWithoutThem() => World.Run(async world =>
    {
        var strict = new BluetoothHostOptions { Security = new SecurityOptions { SecureConnectionsOnly = true } };
        var server = await world.HostAsync(1, strict);
        var client = await world.HostAsync(2, controller: new ControllerOptions { SecureConnections = false });
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));

        var outcome = await client.Host.PairAsync(server.Peer);

        Assert.That(outcome.Succeeded, Is.False);
        await world.DelayAsync(1000);
        Assert.That(server.EventsOf<Refused>().Single().Rule, Is.EqualTo(nameof(SecurityRule.NoSecureConnections)));
        Assert.That(await server.Host.GetBondsAsync(), Is.Empty);
        Assert.That((await client.TryJoinAsync(server, PanRole.Gn)).Connection, Is.Null);
    });

    [Test]
    public void SecureConnectionsOnlyService_RefusesAP192Link_AtItsChannel() => World.Run(async world =>
    {
        var server = await world.HostAsync(1);
        var client = await world.HostAsync(2, controller: new ControllerOptions { SecureConnections = false });
        await server.Host.ServeAsync(
            PanRole.Gn, server.Port, new PanServiceOptions { Security = new SecurityRequirement { SecureConnectionsOnly = true } });
        await World.BondAsync(client, server);

        var joined = await client.TryJoinAsync(server, PanRole.Gn);

        Assert.That(joined.Connection, Is.Null);
        Assert.That(server.EventsOf<PeerJoined>(), Is.Empty);

        // The client believes a security block the second time; what is refused again for the same is told once.
        var told = server.SingleNo<Refused>();
        Assert.That((told.Layer, told.Role), Is.EqualTo((RefusalLayer.Security, "PSM 0x000F")));
    });
}
