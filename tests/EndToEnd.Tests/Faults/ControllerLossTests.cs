using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.Pan;
using HostStack.VirtualController.Controllers;

namespace HostStack.EndToEnd.Tests.Faults;

/// <summary>A controller that is unplugged, or that fails, at any step of any procedure: every pending call ends with one
/// clear sentence in bounded time, and the host serves again.</summary>
[TestFixture]
internal sealed class ControllerLossTests
{
    private const int Steps = 24;

    // Bounded by what waits longest: a command (2 s), a Reset (5 s), the supervision of a peer (10 s).
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Bench = TimeSpan.FromSeconds(3);
    private static readonly Action<SimulatedController> Unplug = static controller => controller.PowerOff();
    private static readonly Action<SimulatedController> Fail = static controller => controller.RaiseHardwareError();

    public enum Procedure
    {
        Inquiry,
        Pairing,
        Connecting,
        Browsing,
        Pinging,
    }

    [Test]
    public void BringUp_Unplugged_OpeningFailsWithOneSentence([Range(1, 40)] int step) => AtBringUp(step, Unplug);

    [Test]
    public void BringUp_HardwareError_IsSurvived([Range(1, 40)] int step) => AtBringUp(step, Fail);

    [Test]
    public void Unplugged_AtAnyStep_CallsEnd_AndTheHostServesAgain([Values] Procedure procedure, [Range(1, Steps)] int seed) =>
        AtStep(procedure, seed, Unplug, ofServer: false);

    [Test]
    public void ServerUnplugged_AtAnyStep_CallsEnd_AndItServesAgain(
        [Values(Procedure.Pairing, Procedure.Connecting, Procedure.Pinging)] Procedure procedure, [Range(1, Steps)] int seed) =>
        AtStep(procedure, seed, Unplug, ofServer: true);

    [Test]
    public void HardwareError_AtAnyStep_CallsEnd_AndTheHostServesAgain([Values] Procedure procedure, [Range(1, Steps)] int seed) =>
        AtStep(procedure, seed, Fail, ofServer: seed % 2 == 0);

    private static void AtBringUp(int step, Action<SimulatedController> what)
    {
        var fault = new StepFault();
        World.Run(
            async world =>
            {
                var controller = world.Radio.Add();
                fault.Arm(controller, step, what);
                var opening = world.HostAsync(1, on: controller);
                var failure = await world.EndsWithinAsync(opening, Bound, "opening");
                fault.Disarm();
                if (failure is not null)
                {
                    AssertOneSentence(failure);
                    await world.DelayAsync(Bench);
                    controller.PowerOn();
                    await world.DelayAsync(1);
                }

                var host = failure is null ? await opening : await world.HostAsync(2, on: controller);
                if (!controller.IsPlugged)
                {
                    controller.PowerOn();
                }

                // Unplugged right after it was opened, it opens itself again.
                await world.UntilAsync(() => controller.IsPlugged, "plugged");
                var other = await world.HostAsync(3);
                await world.UntilAsync(() => IsUsable(host), "the host is open");
                await host.Host.ServeAsync(PanRole.Gn, host.Port);
                await ServesAsync(world, host, other);
            },
            seed: (ulong)step,
            faults: fault);
    }

    private static void AtStep(Procedure procedure, int seed, Action<SimulatedController> what, bool ofServer)
    {
        var fault = new StepFault();
        World.Run(
            async world =>
            {
                var server = await world.HostAsync(1, new BluetoothHostOptions { Discoverable = true });
                var client = await world.HostAsync(2);
                await server.Host.ServeAsync(PanRole.Gn, server.Port);
                if (procedure is Procedure.Connecting or Procedure.Pinging)
                {
                    await World.BondAsync(client, server);
                }

                if (procedure == Procedure.Pinging)
                {
                    await client.JoinAsync(server, PanRole.Gn);
                }

                await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(5));
                var hit = ofServer ? server : client;
                fault.Arm(hit.Controller, 1 + world.Random.Next(StepsOf(procedure)), what);
                var call = StartAsync(procedure, server, client);
                var failure = await world.EndsWithinAsync(call, Bound, procedure.ToString());
                fault.Disarm();
                if (failure is not null)
                {
                    AssertOneSentence(failure);
                }

                await world.DelayAsync(Bench);
                hit.Controller.PowerOn();
                await world.UntilAsync(() => IsUsable(hit), "the host opens its controller again");
                await world.DelayAsync(TimeSpan.FromSeconds(15));
                await ServesAsync(world, server, client);
            },
            seed: (ulong)seed,
            faults: fault);
    }

    private static int StepsOf(Procedure procedure) => procedure switch
    {
        Procedure.Inquiry => 3,
        Procedure.Pairing => 16,
        Procedure.Connecting => 30,
        Procedure.Browsing => 24,
        _ => 40,
    };

    private static Task StartAsync(Procedure procedure, Station server, Station client) => procedure switch
    {
        Procedure.Inquiry => client.Host.InquireAsync(),
        Procedure.Pairing => client.Host.PairAsync(server.Peer),
        Procedure.Connecting => client.TryJoinAsync(server, PanRole.Gn),
        Procedure.Browsing => client.Host.BrowseAsync(server.Peer),
        _ => PingAsync(server, client),
    };

    private static async Task PingAsync(Station server, Station client)
    {
        for (var i = 0; i < 10; i++)
        {
            await client.Ip.PingAsync(server.Address, payloadLength: 1400, timeout: TimeSpan.FromSeconds(1));
        }
    }

    private static bool IsUsable(Station station) => station.Controller.IsPlugged && station.Credits.IsOpen;

    private static async Task ServesAsync(World world, Station server, Station client)
    {
        await world.UntilAsync(() => IsUsable(server) && IsUsable(client), "both hosts are open");
        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(5));
        foreach (var station in new[] { server, client })
        {
            Assert.That((await station.Host.GetStatusAsync()).State, Is.EqualTo(HostStack.Hci.Links.HciHostState.Open), station.Name);
        }

        var outcome = await client.Host.PairAsync(server.Peer);
        if (!outcome.Succeeded)
        {
            // A key that only one side has kept: both forget it, as their users would.
            await client.Host.RemoveBondAsync(server.Peer);
            await server.Host.RemoveBondAsync(client.Peer);
            await world.DelayAsync(TimeSpan.FromSeconds(1));
            outcome = await client.Host.PairAsync(server.Peer);
        }

        Assert.That(outcome.Succeeded, Is.True, outcome.ToString());
        var status = await client.Host.GetPanStatusAsync();
        if (status.Connections.Count == 0)
        {
            await client.JoinAsync(server, PanRole.Gn);
        }

        await client.AssertReachesAsync(server, "after the loss");
    }

    private static void AssertOneSentence(Exception failure)
    {
        Assert.That(failure, Is.TypeOf<ControllerUnavailableException>(), failure.ToString());
        Assert.That(failure.Message, Does.EndWith(".").And.Length.GreaterThan(20));
    }
}
