using HostStack.Ethernet;
using HostStack.Pan.Authorization;
using HostStack.Pan.Tests.Rig;

namespace HostStack.Pan.Tests.Client;

/// <summary>Two PANUs that serve PANU and connect to each other at one time: one session stays, begun by the lower
/// address.</summary>
[TestFixture]
internal sealed class SimultaneousTests
{
    private RigNet _net = null!;

    [SetUp]
    public void SetUp() => _net = new RigNet();

    [TearDown]
    public void TearDown() => _net.Dispose();

    [Test]
    public async Task BothConnect_OneSessionStays_BegunByTheLowerAddress([Values] bool lowerFirst)
    {
        var lower = _net.Add(0x10);
        var upper = _net.Add(0x20);
        var lowerPort = Serve(lower);
        var upperPort = Serve(upper);
        var (one, other) = lowerFirst ? (lower, upper) : (upper, lower);

        var first = one.Pan.Connect(
            other.Peer, PanRole.Panu, lowerFirst ? lowerPort : upperPort, new PanClientOptions());
        var second = other.Pan.Connect(
            one.Peer, PanRole.Panu, lowerFirst ? upperPort : lowerPort, new PanClientOptions());
        var firstStart = _net.Loop.RunAsync(first.StartAsync);
        var secondStart = _net.Loop.RunAsync(second.StartAsync);
        _net.Advance(TimeSpan.FromSeconds(5));

        Assert.That((firstStart.IsCompleted, secondStart.IsCompleted), Is.EqualTo((true, true)));
        Assert.That((await firstStart, await secondStart), Is.EqualTo(((SetupRefused?)null, (SetupRefused?)null)));
        Assert.That((first.State, second.State), Is.EqualTo((PanConnectionState.Connected, PanConnectionState.Connected)));
        Assert.That(lower.Channels.Count(channel => channel.IsOpen), Is.EqualTo(1));
        Assert.That(lower.Channels.Single(channel => channel.IsOpen).IsInitiator, Is.True);

        lowerPort.Emit(upper.Mac, [1]);
        _net.Pump();
        upperPort.Emit(lower.Mac, [2]);
        _net.Pump();
        Assert.That(upperPort.Frames.Single().Payload, Is.EqualTo((byte[])[1]));
        Assert.That(lowerPort.Frames.Single().Payload, Is.EqualTo((byte[])[2]));
        Assert.That(_net.Loop.Faults, Is.Zero);
    }

    [Test]
    public async Task Second_BeginsWhenTheFirstIsAccepted_EachHasItsOwn([Values] bool lowerFirst)
    {
        var lower = _net.Add(0x10);
        var upper = _net.Add(0x20);
        var lowerPort = Serve(lower, AuthorizationRule.All);
        var upperPort = Serve(upper, AuthorizationRule.All);
        var (one, onePort, other, otherPort) = lowerFirst
            ? (lower, lowerPort, upper, upperPort)
            : (upper, upperPort, lower, lowerPort);

        var first = one.Pan.Connect(other.Peer, PanRole.Panu, onePort, new PanClientOptions());
        var firstStart = _net.Loop.RunAsync(first.StartAsync);
        _net.Advance(TimeSpan.FromMilliseconds(100));
        Assert.That(firstStart.IsCompleted, Is.False, "accepted, and watched for a moment");
        var second = other.Pan.Connect(one.Peer, PanRole.Panu, otherPort, new PanClientOptions());
        var secondStart = _net.Loop.RunAsync(second.StartAsync);
        _net.Advance(TimeSpan.FromSeconds(5));

        Assert.That((await firstStart, await secondStart), Is.EqualTo(((SetupRefused?)null, (SetupRefused?)null)));
        Assert.That((first.State, second.State), Is.EqualTo((PanConnectionState.Connected, PanConnectionState.Connected)));
        Assert.That(lower.Channels.Count(channel => channel.IsOpen), Is.EqualTo(2));
    }

    // The served PANU has a port of its own; the connection's is the one that carries the frames.
    private RigPort Serve(RigHost host, AuthorizationRule? rule = null)
    {
        _net.On(() => host.Pan.Serve(
            PanRole.Panu, new RigPort(host.Mac, "served"), new PanServiceOptions { Authorization = rule ?? AuthorizationRule.Bonded }));
        return new RigPort(host.Mac, "own");
    }
}
