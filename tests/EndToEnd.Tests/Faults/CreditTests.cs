using HostStack.EndToEnd.Tests.Rig;
using HostStack.Host;
using HostStack.Pan;
using HostStack.VirtualController.Faults;

namespace HostStack.EndToEnd.Tests.Faults;

/// <summary>Controllers that give back too few buffers, or too many, and an air that loses and changes packets.</summary>
[TestFixture]
internal sealed class CreditTests
{
    [Test]
    public void Credits_OverCompleted_AreCountedAndNotBelieved([Range(1, 20)] int seed) => World.Run(
        async world =>
        {
            var (server, client) = await JoinedAsync(world);
            for (var i = 0; i < 50; i++)
            {
                Assert.That((await client.Ip.PingAsync(server.Address, payloadLength: 1400)).IsReply, Is.True);
            }

            Assert.That(client.Credits.Counters.OverCompleted + server.Credits.Counters.OverCompleted, Is.GreaterThan(0));
            Assert.That(client.Credits.Steps, Is.GreaterThan(100), "the account was checked at every step");
        },
        (ulong)seed,
        faults: new FaultPlan((ulong)seed) { OverComplete = 0.3 });

    [Test]
    public void Credits_Leaked_StarveTheLink_AndComeBackWithIt([Range(1, 20)] int seed)
    {
        var plan = new FaultPlan((ulong)seed);
        World.Run(
            async world =>
            {
                var (server, client) = await JoinedAsync(world);
                plan.LeakCredit = 0.2;
                for (var i = 0; i < 40; i++)
                {
                    await client.Ip.PingAsync(server.Address, payloadLength: 1400, timeout: TimeSpan.FromMilliseconds(200));
                }

                plan.LeakCredit = 0;
                Assert.That(client.Credits.InFlight + server.Credits.InFlight, Is.GreaterThan(0), "credits were lost");

                // The end of the link gives back whatever it held (Core, Vol 4, Part E, 4.3).
                await client.Host.DisconnectLinkAsync(server.Peer);
                await server.Host.DisconnectLinkAsync(client.Peer);
                await world.UntilAsync(
                    () => client.Controller.LinkCount + server.Controller.LinkCount == 0, "the link is down");
                await world.DelayAsync(100);
                Assert.That((client.Credits.InFlight, server.Credits.InFlight), Is.EqualTo((0, 0)));
                await world.UntilAsync(() => !client.Port.IsCarrierUp, "the connection is over");
                await client.JoinAsync(server, PanRole.Gn);
                await client.AssertReachesAsync(server, "with all credits");
            },
            (ulong)seed,
            faults: plan);
    }

    [Test]
    public void Air_LosesAndChangesPackets_NothingFaults([Range(1, 24)] int seed)
    {
        var plan = new FaultPlan((ulong)seed);
        World.Run(
            async world =>
            {
                var (server, client) = await JoinedAsync(world);
                (plan.LoseAcl, plan.CorruptAcl) = (0.05, 0.2);
                for (var i = 0; i < 60; i++)
                {
                    if (client.Port.IsCarrierUp)
                    {
                        await client.Ip.PingAsync(server.Address, payloadLength: 1400, timeout: TimeSpan.FromMilliseconds(100));
                    }
                    else
                    {
                        await world.EndsWithinAsync(
                            client.TryJoinAsync(server, PanRole.Gn), TimeSpan.FromMinutes(5), "a connection over a bad air");
                    }
                }

                (plan.LoseAcl, plan.CorruptAcl) = (0, 0);
                Assert.That(plan.Injected, Is.GreaterThan(10));
                await ReconnectAsync(world, server, client);
            },
            (ulong)seed,
            faults: plan);
    }

    [Test]
    public void Air_BadWhileEverythingIsSetUp_CallsEnd([Range(1, 24)] int seed)
    {
        var plan = new FaultPlan((ulong)seed) { LoseAcl = 0.1, CorruptAcl = 0.3 };
        World.Run(
            async world =>
            {
                var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
                await server.Host.ServeAsync(PanRole.Gn, server.Port);
                await World.BondAsync(client, server);
                for (var i = 0; i < 5; i++)
                {
                    await world.EndsWithinAsync(client.Host.BrowseAsync(server.Peer), TimeSpan.FromMinutes(5), "browsing");
                    var joining = client.TryJoinAsync(server, PanRole.Gn);
                    var failure = await world.EndsWithinAsync(joining, TimeSpan.FromMinutes(5), "connecting");
                    Assert.That(failure, Is.Null, "a bad air is a refusal, not an exception");
                    if ((await joining).Connection is { } connection)
                    {
                        await connection.DisposeAsync();
                    }
                }

                (plan.LoseAcl, plan.CorruptAcl) = (0, 0);
                await ReconnectAsync(world, server, client);
            },
            (ulong)seed,
            faults: plan);
    }

    private static async Task<(Station Server, Station Client)> JoinedAsync(World world)
    {
        var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await World.BondAsync(client, server);
        await client.JoinAsync(server, PanRole.Gn);
        await client.AssertReachesAsync(server, "before the faults");
        return (server, client);
    }

    private static async Task ReconnectAsync(World world, Station server, Station client)
    {
        await client.Host.DisconnectLinkAsync(server.Peer);
        await world.UntilAsync(() => client.Controller.LinkCount + server.Controller.LinkCount == 0, "the link is down");
        await world.UntilAsync(() => !client.Port.IsCarrierUp, "the connection is over");
        await world.DelayAsync(100);
        await client.JoinAsync(server, PanRole.Gn);
        await client.AssertReachesAsync(server, "after the faults");
    }
}
