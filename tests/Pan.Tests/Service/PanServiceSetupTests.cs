using HostStack.Bnep.Control;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan.Authorization;
using HostStack.Pan.Tests.Rig;

namespace HostStack.Pan.Tests.Service;

[TestFixture]
internal sealed class PanServiceSetupTests : OneHostTests
{
    [Test, Category("SIG"), Property("Id", "MISC/ROLE/BV-01-C")]
    public void Setup_GnAsPanu_IsAccepted()
    {
        Serve(PanRole.Gn);

        Assert.That(Host.ConnectRaw(0x1).SetUp(RawPeer.SetupGn), Is.EqualTo(0x0000));
        Assert.That(Host.Events.OfType<PeerJoined>().Single(), Is.EqualTo(
            new PeerJoined(PanRole.Gn, new PeerAddress(new BdAddr(1)), PanRole.Panu, new Ethernet.MacAddress(1))));
    }

    [Test, Category("SIG"), Property("Id", "MISC/ROLE/BV-02-C")]
    public void Setup_NapAsPanu_IsAccepted()
    {
        Serve(PanRole.Nap);

        Assert.That(Host.ConnectRaw(0x1).SetUp(RawPeer.SetupNap), Is.EqualTo(0x0000));
    }

    [Test, Category("SIG"), Property("Id", "MISC/UUID/BV-01-C")]
    public void Setup_32BitUuids_AreAccepted()
    {
        Serve(PanRole.Gn);

        Assert.That(
            Host.ConnectRaw(0x1).SetUp([0x01, 0x01, 0x04, 0, 0, 0x11, 0x17, 0, 0, 0x11, 0x15]), Is.EqualTo(0x0000));
    }

    [Test, Category("SIG"), Property("Id", "MISC/UUID/BV-02-C")]
    public void Setup_128BitUuids_AreAccepted()
    {
        Serve(PanRole.Gn);
        byte[] uuidBase = [0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0x80, 0x5F, 0x9B, 0x34, 0xFB];

        Assert.That(
            Host.ConnectRaw(0x1).SetUp([0x01, 0x01, 0x10, 0, 0, 0x11, 0x17, .. uuidBase, 0, 0, 0x11, 0x15, .. uuidBase]),
            Is.EqualTo(0x0000));
    }

    [Test]
    public void Setup_EachRefusalOfRoles_IsAnsweredAndOneEventWithTheRemedy(
        [Values(0x1115, 0x1116, 0x1117, 0x1118)] int destination, [Values(0x1115, 0x1117, 0x0003)] int source)
    {
        Serve(PanRole.Nap);
        var raw = Host.ConnectRaw(0x1);

        var code = raw.SetUp([0x01, 0x01, 0x02, (byte)(destination >> 8), (byte)destination, (byte)(source >> 8), (byte)source]);

        var expected = destination == 0x1118 ? 0x0001
            : source == 0x0003 || (source == 0x1117 && destination != 0x1115) ? 0x0002
            : destination == 0x1116 ? 0x0000
            : 0x0004;
        Assert.That(code, Is.EqualTo(expected));
        var refusals = Host.Events.OfType<SetupRefused>().ToArray();
        Assert.That(refusals, Has.Length.EqualTo(code == 0 ? 0 : 1));
        if (code != 0)
        {
            Assert.That((int)refusals[0].Code!.Value, Is.EqualTo(code));
            Assert.That(refusals[0].Layer, Is.EqualTo(RefusalLayer.Pan));
            Assert.That(refusals[0].Remedy, Is.Not.Empty);
        }
    }

    [Test]
    public void Setup_PeerThatIsNotBonded_IsRefusedWithTheRule()
    {
        Serve(PanRole.Gn, new PanServiceOptions());

        Assert.That(Host.ConnectRaw(0x1).SetUp(RawPeer.SetupGn), Is.EqualTo(0x0004));
        Assert.That(Host.Events.OfType<SetupRefused>().Single(), Has
            .Property(nameof(SetupRefused.Rule)).EqualTo("authorization: bonded")
            .And.Property(nameof(SetupRefused.LocalRole)).EqualTo(PanRole.Gn)
            .And.Property(nameof(SetupRefused.KeyType)).EqualTo(LinkKeyType.UnauthenticatedP256)
            .And.Property(nameof(SetupRefused.Remedy)).Contains("Pair with 00:00:00:00:00:01"));
    }

