using HostStack.Ethernet;
using HostStack.Pan.Authorization;
using HostStack.Pan.Tests.Rig;

namespace HostStack.Pan.Tests.Client;

[TestFixture]
internal sealed class ReconnectTests
{
    private static readonly ReconnectPolicy Plain = new() { Jitter = 0 };

    private RigNet _net = null!;
    private RigHost _client = null!;
    private RigHost _server = null!;
    private RigPort _port = null!;
    private RigPort _serverPort = null!;

    [SetUp]
    public void SetUp()
    {
        _net = new RigNet();
        _client = _net.Add(0x10);
        _server = _net.Add(0x20);
        _port = new RigPort(_client.Mac, "client");
        _serverPort = new RigPort(_server.Mac, "server");
        _net.On(() => _server.Pan.Serve(
            PanRole.Gn, _serverPort, new PanServiceOptions { Authorization = AuthorizationRule.All }));
    }

    [TearDown]
    public async Task TearDown()
    {
        Assert.That(_net.Loop.Faults, Is.Zero);
        await _port.DisposeAsync();
        await _serverPort.DisposeAsync();
        _net.Dispose();
    }

    [Test]
    public void Loss_WithoutAPolicy_IsTheEnd()
    {
        var connection = Connect(new PanClientOptions());

        _client.Break(_server);
        _net.Pump();

        Assert.That(connection.State, Is.EqualTo(PanConnectionState.Closed));
        Assert.That(connection.Completion.IsCompletedSuccessfully, Is.True);
        Assert.That(_client.Events.OfType<PanDisconnected>().Single().Reason, Is.EqualTo("link lost"));
        Assert.That(_port.Carrier, Is.False);
        Assert.That(_client.Pan.Connections, Is.Empty);
    }

    [Test]
    public void Loss_PeerComesBack_IsConnectedAgainWithoutAnybodyAsking()
    {
        var connection = Connect(new PanClientOptions { Reconnect = Plain });

        _client.Break(_server);
        _net.Advance(TimeSpan.FromSeconds(2));

        Assert.That(connection.State, Is.EqualTo(PanConnectionState.Connected));
        Assert.That(_client.Events.OfType<PanConnected>().Count(), Is.EqualTo(2));
        Assert.That(_port.Carrier, Is.True);
        _port.Emit(MacAddress.Broadcast, [1]);
        _net.Pump();
        Assert.That(_serverPort.Frames, Has.Count.EqualTo(1));
    }

    [Test]
    public void Loss_PeerStaysAway_WaitsDouble_UntilItIsBack()
    {
        var connection = Connect(new PanClientOptions { Reconnect = Plain });
        _server.IsReachable = false;

        _client.Break(_server);
        _net.Advance(TimeSpan.FromSeconds(16));
        var waits = _client.Events.OfType<Reconnecting>().Select(happened => happened.Wait.TotalSeconds).ToArray();
        _server.IsReachable = true;
        _net.Advance(TimeSpan.FromSeconds(20));

        Assert.That(waits, Is.EqualTo((double[])[1, 2, 4, 8, 16]));
        Assert.That(connection.State, Is.EqualTo(PanConnectionState.Connected));
        Assert.That(connection.ReadStatus().Losses, Is.EqualTo(1));
    }

    [Test]
    public void Loss_OfTheController_IsTriedAgainToo()
    {
        var connection = Connect(new PanClientOptions { Reconnect = Plain });
        _client.HasController = false;

        _client.Break(_server);
        _net.Advance(TimeSpan.FromSeconds(5));
        _client.HasController = true;
        _net.Advance(TimeSpan.FromSeconds(20));

        Assert.That(connection.State, Is.EqualTo(PanConnectionState.Connected));
    }

