using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Links;

[TestFixture]
public sealed class OutgoingLinkTests
{
    private static readonly BdAddr Other = BdAddr.Parse("06:05:04:03:02:01");
    private static readonly byte[] OtherOctets = [1, 2, 3, 4, 5, 6];

    private HostRig _rig = null!;

    [SetUp]
    public void SetUp()
    {
        _rig = new HostRig();
        _ = _rig.Open();
    }

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    [Test]
    public async Task Connect_PeerAnswers_GivesTheLink()
    {
        var connecting = Connect();
        Assert.That(_rig.Controller.Last(ScriptedController.CreateConnection), Is.EqualTo(
            (byte[])[.. HostRig.PeerOctets, 0x18, 0xCC, 0x02, 0x00, 0x00, 0x00, 0x01]));
        _rig.ConnectionComplete();
        var outcome = await connecting;
        Assert.That(outcome.Status, Is.EqualTo(HciStatus.Success));
        Assert.That((outcome.Link!.Role, outcome.Link.IsUp), Is.EqualTo((LinkRole.Central, true)));
        Assert.That(_rig.User.Up, Is.EqualTo(new[] { outcome.Link }));
    }

    [TestCase(0x04, HciStatus.PageTimeout)]
    [TestCase(0x0E, HciStatus.RejectedSecurity)]
    public async Task Connect_PeerDoesNot_GivesTheReason(int status, HciStatus expected)
    {
        var connecting = Connect();
        _rig.ConnectionComplete(status: (byte)status);
        Assert.That(await connecting, Is.EqualTo(new ConnectOutcome(null, expected)));
        Assert.That((_rig.User.Up.Count, _rig.User.Down.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Connect_Twice_SharesThePage()
    {
        var first = Connect();
        var second = Connect();
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.EqualTo(1));
        _rig.ConnectionComplete();
        Assert.That((await first).Link, Is.SameAs((await second).Link));
        Assert.That((await Connect()).Link, Is.SameAs((await first).Link), "a link that is up is given at once");
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.EqualTo(1));
    }

    [Test]
    public async Task Connect_TwoPeers_PagesOneAfterTheOther()
    {
        var first = Connect();
        var second = _rig.Run(() => _rig.Host.ConnectAsync(Other));
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.EqualTo(1));
        _rig.ConnectionComplete(status: 0x04);
        Assert.That((await first).IsUp, Is.False);
        Assert.That(_rig.Controller.Last(ScriptedController.CreateConnection)[..6], Is.EqualTo(OtherOctets));
        _rig.ConnectionComplete(handle: 0x000C, peer: OtherOctets);
        Assert.That((await second).IsUp, Is.True);
    }

