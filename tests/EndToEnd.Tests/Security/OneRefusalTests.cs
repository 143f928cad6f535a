using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Host;
using HostStack.L2cap.Channels;
using HostStack.Pan;
using HostStack.Sdp.Client;

namespace HostStack.EndToEnd.Tests.Security;

/// <summary>A refusal is one event, with layer, rule, role, key type and remedy, whichever layer it begins in.</summary>
[TestFixture]
internal sealed class OneRefusalTests
{
    private static readonly SecurityRequirement Authenticated = new() { Authenticated = true };

    [Test]
    public void Join_WithoutABondAndWithTheWindowClosed_IsOneEvent() => World.Run(async world =>
    {
        var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
        await server.Host.ServeAsync(PanRole.Gn, server.Port);

        var joined = await client.TryJoinAsync(server, PanRole.Gn);

        AssertTold(client, joined, SecurityRule.PairingNotAllowed, "pairing window");
        Assert.That(server.EventsOf<Refused>(), Is.Empty, "it was not asked");
    });

    [Test]
    public void Join_UserSaysNoWhileItPairs_IsOneEvent() => World.Run(async world =>
    {
        var server = await world.HostAsync(1, new BluetoothHostOptions { PairingAgent = new ScriptedAgent() });
        var client = await world.HostAsync(
            2, new BluetoothHostOptions { PairingAgent = new ScriptedAgent { Confirm = static _ => false } });
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        await client.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));

        var joined = await client.TryJoinAsync(server, PanRole.Gn);

        AssertTold(client, joined, SecurityRule.UserRefused, "accept");
        Assert.That(client.EventsOf<PairingFailed>().Count(), Is.EqualTo(1), "the pairing's own end");
    });

    [Test]
    public void Join_AskingAuthenticationWithAJustWorksBond_IsOneEvent_WithTheBondsKeyType() => World.Run(async world =>
    {
        var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
        await World.BondAsync(client, server);
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        client.ForgetEvents();

        var joined = await client.TryJoinAsync(server, PanRole.Gn, new PanClientOptions { Security = Authenticated });

        var told = client.SingleNo<Refused>();
        Assert.That(told, Is.EqualTo(joined.Refusal));
        Assert.That((told.Layer, told.Role, told.KeyType), Is.EqualTo((RefusalLayer.Security, "PANU", LinkKeyType.UnauthenticatedP256)));
    });

    [Test]
    public void Channel_AskedByAProgram_IsOneEventOfTheSecurityLayer() => World.Run(async world =>
    {
        var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        var link = (await client.Host.ConnectLinkAsync(server.Peer)).Link!;

        var outcome = await client.Host.Loop.RunAsync(() => client.Host.L2cap.ConnectAsync(
            link, Psm.Bnep, new ChannelOptions(), new SdpClient(client.Host.Loop.Timers)));

        Assert.That(outcome.Shortfall, Is.EqualTo(SecurityShortfall.PairingNotAllowed));
        var told = client.SingleNo<Refused>();
        Assert.That((told.Layer, told.Rule), Is.EqualTo((RefusalLayer.Security, nameof(SecurityRule.PairingNotAllowed))));
    });

    [Test]
    public void Join_GivenUpWhileTheUserThinks_IsStillOneEvent() => World.Run(async world =>
    {
        var server = await world.HostAsync(1, new BluetoothHostOptions { PairingAgent = new ScriptedAgent() });
        var client = await world.HostAsync(
            2, new BluetoothHostOptions { PairingAgent = new ScriptedAgent { Confirm = static _ => null } });
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        await client.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        using var given = new CancellationTokenSource(TimeSpan.FromSeconds(5), world.Simulation.Time);

        var joining = client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port, null, given.Token);
        await world.UntilAsync(() => joining.IsCompleted, "the attempt is given up");
        await world.DelayAsync(60_000);

        Assert.That(joining.IsCanceled, Is.True, $"{joining.Status} {joining.Exception}");
        var told = client.SingleNo<Refused>();
        Assert.That((told.Rule, told.Role), Is.EqualTo(("link security: AgentTooLate", "PANU")));
    });

    // The client believes a "security block" the second time alone: the server refuses the same thing twice in a moment.
    [Test]
    public void Join_OfAServerThatAsksMoreThanTheKeyProves_IsOneEventThere() => World.Run(async world =>
    {
        var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
        await World.BondAsync(client, server);
        await server.Host.ServeAsync(PanRole.Gn, server.Port, new PanServiceOptions { Security = Authenticated });
        server.ForgetEvents();

        Assert.That((await client.TryJoinAsync(server, PanRole.Gn)).Refusal!.Rule, Does.EndWith("twice"));

        var told = server.SingleNo<Refused>();
        Assert.That((told.Layer, told.Peer), Is.EqualTo((RefusalLayer.Security, client.Peer)));
        client.ForgetEvents();
        server.ForgetEvents();
        await world.DelayAsync(5_000);
        Assert.That((await client.TryJoinAsync(server, PanRole.Gn)).Connection, Is.Null);
        Assert.That(server.EventsOf<Refused>().Count(), Is.EqualTo(1), "another attempt is another refusal");
    });

    private static void AssertTold(Station client, PanConnectResult joined, SecurityRule rule, string remedy)
    {
        Assert.That(joined.Connection, Is.Null);
        var told = client.SingleNo<Refused>();
        Assert.That(told, Is.EqualTo(joined.Refusal));
        Assert.That((told.Layer, told.Rule, told.Role), Is.EqualTo((RefusalLayer.Security, $"link security: {rule}", "PANU")));
        Assert.That(told.Remedy, Does.Contain(remedy));
    }
}
