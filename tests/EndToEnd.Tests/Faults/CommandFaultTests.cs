using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.Pan;
using HostStack.VirtualController.Faults;

namespace HostStack.EndToEnd.Tests.Faults;

/// <summary>Completions of commands that are lost, late or come twice.</summary>
[TestFixture]
internal sealed class CommandFaultTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    [Test]
    public void Completions_Duplicated_ChangeNothing([Range(1, 20)] int seed) => World.Run(
        WholeStoryAsync, (ulong)seed, faults: new FaultPlan((ulong)seed) { DuplicateCompletion = 0.5 });

    [Test]
    public void Completions_LateButInTime_ChangeNothing([Range(1, 20)] int seed) => World.Run(
        WholeStoryAsync,
        (ulong)seed,
        faults: new FaultPlan((ulong)seed) { DelayCompletion = 0.3, Lateness = TimeSpan.FromMilliseconds(900) });

    [Test]
    public void Completions_LostOrTooLate_TheHostRecovers([Range(1, 24)] int seed, [Values] bool late)
    {
        var plan = new FaultPlan((ulong)seed) { Lateness = TimeSpan.FromSeconds(3) };
        World.Run(
            async world =>
            {
                var server = await world.HostAsync(1, new BluetoothHostOptions { Discoverable = true });
                var client = await world.HostAsync(2);
                await server.Host.ServeAsync(PanRole.Gn, server.Port);
                await server.Host.OpenPairingWindowAsync(TimeSpan.FromHours(1));
                (plan.LoseCompletion, plan.DelayCompletion) = late ? (0.0, 0.1) : (0.1, 0.0);
                foreach (var call in new Func<Task>[]
                {
                    () => client.Host.InquireAsync(),
                    () => client.Host.PairAsync(server.Peer),
                    () => client.Host.BrowseAsync(server.Peer),
                    () => client.TryJoinAsync(server, PanRole.Gn),
                })
                {
                    if (await world.EndsWithinAsync(call(), Bound, "a call") is { } failure)
                    {
                        Assert.That(failure, Is.TypeOf<ControllerUnavailableException>(), failure.ToString());
                        Assert.That(failure.Message, Does.EndWith("."));
                    }
                }

                (plan.LoseCompletion, plan.DelayCompletion) = (0, 0);
                await world.DelayAsync(TimeSpan.FromMinutes(3));
                foreach (var station in world.Stations)
                {
                    Assert.That((await station.Host.GetStatusAsync()).State, Is.EqualTo(HciHostState.Open), station.Name);
                }

                await client.Host.RemoveBondAsync(server.Peer);
                await server.Host.RemoveBondAsync(client.Peer);
                await world.DelayAsync(TimeSpan.FromSeconds(2));
                await World.BondAsync(client, server);
                if ((await client.Host.GetPanStatusAsync()).Connections.Count == 0)
                {
                    await client.JoinAsync(server, PanRole.Gn);
                }

                await client.AssertReachesAsync(server, "after the faults");
            },
            (ulong)seed,
            faults: plan);
    }

    [Test]
    public void Reset_NeverAnswered_OpeningEndsInBoundedTime() => World.Run(
        async world =>
        {
            var controller = world.Radio.Add();
            var failure = await world.EndsWithinAsync(world.HostAsync(1, on: controller), TimeSpan.FromSeconds(20), "opening");
            Assert.That(failure, Is.TypeOf<ControllerUnavailableException>());
            Assert.That(failure!.Message, Does.EndWith("."));
        },
        faults: new FaultPlan(1) { LoseCompletion = 1, Commands = { 0x0C03 } });

    private static async Task WholeStoryAsync(World world)
    {
        var server = await world.HostAsync(1, new BluetoothHostOptions { Discoverable = true });
        var client = await world.HostAsync(2);
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        Assert.That((await client.Host.InquireAsync()).Count, Is.EqualTo(1));
        await World.BondAsync(client, server);
        await client.JoinAsync(server, PanRole.Gn);
        await client.AssertReachesAsync(server);
        Assert.That(client.EventsOf<ControllerLost>(), Is.Empty);
        Assert.That(server.EventsOf<ControllerLost>(), Is.Empty);
    }
}
