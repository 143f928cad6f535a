using HostStack.Bnep.Control;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan.Authorization;

namespace HostStack.Pan.Tests.EndToEnd;

/// <summary>Whole stacks where something says no, or goes away.</summary>
[TestFixture]
internal sealed class LossAndRefusalTests
{
    private static readonly PanClientOptions Reconnecting = new() { Reconnect = new ReconnectPolicy { Jitter = 0 } };

    [Test]
    public void PeerThatIsNotBonded_IsNotPairedBehindTheUsersBack()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, stranger) = (await net.AddAsync(1), await net.AddAsync(2));
            await gn.Host.ServeAsync(PanRole.Gn, gn.Port, new PanServiceOptions { Authorization = AuthorizationRule.All });

            var result = await stranger.Host.TryConnectAsync(gn.Peer, PanRole.Gn, stranger.Port);

            Assert.That(result.Connection, Is.Null);
            Assert.That(result.Refusal!.Layer, Is.EqualTo(RefusalLayer.Security));
            Assert.That(result.Refusal.Remedy, Does.Contain("pairing window"));
            Assert.That(stranger.EventsOf<Refused>(), Is.EqualTo((Refused[])[result.Refusal]), "one event");
            Assert.That(gn.EventsOf<PeerJoined>(), Is.Empty);
        });
    }

    [Test]
    public void BondedPeer_NotOnTheList_IsRefusedAtSetup_WithBothSidesTold()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, panu) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(panu, gn);
            await gn.Host.ServeAsync(PanRole.Gn, gn.Port, new PanServiceOptions
            {
                Authorization = AuthorizationRule.Listed([new AuthorizedDevice(BdAddr.Parse("00:00:00:00:00:01"))]),
            });

            var failure = await Failure(() => panu.Host.ConnectAsync(gn.Peer, PanRole.Gn, panu.Port));

            Assert.That(failure!.Refusal.Code, Is.EqualTo(SetupResponseCode.NotAllowed));
            Assert.That(failure.Message, Does.Contain("Authorize this device on the peer"));
            var there = gn.EventsOf<SetupRefused>().Single();
            Assert.That((there.Rule, there.Peer, there.Role), Is.EqualTo(("authorization: listed", panu.Peer, "GN")));
            Assert.That(there.KeyType, Is.EqualTo(LinkKeyType.UnauthenticatedP256));
            Assert.That(panu.EventsOf<SetupRefused>().Count(), Is.EqualTo(1));
        });
    }

    [Test]
    public void RoleThatIsNotServed_IsRefusedWith0004()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, panu) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(panu, gn);
            await gn.Host.ServeAsync(PanRole.Gn, gn.Port);

            var result = await panu.Host.TryConnectAsync(gn.Peer, PanRole.Nap, panu.Port);

            Assert.That(result.Refusal!.Code, Is.EqualTo(SetupResponseCode.NotAllowed));
            Assert.That(gn.EventsOf<SetupRefused>().Single().Remedy, Does.Contain("NAP is not served"));
        });
    }

    [Test]
    public void RoleThatHasNoRecord_IsRefusedBySdp_WhenVerified()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, panu) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(panu, gn);
            await gn.Host.ServeAsync(PanRole.Gn, gn.Port);

            var result = await panu.Host.TryConnectAsync(
                gn.Peer, PanRole.Nap, panu.Port, new PanClientOptions { VerifyRecord = true });

            Assert.That(result.Refusal!.Layer, Is.EqualTo(RefusalLayer.Sdp));
        });
    }

    [Test]
    public void PeerThatIsNotThere_IsNamedWithTheRemedy()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var panu = await net.AddAsync(2);

            var failure = await Failure(() => panu.Host.ConnectAsync(
                new PeerAddress(BdAddr.Parse("5C:F3:70:66:12:34")), PanRole.Gn, panu.Port));

            Assert.That(failure!.Message, Does.Contain("PageTimeout").And.Contain("switch it on"));
        });
    }

    [Test]
    public void Authorizer_IsAsked_AndItsAnswerHolds([Values] bool answer)
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, panu) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(panu, gn);
            var authorizer = new SlowAuthorizer(net, answer);
            await gn.Host.ServeAsync(
                PanRole.Gn, gn.Port, new PanServiceOptions { Authorization = AuthorizationRule.Ask, Authorizer = authorizer });

            var result = await panu.Host.TryConnectAsync(gn.Peer, PanRole.Gn, panu.Port);

            Assert.That(result.Connection is not null, Is.EqualTo(answer));
            Assert.That(authorizer.Asked!.Bonded, Is.True);
        });
    }

    [Test]
    public void SupervisionLoss_PeerComesBack_PingsAgain()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, panu) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(panu, gn);
            await gn.Host.ServeAsync(PanRole.Gn, gn.Port);
            var connection = await panu.Host.ConnectAsync(gn.Peer, PanRole.Gn, panu.Port, Reconnecting);

            gn.Controller.SetReachable(false);
            await net.UntilAsync(() => connection.State != PanConnectionState.Connected, "the loss is noticed");
            Assert.That(panu.Port.IsCarrierUp, Is.False);
            gn.Controller.SetReachable(true);
            await net.UntilAsync(() => connection.State == PanConnectionState.Connected, "the connection comes back");

            Assert.That((await panu.Ip.PingAsync(gn.Address)).IsReply, Is.True);
            Assert.That(panu.EventsOf<PanDisconnected>().Single().Reason, Is.EqualTo("link lost"));
            Assert.That(gn.EventsOf<PeerLeft>().Count(), Is.EqualTo(1));
        });
    }

    [Test]
    public void ControllerUnplugged_IsOpenedAgain_AndTheNetworkIsServedAgain()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, panu) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(panu, gn);
            await gn.Host.ServeAsync(PanRole.Gn, gn.Port);
            var connection = await panu.Host.ConnectAsync(gn.Peer, PanRole.Gn, panu.Port, Reconnecting);

            gn.Controller.PowerOff();
            await net.UntilAsync(() => gn.EventsOf<ControllerLost>().Any(), "the host notices");
            await net.DelayAsync(TimeSpan.FromSeconds(3));
            gn.Controller.PowerOn();
            await net.UntilAsync(() => gn.EventsOf<ControllerOpened>().Any(opened => opened.Epoch == 2), "it is opened again");
            await net.UntilAsync(() => connection.State == PanConnectionState.Connected && gn.Port.IsCarrierUp, "the client is back");

            Assert.That((await panu.Ip.PingAsync(gn.Address)).IsReply, Is.True);
        });
    }

    [Test]
    public void HardwareError_OfTheClientsController_IsSurvived()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, panu) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(panu, gn);
            await gn.Host.ServeAsync(PanRole.Gn, gn.Port);
            var connection = await panu.Host.ConnectAsync(gn.Peer, PanRole.Gn, panu.Port, Reconnecting);

            panu.Controller.RaiseHardwareError();
            await net.UntilAsync(() => panu.EventsOf<ControllerOpened>().Any(opened => opened.Epoch == 2), "reset");
            await net.UntilAsync(
                () => connection.State == PanConnectionState.Connected && panu.EventsOf<PanConnected>().Count() == 2, "back");

            Assert.That((await panu.Ip.PingAsync(gn.Address)).IsReply, Is.True);
        });
    }

    [Test]
    public void HostDisposed_EndsEverything_AndTellsItsReaders()
    {
        using var net = new PanSimulation();
        net.Run(async () =>
        {
            var (gn, panu) = (await net.AddAsync(1), await net.AddAsync(2));
            await PanSimulation.BondAsync(panu, gn);
            var network = await gn.Host.ServeAsync(PanRole.Gn, gn.Port);
            await panu.Host.ConnectAsync(gn.Peer, PanRole.Gn, panu.Port);

            await gn.Host.DisposeAsync();
            await gn.Host.DisposeAsync();
            await network.DisposeAsync();
            await net.UntilAsync(() => panu.EventsOf<PanDisconnected>().Any(), "the peer hears");

            Assert.That(gn.AllEvents()[^1], Is.InstanceOf<HostClosed>());
            Assert.That(gn.Port.IsCarrierUp, Is.False);
            Assert.That(gn.Controller.LinkCount, Is.Zero);
            var failure = await Failure(() => gn.Host.ServeAsync(PanRole.Nap, gn.Port));
            Assert.That(failure, Is.Null, "a closed host is the caller's mistake");
        });
    }

    private static async Task<PanRefusedException?> Failure(Func<Task> action)
    {
        try
        {
            await action();
            Assert.Fail("nothing was refused");
            return null;
        }
        catch (PanRefusedException refused)
        {
            return refused;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    private sealed class SlowAuthorizer(PanSimulation net, bool answer) : IAuthorizer
    {
        public AuthorizationRequest? Asked { get; private set; }

        public async ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken)
        {
            Asked = request;
            await net.DelayAsync(TimeSpan.FromSeconds(7));
            return answer;
        }
    }
}
