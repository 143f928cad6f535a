using HostStack.Bnep.Control;
using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Host;
using HostStack.Pan;
using HostStack.Pan.Authorization;

namespace HostStack.EndToEnd.Tests.Security;

/// <summary>What a role asks, judged where the role is known: at BNEP setup.</summary>
[TestFixture]
internal sealed class RoleSecurityTests
{
    private static readonly SecurityRequirement Authenticated = new() { Authenticated = true };
    private const ushort Bnep = 0x000F;

    [Test]
    public void AuthenticatedRole_WithAJustWorksBond_IsReachedByPairingAgain() => World.Run(async world =>
    {
        var (serverUser, clientUser) = (new ScriptedAgent(), new ScriptedAgent());
        var server = await world.HostAsync(1);
        var client = await world.HostAsync(2);
        await World.BondAsync(client, server);
        await server.Host.DisposeAsync();
        await client.Host.DisposeAsync();

        // The same devices, with users that can compare digits.
        server = await world.HostAsync(
            1, new BluetoothHostOptions { PairingAgent = serverUser, KeyStore = server.KeyStore }, on: server.Controller);
        client = await world.HostAsync(
            2, new BluetoothHostOptions { PairingAgent = clientUser, KeyStore = client.KeyStore }, on: client.Controller);
        await server.Host.ServeAsync(PanRole.Gn, server.Port, new PanServiceOptions { Security = Authenticated });

        var weak = await client.TryJoinAsync(server, PanRole.Gn);
        Assert.That(weak.Connection, Is.Null, "the Just Works key is not enough, and nobody opened the window");
        Assert.That(weak.Refusal!.Remedy, Is.Not.Empty);
        Assert.That((await server.Host.GetBondsAsync()).Single().KeyType, Is.EqualTo(LinkKeyType.UnauthenticatedP256));

        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var again = await client.Host.PairAsync(server.Peer, Authenticated);
        Assert.That(again.KeyType, Is.EqualTo(LinkKeyType.AuthenticatedP256), again.ToString());
        Assert.That(serverUser.Digits, Is.EqualTo(clientUser.Digits));
        await client.JoinAsync(server, PanRole.Gn, new PanClientOptions { Security = Authenticated });
        await client.AssertReachesAsync(server);
    });

    [Test]
    public void StrictRole_BesideALaxOne_IsRefusedAtSetupWith0004() => World.Run(async world =>
    {
        var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
        await World.BondAsync(client, server);
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await server.Host.ServeAsync(PanRole.Nap, server.AddPort("nap", 9).Port, new PanServiceOptions { Security = Authenticated });

        var joined = await client.TryJoinAsync(server, PanRole.Nap);

        Assert.That(joined.Refusal!.Code, Is.EqualTo(SetupResponseCode.NotAllowed));
        var told = server.SingleNo<SetupRefused>();
        Assert.That((told.Layer, told.Rule), Is.EqualTo((RefusalLayer.Security, "link security: NotAuthenticated")));
        Assert.That((told.Role, told.KeyType), Is.EqualTo(("NAP", LinkKeyType.UnauthenticatedP256)));
        await client.JoinAsync(server, PanRole.Gn);
        await client.AssertReachesAsync(server);
    });

    [Test]
    public void PairedButNotBondedPeer_IsRefusedAtSetupWith0004() => World.Run(async world =>
    {
        var server = await world.HostAsync(1);
        var client = await world.HostAsync(2, new BluetoothHostOptions { Security = new SecurityOptions { Bond = false } });
        await server.Host.ServeAsync(PanRole.Gn, server.Port);

        // The link is encrypted by a key that the server has not kept: its bond is removed behind the link's back.
        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var raw = await world.RawAsync();
        await raw.ConnectAsync(server.Peer);
        await raw.SecureAsync();
        server.KeyStore.Remove(server.KeyStore.List().Single().Id);
        await server.Host.ClosePairingWindowAsync();

        var channel = await raw.OpenChannelAsync(Bnep);
        raw.SendPdu(channel.Remote, [0x01, 0x01, 0x02, 0x11, 0x17, 0x11, 0x15]);
        await world.UntilAsync(() => channel.Received.Count > 0, "the setup is answered");

        Assert.That(channel.Received[0], Is.EqualTo((byte[])[0x01, 0x02, 0x00, 0x04]));
        var told = server.SingleNo<SetupRefused>();
        Assert.That(told.Rule, Is.EqualTo("authorization: bonded"));
        Assert.That(client.EventsOf<Refused>(), Is.Empty);
    });

    [Test]
    [TestCase(0x1116, 0x1115, 0x0004, TestName = "Setup_RoleNotServed_0004")]
    [TestCase(0x1119, 0x1115, 0x0001, TestName = "Setup_UnknownDestination_0001")]
    [TestCase(0x1117, 0x1119, 0x0002, TestName = "Setup_UnknownSource_0002")]
    [TestCase(0x1117, 0x1116, 0x0002, TestName = "Setup_GnForANap_0002")]
    public void Setup_OnTheWire(int destination, int source, int answer) => World.Run(async world =>
    {
        var server = await world.HostAsync(1);
        await server.Host.ServeAsync(PanRole.Gn, server.Port, new PanServiceOptions { Authorization = AuthorizationRule.All });
        var raw = await world.RawAsync();
        await raw.BondAsync(server);
        var channel = await raw.OpenChannelAsync(Bnep);

        raw.SendPdu(channel.Remote, [0x01, 0x01, 0x02, (byte)(destination >> 8), (byte)destination, (byte)(source >> 8), (byte)source]);
        await world.UntilAsync(() => channel.Received.Count > 0, "the setup is answered");

        Assert.That(channel.Received, Is.EqualTo((byte[][])[[0x01, 0x02, (byte)(answer >> 8), (byte)answer]]));
        var told = server.SingleNo<SetupRefused>();
        Assert.That((int)told.Code!.Value, Is.EqualTo(answer));
        Assert.That(channel.IsClosed, Is.False, "the peer may ask again on the same channel");
    });

    [Test]
    public void UnencryptedPeer_AsksForBnep_SecurityBlock_AndTheLinkEndsWhereTheHostKnowsThatThePeerCouldDoBetter(
        [Values] bool known) => World.Run(async world =>
    {
        const ushort securityBlock = 3;
        const byte authenticationFailure = 0x05;
        var server = await world.HostAsync(1);
        await server.Host.ServeAsync(PanRole.Gn, server.Port, new PanServiceOptions { Authorization = AuthorizationRule.All });
        var raw = await world.RawAsync();
        await raw.ConnectAsync(server.Peer);
        await world.DelayAsync(known ? 100 : 0);

        var channel = await raw.RequestChannelAsync(Bnep);
        Assert.That(channel.Result, Is.EqualTo(securityBlock));
        var told = server.SingleNo<Refused>();
        Assert.That(told.Role, Is.EqualTo("PSM 0x000F"));
        Assert.That(
            (told.Layer, told.Rule),
            Is.EqualTo(known ? (RefusalLayer.L2cap, "EncryptionRequired") : (RefusalLayer.Security, "link security: PairingNotAllowed")));
        if (known)
        {
            await world.UntilAsync(() => !raw.IsConnected, "the link is ended");
            Assert.That(raw.Reason, Is.EqualTo(authenticationFailure));
        }
    });
}
