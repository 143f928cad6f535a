using HostStack.Bnep.Control;
using HostStack.Bnep.Filters;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan.Authorization;
using HostStack.Pan.Tests.Rig;

namespace HostStack.Pan.Tests.Client;

[TestFixture]
internal sealed class PanConnectionTests
{
    private static readonly PanServiceOptions Open = new() { Authorization = AuthorizationRule.All };

    private RigNet _net = null!;
    private RigHost _client = null!;
    private RigHost _server = null!;
    private RigPort _clientPort = null!;
    private RigPort _serverPort = null!;

    [SetUp]
    public void SetUp()
    {
        _net = new RigNet();
        _client = _net.Add(0x10);
        _server = _net.Add(0x20);
        _clientPort = new RigPort(_client.Mac, "client");
        _serverPort = new RigPort(_server.Mac, "server");
    }

    [TearDown]
    public async Task TearDown()
    {
        Assert.That(_net.Loop.Faults, Is.Zero);
        await _clientPort.DisposeAsync();
        await _serverPort.DisposeAsync();
        _net.Dispose();
    }

    [Test]
    public async Task Connect_ToEachRole_CarriesFramesBothWays([Values] PanRole role)
    {
        Serve(role);

        var connection = await ConnectAsync(role);
        _clientPort.Emit(MacAddress.Broadcast, [1]);
        _net.Pump();
        _serverPort.Emit(_client.Mac, [2]);
        _net.Pump();

        Assert.That(connection.State, Is.EqualTo(PanConnectionState.Connected));
        Assert.That(_serverPort.Frames.Single().Payload, Is.EqualTo((byte[])[1]));
        Assert.That(_clientPort.Frames.Single().Payload, Is.EqualTo((byte[])[2]));
        Assert.That((_clientPort.Carrier, _serverPort.Carrier), Is.EqualTo((true, true)));
    }

    [Test, Category("SIG"), Property("Id", "BNEP/FORWARD/BV-08-C")]
    public async Task PanuToPanu_CarriesFrames()
    {
        Serve(PanRole.Panu);
        await ConnectAsync(PanRole.Panu);

        _clientPort.Emit(_server.Mac, [1]);
        _net.Pump();

        Assert.That(_serverPort.Frames.Single().Destination, Is.EqualTo(_server.Mac));
    }