    [Test]
    public void Setup_AfterARefusal_CanBeTriedAgainOnTheSameChannel()
    {
        Serve(PanRole.Gn, new PanServiceOptions());
        var raw = Host.ConnectRaw(0x1);
        var first = raw.SetUp(RawPeer.SetupGn);
        Host.Bonds.Add(new BdAddr(0x1));

        Assert.That((first, raw.SetUp(RawPeer.SetupGn)), Is.EqualTo((0x0004, 0x0000)));
    }

    [Test]
    public void Setup_BondedPeer_IsAcceptedByTheDefaults()
    {
        Serve(PanRole.Gn, new PanServiceOptions());
        Host.Bonds.Add(new BdAddr(0x1));

        Assert.That(Host.ConnectRaw(0x1).SetUp(RawPeer.SetupGn), Is.EqualTo(0x0000));
    }

    [Test]
    public void Setup_RolesWithDifferentPolicies_AreJudgedEachByItsOwn()
    {
        Serve(PanRole.Gn, new PanServiceOptions { Authorization = AuthorizationRule.All });
        Serve(PanRole.Nap, new PanServiceOptions { Authorization = AuthorizationRule.None });

        Assert.That(Host.ConnectRaw(0x1).SetUp(RawPeer.SetupNap), Is.EqualTo(0x0004));
        Assert.That(Host.ConnectRaw(0x2).SetUp(RawPeer.SetupGn), Is.EqualTo(0x0000));
    }

    [Test]
    public void Setup_BeyondTheClientLimit_IsRefused()
    {
        Serve(PanRole.Gn);
        for (var i = 1UL; i <= 7; i++)
        {
            Assert.That(Host.ConnectRaw(i).SetUp(RawPeer.SetupGn), Is.Zero, $"peer {i}");
        }

        Assert.That(Host.ConnectRaw(0x8).SetUp(RawPeer.SetupGn), Is.EqualTo(0x0004));
        Assert.That(Host.Events.OfType<SetupRefused>().Single().Rule, Is.EqualTo("client limit of 7"));
    }

    [Test]
    public void Setup_SecondPeerOfAPanu_IsRefused_UntilTheFirstLeaves()
    {
        Serve(PanRole.Panu);
        byte[] setup = [0x01, 0x01, 0x02, 0x11, 0x15, 0x11, 0x15];
        var first = Host.ConnectRaw(0x1);
        Assert.That(first.SetUp(setup), Is.Zero);

        var second = Host.ConnectRaw(0x2);
        Assert.That(second.SetUp(setup), Is.EqualTo(0x0004));
        Net.On(() => { first.Channel.Disconnect(); return true; });
        Assert.That(second.SetUp(setup), Is.EqualTo(0x0000));
    }

    [Test]
    public void Setup_PeerThatComesAgain_TakesThePlaceOfItsOldSession()
    {
        Serve(PanRole.Gn, new PanServiceOptions { Authorization = AuthorizationRule.All, ClientLimit = 1 });
        var old = Host.ConnectRaw(0x1);
        old.SetUp(RawPeer.SetupGn);

        Assert.That(Host.ConnectRaw(0x1).SetUp(RawPeer.SetupGn), Is.Zero);
        Net.Pump();
        Assert.That(old.CloseReason, Is.EqualTo(L2cap.Channels.ChannelCloseReason.RemoteRequest));
        Assert.That(Host.Pan.ReadStatus().Networks.Single().Peers, Has.Count.EqualTo(1));
    }

