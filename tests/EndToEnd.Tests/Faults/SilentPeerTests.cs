using HostStack.EndToEnd.Tests.Rig;
using HostStack.Ethernet;
using HostStack.Pan;
using HostStack.VirtualController.Radio;

namespace HostStack.EndToEnd.Tests.Faults;

/// <summary>One of seven clients takes nothing any more: the other six keep their throughput, and what waits for the silent
/// one is bounded.</summary>
[TestFixture]
internal sealed class SilentPeerTests
{
    private const int Clients = 7;
    private const int Payload = 1000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    [Test]
    public void OneSilentOfSeven_TheOthersKeepNinetyPercent([Range(1, 7)] int silent)
    {
        var alone = Deliver(silent: 0);
        var beside = Deliver(silent);
        for (var client = 1; client <= Clients; client++)
        {
            if (client != silent)
            {
                Assert.That(
                    beside[client - 1], Is.GreaterThanOrEqualTo((long)(0.9 * alone[client - 1])),
                    $"client {client}: {beside[client - 1]} frames beside a silent peer, {alone[client - 1]} without");
            }
        }

        Assert.That(alone.Min(), Is.GreaterThanOrEqualTo(100), "the pace is one that the air carries");
    }

    // Frames that each client got.
    private static long[] Deliver(int silent)
    {
        var delivered = new long[Clients];
        World.Run(
            async world =>
            {
                var server = await world.HostAsync(1);
                await server.Host.ServeAsync(PanRole.Gn, server.Port);
                var clients = new List<Station>();
                for (byte i = 0; i < Clients; i++)
                {
                    var client = await world.HostAsync((byte)(i + 2));
                    await World.BondAsync(client, server);
                    await client.JoinAsync(server, PanRole.Gn);
                    await server.AssertReachesAsync(client);
                    clients.Add(client);
                }

                var before = clients.Select(static client => client.Port.Received).ToArray();
                if (silent > 0)
                {
                    clients[silent - 1].Controller.StallReception(true);
                }

                var payload = new byte[Payload];
                var mostBuffers = 0;
                for (var began = world.Now; world.Now - began < Duration;)
                {
                    foreach (var client in clients)
                    {
                        server.Port.Transmit(new EthernetFrame(client.Port.Address, server.Port.Address, EtherType.IPv4, payload));
                    }

                    mostBuffers = Math.Max(mostBuffers, server.Host.L2cap.Pool.Rented);
                    await world.DelayAsync(Pace);
                }

                for (var i = 0; i < Clients; i++)
                {
                    delivered[i] = clients[i].Port.Received - before[i];
                }

                // Queue of one link (32 data, 16 control) and what seven links have in flight at this pace.
                Assert.That(mostBuffers, Is.LessThanOrEqualTo(48 + (2 * Clients)), "what waits for the silent peer is bounded");
                if (silent > 0)
                {
                    var peers = (await server.Host.GetPanStatusAsync()).Networks.Single().Peers;
                    var stuck = peers.Single(peer => peer.Peer == clients[silent - 1].Peer);
                    Assert.That(stuck.Counters.DroppedOut, Is.GreaterThan(0), "drops are counted");
                    Assert.That(delivered[silent - 1], Is.LessThanOrEqualTo(8), "it is silent");
                    clients[silent - 1].Controller.StallReception(false);
                    await world.DelayAsync(TimeSpan.FromSeconds(2));
                    await server.AssertReachesAsync(clients[silent - 1], "when it listens again");
                }
            },
            seed: 7,
            radio: new RadioOptions { Pace = RadioPace.Dh5At3 });
        return delivered;
    }
}
