using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.Pan;
using HostStack.VirtualController.Faults;

namespace HostStack.EndToEnd.Tests.Faults;

/// <summary>Octets dropped, inserted and flipped between host and controller: the host finds its feet by Reset, or by opening
/// the wire again.</summary>
[TestFixture]
internal sealed class OctetFaultTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    public enum Kind
    {
        Drop,
        Insert,
        Flip,
    }

    [Test]
    public void Inserted_OctetsLoseTheFraming_OfSomeSeeds()
    {
        var losses = 0;
        for (var seed = 1; seed <= 20; seed++)
        {
            World.Run(
                async world =>
                {
                    FaultyWire? wire = null;
                    var host = await world.HostAsync(1, wire: controller => wire = new FaultyWire(controller, (ulong)seed));
                    wire!.Faults = new OctetFaults(Drop: 0, Insert: 0.01, Flip: 0);
                    await world.EndsWithinAsync(host.Host.ReadLocalOobDataAsync(), Bound, "a command");
                    await world.EndsWithinAsync(host.Host.InquireAsync(), Bound, "an inquiry");
                    wire.Faults = OctetFaults.None;
                    await world.UntilAsync(() => host.Credits.IsOpen, "open again", TimeSpan.FromMinutes(10));
                    losses += wire.FramingLosses;
                },
                (ulong)seed);
        }

        Assert.That(losses, Is.GreaterThan(0), "the faults reach the framing");
    }

    [Test]
    public void Octets_Suffer_CallsEnd_AndACleanWireServesAgain([Values] Kind kind, [Range(1, 20)] int seed) => World.Run(
        async world =>
        {
            FaultyWire? wire = null;
            var server = await world.HostAsync(1, new BluetoothHostOptions { Discoverable = true });
            var client = await world.HostAsync(2, wire: controller => wire = new FaultyWire(controller, (ulong)seed));
            await server.Host.ServeAsync(PanRole.Gn, server.Port);
            await server.Host.OpenPairingWindowAsync(TimeSpan.FromHours(1));
            wire!.Faults = FaultsOf(kind);
            client.Controller.RaiseHardwareError();
            for (var i = 0; i < 4; i++)
            {
                foreach (var call in new Func<Task>[]
                {
                    () => client.Host.InquireAsync(),
                    () => client.Host.PairAsync(server.Peer),
                    () => client.Host.BrowseAsync(server.Peer),
                    () => client.TryJoinAsync(server, PanRole.Gn),
                    () => client.Ip.PingAsync(server.Address, payloadLength: 1400),
                })
                {
                    if (await world.EndsWithinAsync(call(), Bound, "a call over a bad wire") is { } failure)
                    {
                        Assert.That(
                            failure, Is.TypeOf<ControllerUnavailableException>().Or.TypeOf<InvalidOperationException>(), failure.ToString());
                        Assert.That(failure.Message, Does.EndWith("."));
                    }
                }
            }

            wire.Faults = OctetFaults.None;
            Assert.That(wire.Injected, Is.GreaterThan(0));
            await ServesAgainAsync(world, server, client);
        },
        (ulong)seed);

    private static OctetFaults FaultsOf(Kind kind) => kind switch
    {
        Kind.Drop => new OctetFaults(Drop: 0.002, Insert: 0, Flip: 0),
        Kind.Insert => new OctetFaults(Drop: 0, Insert: 0.002, Flip: 0),
        _ => new OctetFaults(Drop: 0, Insert: 0, Flip: 0.002),
    };

    private static async Task ServesAgainAsync(World world, Station server, Station client)
    {
        // What was damaged before may come to light late: a length that waits for octets, a command that was never answered.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await client.Host.RemoveBondAsync(server.Peer);
                await server.Host.RemoveBondAsync(client.Peer);
                await world.DelayAsync(TimeSpan.FromSeconds(30));
                if ((await client.Host.GetPanStatusAsync()).Connections.Count > 0)
                {
                    await client.Host.DisconnectLinkAsync(server.Peer);
                    await world.DelayAsync(TimeSpan.FromSeconds(30));
                }

                Assert.That((await client.Host.PairAsync(server.Peer)).Succeeded, Is.True);
                await client.JoinAsync(server, PanRole.Gn);
                break;
            }
            catch (Exception notYet) when (attempt < 8 && notYet is ControllerUnavailableException or PanRefusedException)
            {
                await world.DelayAsync(TimeSpan.FromSeconds(30));
            }
        }

        await client.AssertReachesAsync(server, "over a clean wire");
    }
}
