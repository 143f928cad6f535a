using HostStack.Ethernet;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan.Authorization;
using HostStack.Pan.Tests.Rig;

namespace HostStack.Pan.Tests.Authorization;

/// <summary>What happens on a network when the time of a listed device is over.</summary>
[TestFixture]
internal sealed class ExpiryTests
{
    private static readonly BdAddr First = new(1);
    private static readonly BdAddr Second = new(2);
    private RigNet _net = null!;
    private RigHost _host = null!;

    [SetUp]
    public void SetUp()
    {
        _net = new RigNet();
        _host = _net.Add(0x00AA_0101_0042);
    }

    [TearDown]
    public void TearDown()
    {
        Assert.That(_net.Loop.Faults, Is.Zero);
        Assert.That(_host.Channels.Sum(channel => channel.Outstanding), Is.Zero, "every buffer was released");
        _net.Dispose();
    }

    [TestCase(0.5)]
    [TestCase(90)]
    [TestCase(3600 * 24)]
    public void Peer_WhoseTimeIsOver_IsSentAway_AndNoOther(double seconds)
    {
        var span = TimeSpan.FromSeconds(seconds);
        Serve(AuthorizationRule.Listed([Entry(First, span), Entry(Second, span + span)]));
        var (one, other) = (_host.ConnectRaw(First.Value), _host.ConnectRaw(Second.Value));
        Assert.That((one.SetUp(RawPeer.SetupGn), other.SetUp(RawPeer.SetupGn)), Is.EqualTo((0, 0)));

        _net.Advance(span - TimeSpan.FromTicks(1));
        Assert.That(_host.Events.OfType<PeerLeft>(), Is.Empty, "not a tick too early");
        _net.Advance(TimeSpan.FromTicks(1));

        var left = _host.Events.OfType<PeerLeft>().Single();
        Assert.That(left.Peer.Address, Is.EqualTo(First));
        Assert.That(left.Reason, Is.EqualTo(
            "its authorization has ended (listed, expired). Renew the list entry of 00:00:00:00:00:01"));
        _net.Advance(span);
        Assert.That(_host.Events.OfType<PeerLeft>().Last().Peer.Address, Is.EqualTo(Second));
        Assert.That(_net.Loop.Timers.Armed, Is.Zero, "nobody is watched any more");
        Assert.That(_host.ConnectRaw(First.Value).SetUp(RawPeer.SetupGn), Is.EqualTo(4), "and not let in again");
    }

    [Test]
    public void Peer_WithALaterEntryOrAnotherRule_Stays()
    {
        var minute = TimeSpan.FromMinutes(1);
        _host.Bonds.Add(Second);
        Serve(AuthorizationRule.Listed([Entry(First, minute), Entry(First, 3 * minute), Entry(Second, minute)])
            with { Otherwise = AuthorizationRule.Bonded });
        Assert.That(_host.ConnectRaw(First.Value).SetUp(RawPeer.SetupGn), Is.Zero);
        Assert.That(_host.ConnectRaw(Second.Value).SetUp(RawPeer.SetupGn), Is.Zero);

        _net.Advance(2 * minute);
        Assert.That(_host.Events.OfType<PeerLeft>(), Is.Empty);
        _net.Advance(minute);
        Assert.That(_host.Events.OfType<PeerLeft>().Single().Peer.Address, Is.EqualTo(First), "the later entry ends, too");
        _net.Advance(TimeSpan.FromDays(1));
        Assert.That(_host.Events.OfType<PeerLeft>().Count(), Is.EqualTo(1), "a bond does not end");
    }

    [Test]
    public void Peer_ThatIsAskedForNext_IsSentAway_NobodyIsAskedForASession()
    {
        Serve(AuthorizationRule.Listed([Entry(First, TimeSpan.FromMinutes(1))]) with { Otherwise = AuthorizationRule.Ask });
        Assert.That(_host.ConnectRaw(First.Value).SetUp(RawPeer.SetupGn), Is.Zero);
        _net.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_host.Events.OfType<PeerLeft>().Single().Reason, Does.StartWith("its authorization has ended"));
    }

    [Test]
    public void Peer_ThatLeavesBefore_LeavesNoTimer()
    {
        Serve(AuthorizationRule.Listed([Entry(First, TimeSpan.FromHours(1))]));
        Assert.That(_host.ConnectRaw(First.Value).SetUp(RawPeer.SetupGn), Is.Zero);
        Assert.That(_net.Loop.Timers.Armed, Is.EqualTo(1));
        _net.On(() =>
        {
            _host.Pan.Dispose();
            return true;
        });
        Assert.That(_net.Loop.Timers.Armed, Is.Zero);
    }

    private AuthorizedDevice Entry(BdAddr address, TimeSpan span) => new(address, _net.Time.GetUtcNow() + span);

    private void Serve(AuthorizationRule rule) =>
        _net.On(() => _host.Pan.Serve(PanRole.Gn, new RigPort(new MacAddress(0x02_0000_0000_77)), new PanServiceOptions { Authorization = rule }));
}
