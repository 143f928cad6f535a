using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Host;
using HostStack.Pan;
using HostStack.VirtualController.Controllers;

namespace HostStack.EndToEnd.Tests.Security;

/// <summary>Encryption keys that are too short, or whose size nobody can tell, end to end (KNOB, CVE-2019-9506).</summary>
[TestFixture]
internal sealed class KeySizeTests
{
    private static readonly SecurityRequirement SevenOctets = new() { MinimumKeySize = 7 };

    [Test, Category("Attack"), Property("Id", "CVE-2019-9506")]
    public void ShortKey_OfThePeersController_IsRefusedBeforeAnyService([Values(1, 6, 7, 15)] byte size) => World.Run(async world =>
    {
        var server = await world.HostAsync(1);
        var client = await world.HostAsync(2, controller: new ControllerOptions { EncryptionKeySize = size });
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));

        var outcome = await client.Host.PairAsync(server.Peer);
        Assert.That(outcome.Succeeded, Is.False);
        Assert.That(
            outcome.Shortfall == SecurityShortfall.KeyTooShort || outcome.Rule == SecurityRule.KeyTooShort, Is.True, outcome.ToString());
        client.ForgetEvents();
        var joined = await client.TryJoinAsync(server, PanRole.Gn);

        Assert.That(joined.Connection, Is.Null);
        Assert.That(joined.Refusal!.Layer, Is.EqualTo(RefusalLayer.Security));
        Assert.That(joined.Refusal.Remedy, Is.Not.Empty);
        Assert.That(server.EventsOf<PeerJoined>(), Is.Empty);
        Assert.That(client.EventsOf<SetupRefused>().Count(), Is.EqualTo(1));
        if (size < SecurityOptions.ShortestKey)
        {
            await world.UntilAsync(() => server.Controller.LinkCount == 0, "a link of such a key is ended");
            Assert.That(
                server.EventsOf<Refused>().Select(static refused => refused.Rule), Does.Contain(nameof(SecurityRule.KeyTooShort)));
        }
    });

    [Test]
    public void SevenOctets_AreEnough_WhereBothSidesSaySo([Values(7, 15)] byte size) => World.Run(async world =>
    {
        var server = await world.HostAsync(1);
        var client = await world.HostAsync(2, controller: new ControllerOptions { EncryptionKeySize = size });
        await server.Host.ServeAsync(PanRole.Gn, server.Port, new PanServiceOptions { Security = SevenOctets });
        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        Assert.That((await client.Host.PairAsync(server.Peer, SevenOctets)).Succeeded, Is.True);

        await client.JoinAsync(server, PanRole.Gn, new PanClientOptions { Security = SevenOctets });

        await client.AssertReachesAsync(server);
        var peer = (await server.Host.GetPanStatusAsync()).Networks.Single().Peers.Single();
        Assert.That(peer.Security.KeySize, Is.EqualTo(size));
    });

    [Test]
    public void StrictServer_RefusesTheLaxClientAtItsChannel() => World.Run(async world =>
    {
        var server = await world.HostAsync(1);
        var client = await world.HostAsync(2, controller: new ControllerOptions { EncryptionKeySize = 7 });
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        Assert.That((await client.Host.PairAsync(server.Peer, SevenOctets)).Succeeded, Is.True);
        server.ForgetEvents();

        var joined = await client.TryJoinAsync(server, PanRole.Gn, new PanClientOptions { Security = SevenOctets });

        Assert.That(joined.Connection, Is.Null);
        Assert.That(server.EventsOf<PeerJoined>(), Is.Empty);
        var told = server.EventsOf<Refused>().ToArray();
        Assert.That(told, Is.Not.Empty);
        Assert.That(told.Select(static refused => refused.Remedy), Is.All.Not.Empty);
    });

    [Test]
    public void ControllerThatCannotTellTheSize_IsRefused_UnlessTheServiceAllowsIt([Values] bool allows) => World.Run(async world =>
    {
        const ushort readEncryptionKeySize = 0x1408;
        var requirement = new SecurityRequirement { AllowUnknownKeySize = allows };
        var server = await world.HostAsync(
            1, controller: new ControllerOptions { UnsupportedCommands = new HashSet<ushort> { readEncryptionKeySize } });
        var client = await world.HostAsync(2);
        await server.Host.ServeAsync(PanRole.Gn, server.Port, new PanServiceOptions { Security = requirement });
        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        await client.Host.PairAsync(server.Peer);

        var joined = await client.TryJoinAsync(server, PanRole.Gn);

        Assert.That(joined.Connection is not null, Is.EqualTo(allows));
        if (allows)
        {
            await client.AssertReachesAsync(server);
        }
        else
        {
            Assert.That(joined.Refusal!.Remedy, Is.Not.Empty);
            Assert.That(server.EventsOf<PeerJoined>(), Is.Empty);
            Assert.That(
                server.EventsOf<Refused>().Any(static refused => refused.Remedy.Contains("key size", StringComparison.OrdinalIgnoreCase)
                    || refused.Remedy.Contains("unknown", StringComparison.OrdinalIgnoreCase)),
                Is.True, "the server says what to do");
        }
    });
}