    [Test]
    public void Reconnect_RefusalThatCannotChange_IsTheEnd()
    {
        var connection = Connect(new PanClientOptions { Reconnect = Plain });
        _net.On(() => { _ = _server.Pan.NetworkOf(PanRole.Gn)!.DisposeAsync().AsTask(); return true; });
        ScriptedServer.Listen(_net, _server, _ => [0x01, 0x02, 0x00, 0x01], thenClose: false);

        _net.Advance(TimeSpan.FromMinutes(1));

        Assert.That(connection.State, Is.EqualTo(PanConnectionState.Closed));
        Assert.That(_client.Events.OfType<SetupRefused>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Reconnect_AttemptsUsedUp_IsTheEnd()
    {
        var connection = Connect(new PanClientOptions { Reconnect = Plain with { MaximumAttempts = 3 } });
        _server.IsReachable = false;

        _client.Break(_server);
        _net.Advance(TimeSpan.FromMinutes(1));

        Assert.That(connection.State, Is.EqualTo(PanConnectionState.Closed));
        Assert.That(_client.Events.OfType<Reconnecting>().Count(), Is.EqualTo(3));
    }

    [Test]
    public void Reconnect_DisposedWhileWaiting_StopsAtOnce()
    {
        var connection = Connect(new PanClientOptions { Reconnect = Plain });
        _server.IsReachable = false;
        _client.Break(_server);
        _net.Advance(TimeSpan.FromSeconds(2));

        _ = connection.DisposeAsync().AsTask();
        _net.Advance(TimeSpan.FromMinutes(5));

        Assert.That(connection.State, Is.EqualTo(PanConnectionState.Closed));
        Assert.That(_client.Events.OfType<Reconnecting>().Count(), Is.EqualTo(2));
        Assert.That(_net.Loop.Timers.UntilNext, Is.Null, "no timer is left");
    }

    [Test]
    public void FirstAttempt_PeerNotThereYet_IsWaitedFor_WhenAsked()
    {
        _server.IsReachable = false;
        var connection = Connect(new PanClientOptions { Reconnect = Plain, RetryFirstAttempt = true });
        var before = connection.State;

        _server.IsReachable = true;
        _net.Advance(TimeSpan.FromSeconds(5));

        Assert.That((before, connection.State), Is.EqualTo((PanConnectionState.Waiting, PanConnectionState.Connected)));
    }

    [Test]
    public void Dispose_WhileConnected_TellsThePeer_AndSpares_TheNextAttempt()
    {
        var connection = Connect(new PanClientOptions { Reconnect = Plain });

        _ = connection.DisposeAsync().AsTask();
        _net.Advance(TimeSpan.FromMinutes(1));

        Assert.That(_server.Events.OfType<PeerLeft>().Single().Reason, Is.EqualTo("closed by the peer"));
        Assert.That(_client.Events.OfType<Reconnecting>(), Is.Empty);
    }

    [Test]
    public void Loss_AgainAndAgainRightAfterSuccess_WaitsLongerEachTime_UntilAConnectionLasts()
    {
        Connect(new PanClientOptions { Reconnect = Plain });
        for (var i = 0; i < 4; i++)
        {
            _client.Break(_server);
            _net.Advance(TimeSpan.FromSeconds((1 << i) + 0.5));
        }

        _net.Advance(TimeSpan.FromSeconds(10));
        _client.Break(_server);
        _net.Pump();

        Assert.That(
            _client.Events.OfType<Reconnecting>().Select(waiting => waiting.Wait.TotalSeconds),
            Is.EqualTo((double[])[1, 2, 4, 8, 1]));
    }

    [Test]
    public void Close_InTheTurnInWhichTheWaitEnds_StartsNoAttempt()
    {
        var connection = Connect(new PanClientOptions { Reconnect = Plain });
        _client.Break(_server);
        _net.Pump();
        var requests = _server.ChannelRequests.Count;
        var closing = _net.Loop.Timers.Create(() => connection.Close("closed here"));
        closing.Arm(TimeSpan.FromSeconds(1));

        _net.Advance(TimeSpan.FromSeconds(5));

        Assert.That(connection.State, Is.EqualTo(PanConnectionState.Closed));
        Assert.That(_server.ChannelRequests, Has.Count.EqualTo(requests));
    }

    [Test]
    public void Close_InTheTurnInWhichTheAttemptEnds_StaysClosed()
    {
        var connection = _client.Pan.Connect(_server.Peer, PanRole.Gn, _port, new PanClientOptions { Reconnect = Plain });
        var start = _net.Run(connection.StartAsync);
        var closing = _net.Loop.Timers.Create(() => connection.Close("closed here"));
        closing.Arm(connection.Options.ConfirmationTime);

        _net.Advance(TimeSpan.FromSeconds(5));

        Assert.That(start.IsCanceled, Is.True);
        Assert.That(connection.State, Is.EqualTo(PanConnectionState.Closed));
        Assert.That(_client.Events.OfType<PanConnected>(), Is.Empty);
    }

    private PanConnection Connect(PanClientOptions options)
    {
        var connection = _client.Pan.Connect(_server.Peer, PanRole.Gn, _port, options);
        var start = _net.Run(connection.StartAsync);
        _net.Advance(TimeSpan.FromMilliseconds(500));
        Assert.That(start.IsCompletedSuccessfully, Is.True);
        return connection;
    }
}
