using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.EndToEnd.Tests.Epochs;

/// <summary>A host that is disposed at any step of anything: it is idempotent, ends pending calls, and leaves the controller to
/// the next host.</summary>
[TestFixture]
internal sealed class DisposeTests
{
    // Links have 2 s to end, a Reset 5 s.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    public enum Procedure
    {
        Inquiry,
        Pairing,
        Connecting,
        Pinging,
        Serving,
    }

    [Test]
    public void Dispose_AtAnyStep_LeavesNothing([Values] Procedure procedure, [Range(1, 24)] int seed)
    {
        var fault = new StepFault();
        World.Run(
            async world =>
            {
                var server = await world.HostAsync(1, new BluetoothHostOptions { Discoverable = true });
                var client = await world.HostAsync(2);
                var network = await server.Host.ServeAsync(PanRole.Gn, server.Port);
                await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(5));
                if (procedure != Procedure.Pairing)
                {
                    await World.BondAsync(client, server);
                }

                var connection = procedure is Procedure.Pinging or Procedure.Serving ? await client.JoinAsync(server, PanRole.Gn) : null;
                var moment = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var hit = procedure == Procedure.Serving ? server : client;
                fault.Arm(hit.Controller, 1 + world.Random.Next(30), _ => moment.TrySetResult());
                var call = StartAsync(procedure, server, client);
                await world.UntilAsync(() => moment.Task.IsCompleted || call.IsCompleted, "the moment comes");
                fault.Disarm();

                var first = hit.Host.DisposeAsync().AsTask();
                var second = hit.Host.DisposeAsync().AsTask();
                Assert.That(await world.EndsWithinAsync(first, Bound, "disposing"), Is.Null);
                Assert.That(await world.EndsWithinAsync(second, Bound, "disposing again"), Is.Null);
                if (await world.EndsWithinAsync(call, Bound, "the pending call") is { } failure)
                {
                    Assert.That(
                        failure,
                        Is.TypeOf<ControllerUnavailableException>().Or.InstanceOf<ObjectDisposedException>()
                            .Or.InstanceOf<OperationCanceledException>(),
                        failure.ToString());
                }

                await hit.Host.DisposeAsync();
                if (connection is not null)
                {
                    await connection.DisposeAsync();
                }

                await network.DisposeAsync();
                Assert.That(hit.Controller.LinkCount, Is.Zero, "no link is left");
                Assert.That(hit.Port.IsCarrierUp, Is.False);
                Assert.That(hit.AllEvents()[^1], Is.TypeOf<HostClosed>());
                await UsableByTheNextAsync(world, hit, hit == server ? client : server);
            },
            seed: (ulong)seed,
            faults: fault);
    }

    [Test]
    public void Calls_OnADisposedHost_SayThatItIsClosed() => World.Run(async world =>
    {
        var host = await world.HostAsync(1);
        await host.Host.DisposeAsync();
        foreach (var call in new Func<Task>[]
        {
            () => host.Host.InquireAsync(),
            () => host.Host.PairAsync(host.Peer),
            () => host.Host.ServeAsync(PanRole.Gn, host.Port),
            () => host.Host.ConnectAsync(host.Peer, PanRole.Gn, host.Port),
        })
        {
            var failure = await world.EndsWithinAsync(call(), Bound, "a call");
            Assert.That(failure, Is.InstanceOf<ObjectDisposedException>().Or.TypeOf<ControllerUnavailableException>());
        }
    });

    [Test]
    public void Dispose_WhileTheControllerIsAway_EndsAtOnce() => World.Run(async world =>
    {
        var host = await world.HostAsync(1);
        host.Controller.PowerOff();
        await world.UntilAsync(() => host.EventsOf<ControllerLost>().Any(), "the loss is noticed");
        var began = world.Now;
        await host.Host.DisposeAsync();
        Assert.That(world.Now - began, Is.LessThan(TimeSpan.FromSeconds(1)));
        await world.DelayAsync(TimeSpan.FromMinutes(2));
        Assert.That(host.AllEvents()[^1], Is.TypeOf<HostClosed>(), "it is not opened again");
    });

    private static Task StartAsync(Procedure procedure, Station server, Station client) => procedure switch
    {
        Procedure.Inquiry => client.Host.InquireAsync(),
        Procedure.Pairing => client.Host.PairAsync(server.Peer),
        Procedure.Connecting => client.TryJoinAsync(server, PanRole.Gn),
        _ => PingAsync(server, client),
    };

    private static async Task PingAsync(Station server, Station client)
    {
        for (var i = 0; i < 10; i++)
        {
            await client.Ip.PingAsync(server.Address, payloadLength: 1400, timeout: TimeSpan.FromMilliseconds(500));
        }
    }

    private static async Task UsableByTheNextAsync(World world, Station former, Station peer)
    {
        await world.DelayAsync(TimeSpan.FromSeconds(15));
        var next = await world.HostAsync(9, on: former.Controller);
        await next.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(5));
        await peer.Host.RemoveBondAsync(former.Peer);
        await world.DelayAsync(TimeSpan.FromSeconds(1));
        var outcome = await peer.Host.PairAsync(former.Peer);
        Assert.That(outcome.Succeeded, Is.True, outcome.ToString());
    }
}