    [Test]
    public void Setup_WhileTheOperatorIsAsked_RepeatsAreHeld_AndEachIsAnswered()
    {
        var authorizer = new HeldAuthorizer();
        Serve(PanRole.Gn, new PanServiceOptions { Authorization = AuthorizationRule.Ask, Authorizer = authorizer });
        var raw = Host.ConnectRaw(0x1);
        raw.Send(RawPeer.SetupGn);
        Net.Advance(TimeSpan.FromSeconds(9));
        raw.Send(RawPeer.SetupGn);
        Net.Advance(TimeSpan.FromSeconds(9));
        Assert.That(raw.Received, Is.Empty);

        authorizer.Answer.SetResult(true);
        Net.Pump();

        Assert.That(raw.Received, Is.EqualTo((byte[][])[[0x01, 0x02, 0, 0], [0x01, 0x02, 0, 0]]));
        Assert.That(authorizer.Asked, Is.EqualTo(1));
        Assert.That(Host.Events.OfType<PeerJoined>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Setup_OperatorSilent_IsRefusedAfter25Seconds_WithOneEvent()
    {
        var authorizer = new HeldAuthorizer();
        Serve(PanRole.Gn, new PanServiceOptions { Authorization = AuthorizationRule.Ask, Authorizer = authorizer });
        var raw = Host.ConnectRaw(0x1);
        raw.Send(RawPeer.SetupGn);

        Net.Advance(TimeSpan.FromSeconds(24.9));
        var early = raw.Received.Count;
        Net.Advance(TimeSpan.FromSeconds(0.2));

        Assert.That(early, Is.Zero);
        Assert.That(raw.Take(), Is.EqualTo((byte[])[0x01, 0x02, 0x00, 0x04]));
        Assert.That(Host.Events.OfType<SetupRefused>().Single().Rule, Is.EqualTo("authorization: ask, no answer in time"));
        authorizer.Answer.SetResult(true);
        Net.Pump();
        Assert.That(Host.Events.OfType<PeerJoined>(), Is.Empty, "a late yes means nothing");
    }

    [Test]
    public void Setup_PeerLeavesWhileTheOperatorIsAsked_LeavesNothingBehind()
    {
        var authorizer = new HeldAuthorizer();
        Serve(PanRole.Gn, new PanServiceOptions { Authorization = AuthorizationRule.Ask, Authorizer = authorizer });
        var raw = Host.ConnectRaw(0x1);
        raw.Send(RawPeer.SetupGn);

        Net.On(() => { raw.Channel.Disconnect(); return true; });
        authorizer.Answer.SetResult(true);
        Net.Pump();

        Assert.That(Host.Events.OfType<PeerJoined>(), Is.Empty);
        Assert.That(Host.Events.OfType<SetupRefused>(), Is.Empty);
    }

    [Test]
    public void RoleChange_ToARoleThatIsServed_MovesThePeer_AndAFailedOneKeepsIt()
    {
        Serve(PanRole.Gn);
        Serve(PanRole.Nap);
        var raw = Host.ConnectRaw(0x1);
        raw.SetUp(RawPeer.SetupGn);

        Assert.That(raw.SetUp(RawPeer.SetupNap), Is.Zero);
        Assert.That(raw.SetUp([0x01, 0x01, 0x02, 0x11, 0x15, 0x11, 0x15]), Is.EqualTo(0x0004), "PANU is not served");

        var networks = Host.Pan.ReadStatus().Networks.ToDictionary(network => network.Role, network => network.Peers.Count);
        Assert.That(networks, Is.EqualTo(new Dictionary<PanRole, int> { [PanRole.Gn] = 0, [PanRole.Nap] = 1 }));
        Assert.That(raw.CloseReason, Is.Null, "the link stays");
    }

    private void Serve(PanRole role, PanServiceOptions? options = null) => Net.On(() => Host.Pan.Serve(
        role, new RigPort(Host.Mac, role.Name()), options ?? new PanServiceOptions { Authorization = AuthorizationRule.All }));

    private sealed class HeldAuthorizer : IAuthorizer
    {
        public TaskCompletionSource<bool> Answer { get; } = new();

        public int Asked { get; private set; }

        public async ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken)
        {
            Asked++;
            return await Answer.Task;
        }
    }
}