    [Test]
    public async Task Connect_ControllerBusy_IsTriedAgain()
    {
        _rig.Controller.Statuses[ScriptedController.CreateConnection] = 0x0C;
        var connecting = Connect();
        _rig.Advance(TimeSpan.FromMilliseconds(200));
        _rig.Controller.Statuses.Clear();
        _rig.Advance(TimeSpan.FromMilliseconds(200));
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.EqualTo(3));
        _rig.ConnectionComplete();
        Assert.That((await connecting).IsUp, Is.True);
    }

    [Test]
    public async Task Connect_ControllerBusyForEver_GivesUp()
    {
        _rig.Controller.Statuses[ScriptedController.CreateConnection] = 0x0C;
        var connecting = Connect();
        for (var i = 0; i < 12; i++)
        {
            _rig.Advance(TimeSpan.FromMilliseconds(200));
        }

        Assert.That(await connecting, Is.EqualTo(new ConnectOutcome(null, HciStatus.CommandDisallowed)));
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.EqualTo(10));
    }

    [Test]
    public async Task Connect_PeerPagesAtTheSameTime_ItsLinkIsTaken()
    {
        var connecting = Connect();
        _rig.ConnectionRequest();
        Assert.That(_rig.Controller.Count(ScriptedController.AcceptConnection), Is.EqualTo(1));
        _rig.ConnectionComplete(status: 0x0B);
        Assert.That(connecting.IsCompleted, Is.False, "the page lost, the acceptance goes on");
        _rig.ConnectionComplete();
        Assert.That((await connecting).IsUp, Is.True);
        Assert.That(_rig.User.Up, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Connect_PeerWasQuicker_ItsLinkIsTaken()
    {
        _rig.ConnectionRequest();
        var connecting = Connect();
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.Zero);
        _rig.ConnectionComplete();
        Assert.That((await connecting).Link, Is.SameAs(_rig.User.Up.Single()));
    }

    [Test]
    public async Task Connect_WhileTheOldLinkEnds_WaitsAndPages()
    {
        var connecting = Connect();
        _rig.ConnectionComplete();
        var old = (await connecting).Link!;
        _rig.Do(() => old.Disconnect(HciStatus.RemoteUserTerminated));
        var again = Connect();
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.EqualTo(1));
        _rig.Disconnected(reason: 0x16);
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.EqualTo(2));
        _rig.ConnectionComplete();
        Assert.That((await again).Link, Is.Not.SameAs(old));
    }

    [Test]
    public async Task Connect_Cancelled_CancelsThePage()
    {
        using var cancellation = new CancellationTokenSource();
        var connecting = _rig.Run(() => _rig.Host.ConnectAsync(HostRig.Peer, cancellation.Token));
        await cancellation.CancelAsync();
        _rig.Pump();
        Assert.That(connecting.IsCanceled, Is.True);
        Assert.That(_rig.Controller.Last(ScriptedController.CreateConnectionCancel), Is.EqualTo(HostRig.PeerOctets));
        _rig.ConnectionComplete(status: 0x02);
        Assert.That(_rig.User.Up, Is.Empty);
    }

    [Test]
    public async Task Connect_CancelledTooLate_EndsTheLinkUntold()
    {
        using var cancellation = new CancellationTokenSource();
        _ = _rig.Run(() => _rig.Host.ConnectAsync(HostRig.Peer, cancellation.Token));
        await cancellation.CancelAsync();
        _rig.Pump();
        _rig.ConnectionComplete();
        Assert.That(_rig.Controller.Last(ScriptedController.Disconnect)[..2], Is.EqualTo((byte[])[0x0B, 0x00]));
        _rig.Disconnected(reason: 0x16);
        Assert.That((_rig.User.Up.Count, _rig.User.Down.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Connect_OneOfTwoCancelled_GoesOnForTheOther()
    {
        using var cancellation = new CancellationTokenSource();
        var leaving = _rig.Run(() => _rig.Host.ConnectAsync(HostRig.Peer, cancellation.Token));
        var staying = Connect();
        await cancellation.CancelAsync();
        _rig.Pump();
        Assert.That((leaving.IsCanceled, _rig.Controller.Count(ScriptedController.CreateConnectionCancel)), Is.EqualTo((true, 0)));
        _rig.ConnectionComplete();
        Assert.That((await staying).IsUp, Is.True);
    }

    [Test]
    public async Task Connect_AgainWhileThePageIsCancelled_PagesAgain()
    {
        using var cancellation = new CancellationTokenSource();
        _ = _rig.Run(() => _rig.Host.ConnectAsync(HostRig.Peer, cancellation.Token));
        await cancellation.CancelAsync();
        _rig.Pump();
        var again = Connect();
        _rig.ConnectionComplete(status: 0x02);
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.EqualTo(2));
        _rig.ConnectionComplete();
        Assert.That((await again).IsUp, Is.True);
    }

    [Test]
    public async Task Connect_UserThatThrows_CostsNobodyTheAnswer()
    {
        _rig.User.Then = _ => throw new InvalidOperationException("a fault of the layer above");
        _rig.ExpectedFaults = 3;
        var link = (AclLink)(await Connect(complete: true)).Link!;
        _rig.Do(() => link.Security = new LinkSecurity(EncryptionMode.AesCcm, 16, LinkKeyType.UnauthenticatedP256));
        _rig.Do(() => link.Disconnect(HciStatus.RemoteUserTerminated));
        var next = Connect();
        _rig.Disconnected(reason: 0x16);
        Assert.That((_rig.User.Up.Count, _rig.User.SecurityChanges, _rig.User.Down.Count), Is.EqualTo((1, 1, 1)));
        Assert.That((link.Ended.IsCompleted, _rig.Host.Links.Count(), _rig.Security.Open.Count), Is.EqualTo((true, 0, 0)));
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.EqualTo(2), "who waited for the end goes on");
        Assert.That(_rig.Loop.Faults, Is.EqualTo(3), "the loop counts them");
        _rig.User.Then = null;
        _rig.ConnectionComplete();
        Assert.That((await next).IsUp, Is.True);
    }

    [Test]
    public async Task Connect_ControllerSilent_CancelsAndGivesUp()
    {
        var connecting = Connect();
        _rig.Advance(TimeSpan.FromMilliseconds(15_120));
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnectionCancel), Is.EqualTo(1));
        _rig.Advance(TimeSpan.FromSeconds(20));
        Assert.That(await connecting, Is.EqualTo(new ConnectOutcome(null, HciStatus.ConnectionTimeout)));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "lying controller")]
    public async Task Connect_CrossingNeverCompleted_GivesUpAndTheNextPageGoes([Values] bool pageFails)
    {
        var connecting = Connect();
        var next = _rig.Run(() => _rig.Host.ConnectAsync(Other));
        _rig.ConnectionRequest();
        if (pageFails)
        {
            _rig.ConnectionComplete(status: 0x0B);
        }

        _rig.Advance(TimeSpan.FromSeconds(16));
        _rig.Advance(TimeSpan.FromSeconds(pageFails ? 0 : 20));
        Assert.That(connecting.IsCompleted, Is.True, "a controller that tells no end is not waited for");
        Assert.That((await connecting).Status, Is.EqualTo(HciStatus.ConnectionTimeout));
        Assert.That(_rig.Controller.Last(ScriptedController.CreateConnection)[..6], Is.EqualTo(OtherOctets));
        _rig.ConnectionComplete(handle: 0x000C, peer: OtherOctets);
        Assert.That((await next).IsUp, Is.True);
    }

    [TestCase("00:5E:F1:CA:00:01")]
    [TestCase("00:00:00:00:00:00")]
    public async Task Connect_ToItselfOrNobody_IsRefused(string address)
    {
        var outcome = await _rig.Run(() => _rig.Host.ConnectAsync(BdAddr.Parse(address)));
        Assert.That(outcome, Is.EqualTo(new ConnectOutcome(null, HciStatus.RejectedBdAddr)));
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.Zero);
    }

    [Test]
    public void Connect_ControllerLost_FailsEveryWaiter()
    {
        var first = Connect();
        var second = _rig.Run(() => _rig.Host.ConnectAsync(Other));
        _rig.Transport.Close(new IOException("unplugged"));
        _rig.Pump();
        foreach (var waiter in new[] { first, second })
        {
            Assert.That(
                () => waiter,
                Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("was lost (unplugged)"));
        }

        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Failed));
    }

    private Task<ConnectOutcome> Connect(bool complete = false)
    {
        var connecting = _rig.Run(() => _rig.Host.ConnectAsync(HostRig.Peer));
        if (complete)
        {
            _rig.ConnectionComplete();
            Assert.That(connecting.IsCompleted, Is.True);
        }

        return connecting;
    }
}
