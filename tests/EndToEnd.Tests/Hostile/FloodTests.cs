using HostStack.EndToEnd.Tests.Rig;
using HostStack.Pan;
using HostStack.Pan.Authorization;

namespace HostStack.EndToEnd.Tests.Hostile;

/// <summary>A hostile peer asks without end while an honest one connects and pings.</summary>
[TestFixture]
internal sealed class FloodTests
{
    private const ushort Sdp = 0x0001;
    private const ushort Bnep = 0x000F;
    private const int Burst = 20;
    private const int Bursts = 150;

    // A few octets of state for each channel that a link may hold, and the answers that wait: not one for each request.
    private const int MostBuffers = 128;

    public enum Flood
    {
        Connect,
        ConnectUnknownPsm,
        Configure,
        Echo,
        Information,
        SdpContinuation,
        BnepSetup,
        BnepFilters,
        Disconnect,
    }

    [Test]
    public void HonestPeer_ConnectsAndPings_WhileAnotherFloods([Values] Flood flood) => World.Run(async world =>
    {
        var (server, honest) = (await world.HostAsync(1), await world.HostAsync(2));
        await server.Host.ServeAsync(PanRole.Gn, server.Port, new PanServiceOptions { Authorization = AuthorizationRule.All });
        await World.BondAsync(honest, server);
        await honest.Host.DisconnectLinkAsync(server.Peer);
        var hostile = await world.RawAsync();
        await hostile.BondAsync(server);
        var target = await PrepareAsync(hostile, flood);
        server.ForgetEvents();

        var most = 0;
        var over = false;
        var flooding = FloodAsync();
        await honest.JoinAsync(server, PanRole.Gn);
        for (var i = 0; i < 20; i++)
        {
            var reply = await honest.Ip.PingAsync(server.Address, payloadLength: 1400);
            Assert.That(reply.IsReply, Is.True, "the honest peer's ping");
            Assert.That(reply.RoundTrip, Is.LessThan(TimeSpan.FromMilliseconds(500)));
        }

        over = true;
        await flooding;
        Assert.That(most, Is.LessThan(MostBuffers), "what a flood may hold is bounded");
        Assert.That(server.Credits.Counters.PdusReceived, Is.GreaterThan(Burst * Bursts), "it was a flood");
        if (hostile.IsConnected)
        {
            hostile.Disconnect();
        }

        await world.UntilAsync(() => !hostile.IsConnected, "the hostile peer leaves");
        await world.DelayAsync(100);
        await honest.AssertReachesAsync(server, "after the flood");
        Assert.That(server.Host.L2cap.Pool.Rented, Is.Zero, "memory is back at its baseline");

        async Task FloodAsync()
        {
            for (var i = 0; i < Bursts || !over; i++)
            {
                for (var j = 0; j < Burst && hostile.IsConnected; j++)
                {
                    Send(world, hostile, target, flood);
                }

                most = Math.Max(most, server.Host.L2cap.Pool.Rented);
                await world.DelayAsync(1);
            }
        }
    });

    [Test]
    public void LinkFlood_PeersComeAndGo_AnHonestOneIsServed() => World.Run(async world =>
    {
        var (server, honest) = (await world.HostAsync(1), await world.HostAsync(2));
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await World.BondAsync(honest, server);
        var hostile = new List<RawPeer>();
        for (var i = 0; i < 4; i++)
        {
            hostile.Add(await world.RawAsync());
        }

        await honest.JoinAsync(server, PanRole.Gn);
        for (var round = 0; round < 20; round++)
        {
            foreach (var peer in hostile)
            {
                await peer.ConnectAsync(server.Peer);
            }

            await honest.AssertReachesAsync(server, $"round {round}");
            hostile.ForEach(static peer => peer.Disconnect());
            await world.UntilAsync(() => hostile.TrueForAll(static peer => !peer.IsConnected), "they leave");
        }
    });

    private static async Task<RawChannel?> PrepareAsync(RawPeer hostile, Flood flood) => flood switch
    {
        Flood.SdpContinuation or Flood.Configure => await hostile.OpenChannelAsync(Sdp),
        Flood.BnepSetup => await hostile.OpenChannelAsync(Bnep),
        Flood.BnepFilters => await hostile.JoinAsync(0x1117),
        _ => null,
    };

    private static void Send(World world, RawPeer hostile, RawChannel? target, Flood flood)
    {
        var number = world.Random.Next(0x10000);
        var (low, high) = ((byte)number, (byte)(number >> 8));
        switch (flood)
        {
            case Flood.Connect:
                hostile.Answers = false;
                hostile.Signal(0x02, hostile.NextIdentifier(), (byte)Bnep, 0x00, low, (byte)(high | 0x40));
                break;
            case Flood.ConnectUnknownPsm:
                hostile.Signal(0x02, hostile.NextIdentifier(), (byte)(low | 1), (byte)(high & 0xFE), 0x40, 0x00);
                break;
            case Flood.Configure:
                hostile.Signal(
                    0x04, hostile.NextIdentifier(),
                    (byte)target!.Remote, (byte)(target.Remote >> 8), (byte)(number & 1), 0x00, 0x01, 0x02, low, high, 0x7E, 0x01, low);
                break;
            case Flood.Echo:
                hostile.Signal(0x08, hostile.NextIdentifier(), world.Random.Bytes(44));
                break;
            case Flood.Information:
                hostile.Signal(0x0A, hostile.NextIdentifier(), low, 0x00);
                break;
            case Flood.SdpContinuation:
                // ServiceSearchAttributeRequest for all of the public browse root, seven octets at a time.
                hostile.SendPdu(target!.Remote, [
                    0x06, high, low, 0x00, 0x0F, 0x35, 0x03, 0x19, 0x10, 0x02, 0x00, 0x07, 0x35, 0x05, 0x0A, 0x00, 0x00, 0xFF, 0xFF, 0x00]);
                break;
            case Flood.BnepSetup:
                hostile.SendPdu(target!.Remote, [0x01, 0x01, 0x02, 0x11, 0x17, 0x11, 0x15]);
                break;
            case Flood.BnepFilters:
                hostile.SendPdu(target!.Remote, [0x01, 0x03, 0x00, 0x04, 0x08, 0x00, high, low]);
                break;
            default:
                hostile.Signal(0x06, hostile.NextIdentifier(), low, high, high, low);
                break;
        }
    }
}
