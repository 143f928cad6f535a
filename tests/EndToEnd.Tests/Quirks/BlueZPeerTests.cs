using HostStack.Bnep.Control;
using HostStack.EndToEnd.Tests.Rig;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.EndToEnd.Tests.Quirks;

/// <summary>What BlueZ's servers really do, played octet by octet by a scripted peer; this host is the client.</summary>
[TestFixture]
internal sealed class BlueZPeerTests
{
    /// <summary>When the peer ends the link.</summary>
    public enum EndOfLink
    {
        BeforeTheChannel,
        InSetup,
        AfterYes,
    }

    private const ushort Bnep = 0x000F;
    private const ushort Success = 0;
    private const ushort SecurityBlock = 3;
    private static readonly TimeSpan TooEarly = TimeSpan.FromMilliseconds(20);

    [Test]
    public void SecurityBlock_RightAfterEncryption_IsAskedAgainAfter200Milliseconds() => World.Run(async world =>
    {
        var (client, server) = await BondedAsync(world);
        server.Admit = psm => psm == Bnep && world.Now - server.EncryptedAt >= TooEarly ? Success : SecurityBlock;
        server.Received = AnswerAndServe(server);

        var joined = await client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port);

        Assert.That(joined.Refusal, Is.Null);
        Assert.That(client.Port.IsCarrierUp, Is.True);
        Assert.That(server.Requests, Has.Count.EqualTo(2));
        Assert.That(server.Requests[0].At - server.EncryptedAt, Is.LessThan(TooEarly), "the first came too early for it");
        Assert.That(
            server.Requests[1].At - server.Requests[0].At,
            Is.InRange(TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(210)));
        Assert.That(client.EventsOf<Refused>(), Is.Empty, "a block that means nothing is no refusal");
    });

    [Test]
    public void SecurityBlock_Twice_IsBelieved() => World.Run(async world =>
    {
        var (client, server) = await BondedAsync(world);
        server.Admit = static _ => SecurityBlock;

        var joined = await client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port);

        Assert.That(joined.Connection, Is.Null);
        Assert.That((joined.Refusal!.Layer, joined.Refusal.Rule), Is.EqualTo((RefusalLayer.L2cap, "security block (result 3), twice")));
        Assert.That(joined.Refusal.ByPeer, Is.True);
        Assert.That(server.Requests, Has.Count.EqualTo(2));
        client.SingleNo<Refused>();
        Assert.That((await client.Host.GetBondsAsync()).Count, Is.EqualTo(1), "the key is kept: a block says nothing about it");
    });

    [Test]
    public void Setup_NeverAnswered_EndsInBoundedTimeWithARemedy() => World.Run(async world =>
    {
        var (client, server) = await BondedAsync(world);
        var setups = 0;
        server.Admit = static _ => Success;
        server.Received = (_, _) => setups++;

        var began = world.Now;
        var joined = await client.Host.TryConnectAsync(server.Peer, PanRole.Nap, client.Port);

        Assert.That(joined.Connection, Is.Null);
        Assert.That(joined.Refusal!.Rule, Does.StartWith("setup never answered"));
        Assert.That(joined.Refusal.Remedy, Does.Contain("NAP"));
        Assert.That(world.Now - began, Is.LessThan(TimeSpan.FromSeconds(60)));
        Assert.That(setups, Is.InRange(2, 5), "it is asked again, and not for ever");
        client.SingleNo<Refused>();
        Assert.That(client.Port.IsCarrierUp, Is.False);
    });

    [Test]
    public void Setup_Answered0000_ThenClosed_IsARefusal([Values(0, 50, 150)] int milliseconds) => World.Run(async world =>
    {
        var (client, server) = await BondedAsync(world);
        server.Admit = static _ => Success;
        server.Received = (channel, sdu) =>
        {
            Answer(server, [0x01, 0x02, 0x00, 0x00])(channel, sdu);
            _ = CloseAsync();

            async Task CloseAsync()
            {
                await world.DelayAsync(milliseconds);
                server.Close(channel);
            }
        };

        var joined = await client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port);

        Assert.That(joined.Connection, Is.Null);
        Assert.That((joined.Refusal!.Rule, joined.Refusal.Code), Is.EqualTo(("accepted, then closed", SetupResponseCode.Success)));
        Assert.That(client.Port.IsCarrierUp, Is.False);
        client.SingleNo<Refused>();
    });

    [Test]
    public void Setup_Answered0000_ThenNothingAtAll_IsARefusal() => World.Run(async world =>
    {
        var (client, server) = await BondedAsync(world);
        var probes = 0;
        var answer = Answer(server, [0x01, 0x02, 0x00, 0x00]);
        server.Admit = static _ => Success;
        server.Received = (channel, sdu) =>
        {
            probes += IsProbe(sdu) ? 1 : 0;
            answer(channel, sdu);
            Assert.That(client.Port.IsCarrierUp, Is.False, "nothing says yet that anybody is there");
        };
        var began = world.Now;

        var joined = await client.Host.TryConnectAsync(server.Peer, PanRole.Nap, client.Port);

        Assert.That(joined.Connection, Is.Null);
        Assert.That(
            (joined.Refusal!.Rule, joined.Refusal.Code, joined.Refusal.ByPeer),
            Is.EqualTo(("accepted, but nobody answers", SetupResponseCode.Success, true)));
        Assert.That(joined.Refusal.Remedy, Does.Contain("NAP"));
        Assert.That(world.Now - began, Is.InRange(TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(26)));
        Assert.That(probes, Is.EqualTo(3));
        Assert.That(client.Port.IsCarrierUp, Is.False);
        Assert.That(client.EventsOf<PanConnected>(), Is.Empty, "it never was connected");
        client.SingleNo<Refused>();
    });

    [Test]
    public void Setup_Answered0000_ThenTheLinkIsLost_IsNotThePeersNo() => World.Run(async world =>
    {
        var (client, server) = await BondedAsync(world);
        var answer = Answer(server, [0x01, 0x02, 0x00, 0x00]);
        server.Admit = static _ => Success;
        server.Received = (channel, sdu) =>
        {
            answer(channel, sdu);
            if (IsProbe(sdu))
            {
                _ = client.Host.DisconnectLinkAsync(server.Peer);
            }
        };

        var joined = await client.Host.TryConnectAsync(server.Peer, PanRole.Nap, client.Port);

        Assert.That((joined.Refusal!.Rule, joined.Refusal.ByPeer), Is.EqualTo(("accepted, then link lost", false)));
        client.SingleNo<Refused>();
    });

    [Test]
    public void Setup_Answered0000_QuietButAlive_StaysAndIsAskedOnce() => World.Run(async world =>
    {
        var (client, server) = await BondedAsync(world);
        var probes = 0;
        var answer = AnswerAndServe(server);
        server.Admit = static _ => Success;
        server.Received = (channel, sdu) =>
        {
            probes += IsProbe(sdu) ? 1 : 0;
            answer(channel, sdu);
        };
        var joined = await client.Host.TryConnectAsync(server.Peer, PanRole.Nap, client.Port);

        await world.DelayAsync(TimeSpan.FromMinutes(2));

        Assert.That(joined.Connection!.State, Is.EqualTo(PanConnectionState.Connected));
        Assert.That(probes, Is.EqualTo(1));
        Assert.That(client.EventsOf<FilterChanged>(), Is.Empty, "a question of the stack's own is no news");
    });

    [Test]
    [TestCase(0x0001, "setup refused (0x0001)")]
    [TestCase(0x0002, "setup refused (0x0002)")]
    [TestCase(0x0004, "not allowed (0x0004)")]
    public void Setup_RefusedOnTheWire_IsToldOnce(int code, string rule) => World.Run(async world =>
    {
        var (client, server) = await BondedAsync(world);
        server.Admit = static _ => Success;
        server.Received = Answer(server, [0x01, 0x02, 0x00, (byte)code]);

        var joined = await client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port);

        Assert.That((joined.Refusal!.Rule, joined.Refusal.ByPeer), Is.EqualTo((rule, true)));
        client.SingleNo<Refused>();
    });

    [Test]
    public void Channel_PendingForAuthorization_ThenAdmitted_IsWaitedFor() => World.Run(async world =>
    {
        var (client, server) = await BondedAsync(world);
        server.Answers = false;
        var joining = client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port);
        await world.UntilAsync(() => server.Signals.Exists(static signal => signal.Code == 0x02), "the channel is asked for");
        var request = server.Signals.Find(static signal => signal.Code == 0x02);

        // Result 1, status 2: bluetoothd asks its user, and takes longer than the response timer.
        server.Signal(0x03, request.Identifier, 0, 0, request.Data[2], request.Data[3], 0x01, 0x00, 0x02, 0x00);
        await world.DelayAsync(TimeSpan.FromSeconds(30));
        Assert.That(joining.IsCompleted, Is.False, "the user has two minutes");
        server.Signal(0x03, request.Identifier, 0, 0, request.Data[2], request.Data[3], 0x03, 0x00, 0x00, 0x00);
        server.Answers = true;
        server.Admit = static _ => SecurityBlock;

        Assert.That((await joining).Refusal!.Rule, Does.Contain("security block"));
    });

    /// <summary>BlueZ ends the link of a pairing that nobody uses after some seconds, whatever comes in that moment.</summary>
    [Test]
    public void LinkOfThePairing_EndedWhileItIsToBeUsed_IsMadeAnew([Values] EndOfLink when) => World.Run(async world =>
    {
        var (client, server) = await PairedAsync(world, when, times: 1);

        var joined = await client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port);

        Assert.That(joined.Refusal, Is.Null);
        Assert.That((server.Losses, server.Requests.Count), Is.EqualTo((1, 2)));
        Assert.That(client.EventsOf<Refused>(), Is.Empty, "nobody refused anything");
        Assert.That(client.EventsOf<PanConnected>().Count(), Is.EqualTo(1));
        await world.DelayAsync(TimeSpan.FromMinutes(1));
        Assert.That(client.EventsOf<PanDisconnected>(), Is.Empty, "the end of the first link is not that of the second");
        Assert.That(joined.Connection!.State, Is.EqualTo(PanConnectionState.Connected));
        Assert.That(client.Port.IsCarrierUp, Is.True);
    });

    [Test]
    public void LinkOfThePairing_EndedByTheProgramItself_IsNotMadeAnew() => World.Run(async world =>
    {
        var (client, server) = await PairedAsync(world, EndOfLink.InSetup, times: 0);
        server.Received = (_, _) => _ = client.Host.DisconnectLinkAsync(server.Peer);

        var joined = await client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port);

        Assert.That(joined.Refusal!.ByPeer, Is.False);
        Assert.That(server.Requests, Has.Count.EqualTo(1));
        client.SingleNo<Refused>();
    });

    [Test]
    public void LinkOfThePairing_AndTheOneAfterIt_Ended_IsToldOnce([Values] EndOfLink when) => World.Run(async world =>
    {
        var (client, server) = await PairedAsync(world, when, times: 2);

        var joined = await client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port);

        Assert.That(joined.Connection, Is.Null, "a link that is new is believed");
        Assert.That(joined.Refusal!.ByPeer, Is.False, "the end of a link is nobody's no");
        Assert.That((server.Losses, server.Requests.Count), Is.EqualTo((2, 2)));
        client.SingleNo<Refused>();
    });

    // Paired, and on the link of it; the server ends its link that many times when something comes.
    private static async Task<(Station Client, RawPeer Server)> PairedAsync(World world, EndOfLink when, int times)
    {
        var client = await world.HostAsync(1);
        var server = await world.RawAsync();
        Assert.That((await client.Host.PairAsync(server.Peer)).Succeeded, Is.True);
        var serve = AnswerAndServe(server);
        server.Admit = psm =>
        {
            if (Ends(EndOfLink.BeforeTheChannel))
            {
                _ = SilentUntilTheEndAsync();
            }

            return Success;
        };
        server.Received = (channel, sdu) =>
        {
            if (sdu is [0x01, 0x01, ..] && Ends(EndOfLink.InSetup))
            {
                return;
            }

            serve(channel, sdu);
            if (sdu is [0x01, 0x01, ..])
            {
                Ends(EndOfLink.AfterYes);
            }
        };
        return (client, server);

        bool Ends(EndOfLink now)
        {
            if (now != when || times == 0)
            {
                return false;
            }

            times--;
            server.Disconnect();
            return true;
        }

        async Task SilentUntilTheEndAsync()
        {
            server.Answers = false;
            await world.UntilAsync(() => !server.IsConnected, "the link has ended");
            server.Answers = true;
        }
    }

    private static async Task<(Station Client, RawPeer Server)> BondedAsync(World world)
    {
        var client = await world.HostAsync(1);
        var server = await world.RawAsync();
        Assert.That((await client.Host.PairAsync(server.Peer)).Succeeded, Is.True);
        await client.Host.DisconnectLinkAsync(server.Peer);
        await world.UntilAsync(() => !server.IsConnected, "the link for pairing is down");
        client.ForgetEvents();
        return (client, server);
    }

    // The default network types: what every BNEP answers.
    private static bool IsProbe(byte[] sdu) => sdu is [0x01, 0x03, 0x00, 0x00];

    // Says yes to setups, and answers for the channel after it.
    private static Action<RawChannel, byte[]> AnswerAndServe(RawPeer server) => (channel, sdu) =>
    {
        Answer(server, [0x01, 0x02, 0x00, 0x00])(channel, sdu);
        if (IsProbe(sdu))
        {
            server.SendPdu(channel.Remote, [0x01, 0x04, 0x00, 0x00]);
        }
    };

    // Answers setups, and nothing else.
    private static Action<RawChannel, byte[]> Answer(RawPeer server, byte[] response) => (channel, sdu) =>
    {
        if (sdu is [0x01, 0x01, ..])
        {
            server.SendPdu(channel.Remote, response);
        }
    };
}
