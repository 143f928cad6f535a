using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.Pan.Authorization;
using HostStack.Pan.Tests.Rig;
using HostStack.Testing;

namespace HostStack.Pan.Tests.Service;

/// <summary>Peers that want more than they may have, and programs that ask for what cannot be.</summary>
[TestFixture]
internal sealed class PanHostileTests : OneHostTests
{
    [Test]
    [Category("Attack")]
    [TestCase(0x02AA_BB00_0001UL, TestName = "AddressOfThePort_TakenByAPeer_IsRefused")]
    [TestCase(0x03AA_BB00_0001UL, TestName = "AddressOfThePort_TakenByItsGroupTwin_IsRefused")]
    public void AddressOfThePort_TakenByAPeer_IsRefused(ulong address)
    {
        var port = new RigPort(new MacAddress(0x02AA_BB00_0001), "tap0");
        Serve(PanRole.Gn, port);
        var honest = Host.ConnectRaw(0x1);
        honest.SetUp(RawPeer.SetupGn);

        Assert.That(Host.ConnectRaw(address).SetUp(RawPeer.SetupGn), Is.EqualTo(0x0004));

        honest.SendFrame(port.Address, [1, 2, 3]);
        Assert.That(port.Frames, Has.Count.EqualTo(1), "the machine still hears what is for it");
        Assert.That(Host.Events.OfType<SetupRefused>().Single().Rule, Is.EqualTo("address in use"));
    }

    [Test]
    [Category("Attack")]
    public void AddressOfAPeer_TakenByItsGroupTwin_IsRefused_AndThePeerMayComeAgain()
    {
        Serve(PanRole.Gn, new RigPort(Host.Mac));
        var victim = Host.ConnectRaw(0x001A_7D00_0001);
        victim.SetUp(RawPeer.SetupGn);

        Assert.That(Host.ConnectRaw(0x011A_7D00_0001).SetUp(RawPeer.SetupGn), Is.EqualTo(0x0004));
        Assert.That(Host.ConnectRaw(0x001A_7D00_0001).SetUp(RawPeer.SetupGn), Is.Zero);
    }

    [Test]
    [Category("Attack")]
    public void Bonded_OnALinkThatIsNotEncrypted_ProvesNothing()
    {
        Host.Bonds.Add(new BdAddr(1));
        Serve(PanRole.Gn, new RigPort(Host.Mac), new PanServiceOptions { Security = SecurityRequirement.None });

        Assert.That(Host.ConnectRaw(1, LinkSecurity.None).SetUp(RawPeer.SetupGn), Is.EqualTo(0x0004));
        Assert.That(Host.Events.OfType<SetupRefused>().Single().Rule, Is.EqualTo("authorization: bonded"));
        Assert.That(Host.ConnectRaw(1).SetUp(RawPeer.SetupGn), Is.Zero);
    }

    [Test]
    [Category("Attack")]
    public void Link_ThatLosesItsSecurityWhileTheOperatorThinks_IsRefused()
    {
        var authorizer = new SlowAuthorizer();
        Serve(PanRole.Gn, new RigPort(Host.Mac), new PanServiceOptions { Authorization = AuthorizationRule.Ask, Authorizer = authorizer });
        var raw = Host.ConnectRaw(1);
        raw.Send(RawPeer.SetupGn);
        ((FakeAclLink)Host.Channels[^1].Link).Shortfall = SecurityShortfall.NotAuthenticated;

        authorizer.Answer.SetResult(true);
        Net.Pump();

        Assert.That(raw.Take(), Is.EqualTo((byte[])[0x01, 0x02, 0x00, 0x04]));
        Assert.That(Host.Events.OfType<PeerJoined>(), Is.Empty);
    }

    [Test]
    public void Answer_LaterThanBnepsOwnDeadline_IsOneRefusal_AndNobodyEnters([Values] bool yes)
    {
        var authorizer = new SlowAuthorizer();
        Serve(PanRole.Gn, new RigPort(Host.Mac), new PanServiceOptions
        {
            Authorization = AuthorizationRule.Ask,
            Authorizer = authorizer,
            Bnep = new BnepSessionOptions { AuthorizationTimeout = TimeSpan.FromSeconds(5) },
        });
        var raw = Host.ConnectRaw(1);
        raw.Send(RawPeer.SetupGn);

        Net.Advance(TimeSpan.FromSeconds(5));
        Assert.That(raw.Take(), Is.EqualTo((byte[])[0x01, 0x02, 0x00, 0x04]));
        authorizer.Answer.SetResult(yes);
        Net.Advance(TimeSpan.FromSeconds(25));

        Assert.That(Host.Events.OfType<SetupRefused>().Single().Rule, Is.EqualTo("authorization: ask, no answer in time"));
        Assert.That(Host.Events.OfType<PeerJoined>(), Is.Empty);
        Assert.That(authorizer.Token.IsCancellationRequested, Is.True);
    }

    [Test]
    public void Serve_OnAPortThatIsInUse_OffersNothing_AndLeavesThePortAlone()
    {
        var port = new RigPort(Host.Mac);
        Serve(PanRole.Gn, port);
        Host.ConnectRaw(1).SetUp(RawPeer.SetupGn);
        Exception? failure = null;

        Net.On(() =>
        {
            failure = Assert.Catch(() => Host.Pan.Serve(PanRole.Nap, port, new PanServiceOptions()));
            return true;
        });
        Net.On(() =>
        {
            Assert.Catch(() => Host.Pan.Connect(new PeerAddress(new BdAddr(9)), PanRole.Gn, port, new PanClientOptions()));
            return true;
        });

        Assert.That(failure, Is.InstanceOf<InvalidOperationException>());
        Assert.That(Host.Advertised.Select(entry => entry.ServiceClass), Is.EqualTo((ushort[])[(ushort)PanRole.Gn]));
        Assert.That(Host.CentralWanted, Is.EqualTo(1));
        Assert.That(port.Carrier, Is.True, "the network that has the port goes on");
        Assert.That(Host.Pan.Connections, Is.Empty);
    }

    private void Serve(PanRole role, RigPort port, PanServiceOptions? options = null) => Net.On(() => Host.Pan.Serve(
        role, port, options ?? new PanServiceOptions { Authorization = AuthorizationRule.All }));

    private sealed class SlowAuthorizer : IAuthorizer
    {
        public TaskCompletionSource<bool> Answer { get; } = new();

        public CancellationToken Token { get; private set; }

        public async ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken)
        {
            Token = cancellationToken;
            return await Answer.Task;
        }
    }
}
