using HostStack.Ethernet;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan.Authorization;
using HostStack.Pan.Tests.Rig;

namespace HostStack.Pan.Tests.Authorization;

/// <summary>What happens on a network when the time of a listed device is over.</summary>
[TestFixture]
internal sealed class ExpiryTests : OneHostTests
{
    private static readonly BdAddr First = new(1);
    private static readonly BdAddr Second = new(2);

    [TestCase(0.5)]
    [TestCase(90)]
    [TestCase(3600 * 24)]
    public void Peer_WhoseTimeIsOver_IsSentAway_AndNoOther(double seconds)
    {
        var span = TimeSpan.FromSeconds(seconds);
        Serve(AuthorizationRule.Listed([Entry(First, span), Entry(Second, span + span)]));
        var (one, other) = (Host.ConnectRaw(First.Value), Host.ConnectRaw(Second.Value));
        Assert.That((one.SetUp(RawPeer.SetupGn), other.SetUp(RawPeer.SetupGn)), Is.EqualTo((0, 0)));

        Net.Advance(span - TimeSpan.FromTicks(1));
        Assert.That(Host.Events.OfType<PeerLeft>(), Is.Empty, "not a tick too early");
        Net.Advance(TimeSpan.FromTicks(1));

        var left = Host.Events.OfType<PeerLeft>().Single();
        Assert.That(left.Peer.Address, Is.EqualTo(First));
        Assert.That(left.Reason, Is.EqualTo(
            "its authorization has ended (listed, expired). Renew the list entry of 00:00:00:00:00:01"));
        Net.Advance(span);
        Assert.That(Host.Events.OfType<PeerLeft>().Last().Peer.Address, Is.EqualTo(Second));
        Assert.That(Net.Loop.Timers.Armed, Is.Zero, "nobody is watched any more");
        Assert.That(Host.ConnectRaw(First.Value).SetUp(RawPeer.SetupGn), Is.EqualTo(4), "and not let in again");
    }

    [Test]
    public void Peer_WithALaterEntryOrAnotherRule_Stays()
    {
        var minute = TimeSpan.FromMinutes(1);
        Host.Bonds.Add(Second);
        Serve(AuthorizationRule.Listed([Entry(First, minute), Entry(First, 3 * minute), Entry(Second, minute)])
            with { Otherwise = AuthorizationRule.Bonded });
        Assert.That(Host.ConnectRaw(First.Value).SetUp(RawPeer.SetupGn), Is.Zero);
        Assert.That(Host.ConnectRaw(Second.Value).SetUp(RawPeer.SetupGn), Is.Zero);

        Net.Advance(2 * minute);
        Assert.That(Host.Events.OfType<PeerLeft>(), Is.Empty);
        Net.Advance(minute);
        Assert.That(Host.Events.OfType<PeerLeft>().Single().Peer.Address, Is.EqualTo(First), "the later entry ends, too");
        Net.Advance(TimeSpan.FromDays(1));
        Assert.That(Host.Events.OfType<PeerLeft>().Count(), Is.EqualTo(1), "a bond does not end");
    }

    [Test]
    public void Peer_ThatIsAskedForNext_IsSentAway_NobodyIsAskedForASession()
    {
        Serve(AuthorizationRule.Listed([Entry(First, TimeSpan.FromMinutes(1))]) with { Otherwise = AuthorizationRule.Ask });
        Assert.That(Host.ConnectRaw(First.Value).SetUp(RawPeer.SetupGn), Is.Zero);
        Net.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Host.Events.OfType<PeerLeft>().Single().Reason, Does.StartWith("its authorization has ended"));
    }

    [Test]
    public void Peer_ThatLeavesBefore_LeavesNoTimer()
    {
        Serve(AuthorizationRule.Listed([Entry(First, TimeSpan.FromHours(1))]));
        Assert.That(Host.ConnectRaw(First.Value).SetUp(RawPeer.SetupGn), Is.Zero);
        Assert.That(Net.Loop.Timers.Armed, Is.EqualTo(1));
        Net.On(() =>
        {
            Host.Pan.Dispose();
            return true;
        });
        Assert.That(Net.Loop.Timers.Armed, Is.Zero);
    }

    private AuthorizedDevice Entry(BdAddr address, TimeSpan span) => new(address, Net.Time.GetUtcNow() + span);

    private void Serve(AuthorizationRule rule) =>
        Net.On(() => Host.Pan.Serve(PanRole.Gn, new RigPort(new MacAddress(0x02_0000_0000_77)), new PanServiceOptions { Authorization = rule }));
}