    [Test]
    public void Connect_FirstFrameOfThePeer_ProvesTheConnectionAtOnce()
    {
        Serve(PanRole.Gn);
        var attempt = Start(PanRole.Gn);
        Assert.That(attempt.IsCompleted, Is.False, "a bare success is watched for a moment");

        _serverPort.Emit(MacAddress.Broadcast, [1]);
        _net.Pump();

        Assert.That(attempt.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task Connect_RoleThatIsNotServed_IsRefusedWithLayerRuleAndRemedy()
    {
        Serve(PanRole.Gn);

        var refusal = await RefusedAsync(PanRole.Nap);

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Code, Is.EqualTo(SetupResponseCode.NotAllowed));
            Assert.That((refusal.Layer, refusal.ByPeer), Is.EqualTo((RefusalLayer.Bnep, true)));
            Assert.That(refusal.RemoteRole, Is.EqualTo(PanRole.Nap));
            Assert.That(refusal.KeyType, Is.EqualTo(LinkKeyType.UnauthenticatedP256));
            Assert.That(refusal.Remedy, Does.Contain("NAP"));
            Assert.That(_client.Events.OfType<SetupRefused>().ToArray(), Is.EqualTo((SetupRefused[])[refusal]), "one event");
        });
    }

    [Test]
    public async Task Connect_PeerNotThere_IsRefusedByTheLink()
    {
        _server.IsReachable = false;

        var refusal = await RefusedAsync(PanRole.Gn);

        Assert.That((refusal.Layer, refusal.ByPeer), Is.EqualTo((RefusalLayer.Link, false)));
        Assert.That(refusal.Rule, Is.EqualTo("no link: PageTimeout"));
    }

    [Test]
    public async Task Connect_LinkThatCannotBeSecured_IsRefusedBeforeTheChannel()
    {
        Serve(PanRole.Gn);
        _client.Shortfall = SecurityShortfall.KeyTooShort;

        var refusal = await RefusedAsync(PanRole.Gn);

        Assert.That(refusal.Layer, Is.EqualTo(RefusalLayer.Security));
        Assert.That(_server.ChannelRequests, Is.Empty);
    }

    [Test]
    public async Task Connect_PeerWithoutPan_IsRefusedByL2cap()
    {
        var refusal = await RefusedAsync(PanRole.Gn);

        Assert.That(refusal.Rule, Does.StartWith("PSM not supported"));
    }

    [Test]
    public async Task Connect_EarlySecurityBlock_IsTriedOnceMoreAfter200Milliseconds()
    {
        Serve(PanRole.Gn);
        _server.SecurityBlocks = 1;

        await ConnectAsync(PanRole.Gn);

        Assert.That(_server.ChannelRequests, Has.Count.EqualTo(2));
        Assert.That(_server.ChannelRequests[1] - _server.ChannelRequests[0], Is.EqualTo(TimeSpan.FromMilliseconds(200)));
        Assert.That(_client.Events.OfType<SetupRefused>(), Is.Empty);
    }

    [Test]
    public async Task Connect_SecondSecurityBlock_IsBelieved()
    {
        Serve(PanRole.Gn);
        _server.SecurityBlocks = 5;

        var refusal = await RefusedAsync(PanRole.Gn);

        Assert.That(_server.ChannelRequests, Has.Count.EqualTo(2));
        Assert.That((refusal.Layer, refusal.Rule), Is.EqualTo((RefusalLayer.L2cap, "security block (result 3), twice")));
    }

    [Test]
    public async Task Connect_RecordNotThere_IsRefusedBySdp_WhenVerified()
    {
        Serve(PanRole.Gn);
        _client.Offers = false;

        var refusal = await RefusedAsync(PanRole.Gn, new PanClientOptions { VerifyRecord = true });

        Assert.That(refusal.Layer, Is.EqualTo(RefusalLayer.Sdp));
    }

    [Test]
    public async Task Connect_SetupNeverAnswered_FailsWithThatReason_AfterItsRepeats()
    {
        var silent = Script(_ => null);

        var refusal = await RefusedAsync(PanRole.Gn, within: TimeSpan.FromSeconds(16));

        Assert.That(refusal.Rule, Is.EqualTo("setup never answered (3 times asked)"));
        Assert.That(silent.Requests, Is.EqualTo(3));
    }

    [Test]
    public async Task Connect_SuccessOnAChannelThatCloses_IsNotTrusted()
    {
        Script(_ => [0x01, 0x02, 0x00, 0x00], thenClose: true);

        var refusal = await RefusedAsync(PanRole.Gn);

        Assert.That(refusal.Rule, Is.EqualTo("accepted, then closed"));
        Assert.That(refusal.Code, Is.EqualTo(SetupResponseCode.Success));
        Assert.That(_clientPort.Carrier, Is.False);
        Assert.That(_client.Events.OfType<PanConnected>(), Is.Empty);
    }

    [Test]
    public async Task Connect_RefusalsOfOtherStacks_AreFinal([Values(1, 2, 3)] int code)
    {
        Script(_ => [0x01, 0x02, 0x00, (byte)code]);

        var refusal = await RefusedAsync(
            PanRole.Gn, new PanClientOptions { Reconnect = ReconnectPolicy.Default, RetryFirstAttempt = true });

        Assert.That((int)refusal.Code!.Value, Is.EqualTo(code));
    }

    [Test]
    public async Task Connect_Twice_IsTheCallersMistake()
    {
        Serve(PanRole.Gn);
        await ConnectAsync(PanRole.Gn);

        Assert.That(
            () => _client.Pan.Connect(_server.Peer, PanRole.Gn, new RigPort(_client.Mac), new PanClientOptions()),
            Throws.InvalidOperationException.With.Message.Contains("already"));
    }

    [Test]
    public async Task FullLink_PausesThePort_AndWritableBringsTheFrameAgain()
    {
        Serve(PanRole.Gn);
        var connection = await ConnectAsync(PanRole.Gn);
        var channel = _client.Channels.Single();
        channel.SetRoom(false);

        var taken = _net.On(() => _clientPort.Emit(MacAddress.Broadcast, [1]));
        _net.On(() => { channel.SetRoom(true); return true; });

        Assert.That(taken, Is.False, "the port keeps its frame");
        Assert.That(_clientPort.Resumes, Is.GreaterThan(0));
        Assert.That(connection.ReadStatus().Counters.DroppedOut, Is.Zero);
    }

    [Test]
    public async Task FullLink_FramesFromAnotherThread_AreHeldInOrder()
    {
        Serve(PanRole.Gn);
        await ConnectAsync(PanRole.Gn);
        var channel = _client.Channels.Single();
        channel.SetRoom(false);
        for (byte i = 1; i <= 5; i++)
        {
            Assert.That(_clientPort.Emit(MacAddress.Broadcast, [i]), Is.True);
        }

        _net.Pump();
        var held = _serverPort.Frames.Count;
        _net.On(() => { channel.SetRoom(true); return true; });

        Assert.That(held, Is.Zero);
        Assert.That(_serverPort.Frames.Select(frame => frame.Payload[0]), Is.EqualTo((byte[])[1, 2, 3, 4, 5]));
    }

    [Test]
    public async Task Filter_OfTheClient_IsAnswered_AndReported()
    {
        Serve(PanRole.Gn);
        var connection = await ConnectAsync(PanRole.Gn);

        var asked = connection.SetNetworkTypeFilterAsync(new NetworkTypeRange(EtherType.IPv4, EtherType.Arp));
        _net.Pump();

        Assert.That(await asked, Is.True);
        var answer = _client.Events.OfType<FilterChanged>().Single();
        Assert.That((answer.Multicast, answer.Code), Is.EqualTo((false, FilterResponseCode.Success)));
    }

    private void Serve(PanRole role) => _net.On(() => _server.Pan.Serve(role, _serverPort, Open));

    private Task<SetupRefused?> Start(PanRole role, PanClientOptions? options = null) => _net.Run(() =>
        _client.Pan.Connect(_server.Peer, role, _clientPort, options ?? new()).StartAsync());

    private async Task<PanConnection> ConnectAsync(PanRole role, PanClientOptions? options = null)
    {
        var attempt = Start(role, options);
        _net.Advance(TimeSpan.FromSeconds(1));
        Assert.That(attempt.IsCompleted, Is.True);
        Assert.That(await attempt, Is.Null);
        return _client.Pan.Connections.Single();
    }

    private async Task<SetupRefused> RefusedAsync(PanRole role, PanClientOptions? options = null, TimeSpan? within = null)
    {
        var attempt = Start(role, options);
        _net.Advance(within ?? TimeSpan.FromSeconds(1));
        Assert.That(attempt.IsCompleted, Is.True);
        var refusal = await attempt;
        Assert.That(refusal, Is.Not.Null);
        Assert.That(_client.Pan.Connections, Is.Empty);
        return refusal!;
    }

    private ScriptedServer Script(Func<byte[], byte[]?> answer, bool thenClose = false) =>
        ScriptedServer.Listen(_net, _server, answer, thenClose);
}
