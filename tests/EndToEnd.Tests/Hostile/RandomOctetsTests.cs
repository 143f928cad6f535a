using HostStack.EndToEnd.Tests.Rig;
using HostStack.Pan;
using HostStack.Pan.Authorization;
using HostStack.VirtualController.Time;

namespace HostStack.EndToEnd.Tests.Hostile;

/// <summary>A paired peer sends thousands of PDUs of random octets, wild and nearly right, to every layer: no fault, and the
/// host serves an honest peer all the while.</summary>
[TestFixture]
internal sealed class RandomOctetsTests
{
    private const int Pdus = 3000;
    private const int PdusBetweenPings = 300;

    public enum Layer
    {
        Acl,
        Signaling,
        Sdp,
        Bnep,
        AnyChannel,
    }

    [Test]
    public void RandomPdus_OfAPairedPeer_NeverFault([Values] Layer layer, [Range(1, 5)] int seed) => World.Run(
        async world =>
        {
            var (server, honest) = (await world.HostAsync(1), await world.HostAsync(2));
            await server.Host.ServeAsync(PanRole.Gn, server.Port, new PanServiceOptions { Authorization = AuthorizationRule.All });
            await World.BondAsync(honest, server);
            await honest.JoinAsync(server, PanRole.Gn);
            var hostile = await world.RawAsync();
            await hostile.BondAsync(server);
            var random = world.Random.Fork("octets");
            RawChannel? target = null;
            for (var i = 0; i < Pdus; i++)
            {
                if (!hostile.IsConnected)
                {
                    await hostile.ConnectAsync(server.Peer);
                    await hostile.SecureAsync();
                    target = null;
                }

                if (target is null or { IsClosed: true })
                {
                    target = await OpenAsync(world, hostile, layer);
                }

                Send(random, hostile, target, layer);
                if (i % 10 == 0)
                {
                    await world.DelayAsync(1);
                }

                if (i % PdusBetweenPings == 0)
                {
                    Assert.That((await honest.Ip.PingAsync(server.Address)).IsReply, Is.True, $"the honest peer's ping after PDU {i}");
                }
            }

            await world.DelayAsync(100);
            await honest.AssertReachesAsync(server, "after all of it");
            Assert.That(server.Controller.Counters.BufferOverflows, Is.Zero);
            Assert.That(server.Credits.Counters.AclReceived, Is.GreaterThan(Pdus / 2), "they arrived");
        },
        (ulong)seed);

    private static async Task<RawChannel?> OpenAsync(World world, RawPeer hostile, Layer layer)
    {
        if (layer is not (Layer.Sdp or Layer.Bnep))
        {
            return null;
        }

        // What went before may have made the host's side busy with it: a fresh link, then.
        var channel = await hostile.RequestChannelAsync((ushort)(layer == Layer.Sdp ? 0x0001 : 0x000F));
        if (channel.Result == 0)
        {
            await world.UntilAsync(() => channel.IsOpen || channel.IsClosed, "the channel is configured");
            return channel;
        }

        hostile.Disconnect();
        await world.UntilAsync(() => !hostile.IsConnected, "the link is down");
        return null;
    }

    private static void Send(SeededRandom random, RawPeer hostile, RawChannel? target, Layer layer)
    {
        switch (layer)
        {
            case Layer.Acl:
                hostile.SendAcl(random.Next(3), random.Bytes(random.Next(64)));
                break;
            case Layer.Signaling:
                hostile.SendPdu(0x0001, Commands(random));
                break;
            case Layer.Sdp when target is not null:
                hostile.SendPdu(target.Remote, Sdp(random));
                break;
            case Layer.Bnep when target is not null:
                hostile.SendPdu(target.Remote, Bnep(random));
                break;
            case Layer.AnyChannel:
                hostile.SendPdu((ushort)(random.Next(4) == 0 ? random.Next(0x10000) : random.Next(0x60)), random.Bytes(random.Next(100)));
                break;
        }
    }

    // Known codes and honest lengths three times of four: what is nearly right goes deepest.
    private static byte[] Commands(SeededRandom random)
    {
        var octets = new List<byte>();
        for (var commands = 1 + random.Next(3); commands > 0; commands--)
        {
            var data = random.Bytes(random.Next(20));
            for (var i = 0; i + 1 < data.Length; i += 2)
            {
                if (random.Next(2) == 0)
                {
                    (data[i], data[i + 1]) = ((byte)(0x40 + random.Next(8)), 0x00);
                }
            }

            var length = random.Next(4) == 0 ? random.Next(0x200) : data.Length;
            octets.AddRange([(byte)random.Next(0x20), (byte)random.Next(8), (byte)length, (byte)(length >> 8), .. data]);
        }

        return [.. octets];
    }

    private static byte[] Sdp(SeededRandom random)
    {
        byte[] valid = [0x06, 0x00, 0x01, 0x00, 0x0F, 0x35, 0x03, 0x19, 0x10, 0x02, 0xFF, 0xFF, 0x35, 0x05, 0x0A, 0x00, 0x00, 0xFF, 0xFF, 0x00];
        return Mutate(random, random.Next(4) == 0 ? random.Bytes(random.Next(64)) : valid);
    }

    private static byte[] Bnep(SeededRandom random)
    {
        byte[][] valid =
        [
            [0x01, 0x01, 0x02, 0x11, 0x17, 0x11, 0x15],
            [0x01, 0x03, 0x00, 0x08, 0x08, 0x00, 0x08, 0x06, 0x86, 0xDD, 0x86, 0xDD],
            [0x01, 0x05, 0x00, 0x0C, 0x01, 0, 0x5E, 0, 0, 0, 0x01, 0, 0x5E, 0x7F, 0xFF, 0xFF],
            [0x80, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x08, 0x00, 0x00, 0x06, 0x03, 0x00, 0x02, 0x08, 0x00, 0x00, 0x45, 0x00],
            [0x02, 0x08, 0x00, 0x45, 0x00, 0x00, 0x14],
        ];
        return Mutate(random, random.Next(5) == 0 ? random.Bytes(random.Next(64)) : valid[random.Next(valid.Length)]);
    }

    private static byte[] Mutate(SeededRandom random, byte[] octets)
    {
        var result = octets.ToList();
        for (var changes = random.Next(4); changes > 0 && result.Count > 0; changes--)
        {
            var at = random.Next(result.Count);
            switch (random.Next(3))
            {
                case 0:
                    result[at] = (byte)random.Next(256);
                    break;
                case 1:
                    result.RemoveRange(at, result.Count - at);
                    break;
                default:
                    result.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. result];
    }
}
