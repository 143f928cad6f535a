using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Links;

/// <summary>How this host ends a link: what is queued goes first, and a controller that does not end it is faulty.</summary>
[TestFixture]
public sealed class LinkEndingTests
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(500);

    private readonly PacketPool _pool = new(headroom: 5, payload: 2048);
    private HostRig _rig = null!;
    private IAclLink _link = null!;

    [SetUp]
    public void SetUp()
    {
        _rig = new HostRig();
        _rig.Controller.Returns[ScriptedController.ReadBufferSize] = [0x00, 0x0A, 0x00, 0x40, 0x04, 0x00, 0x01, 0x00];
        _link = _rig.Link();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _rig.DisposeAsync();
        Assert.That(_pool.Rented, Is.Zero);
    }

    [Test]
    public void Disconnect_WithPdusQueuedAndInFlight_GoesAfterThem()
    {
        SendAndDisconnect(octets: 35);
        Assert.That((AclSent(), Disconnects), Is.EqualTo((2, 0)), "four packets, two of four buffers");
        Completed(2);
        Completed(1);
        Assert.That((AclSent(), Disconnects), Is.EqualTo((4, 0)), "one is in the controller still");
        Completed(1);
        Assert.That(Disconnects, Is.EqualTo(1));
        Assert.That(_rig.Controller.Last(ScriptedController.Disconnect), Is.EqualTo((byte[])[0x0B, 0x00, 0x05]));
        Assert.That(_rig.User.Down, Is.Empty);
        _rig.Disconnected(reason: 0x16);
        Assert.That(_rig.User.Down, Has.Count.EqualTo(1));
    }

    [Test]
    public void Disconnect_PeerThatAcknowledgesNothing_GoesAfterTheLimit()
    {
        SendAndDisconnect(octets: 100);
        _rig.Advance(DrainTime - TimeSpan.FromMilliseconds(1));
        Assert.That(Disconnects, Is.Zero);
        _rig.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(Disconnects, Is.EqualTo(1));
        Completed(2);
        Assert.That((AclSent(), _rig.Host.Counters.PdusDroppedLinkDown), Is.EqualTo((2, 1L)), "nothing goes after Disconnect");
    }

    [Test]
    public void Draining_Link_TakesAndGivesNothing()
    {
        SendAndDisconnect(octets: 15);
        _rig.Deliver(0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00);
        var taken = true;
        _rig.Do(() => taken = _link.Send(Pdu(5), EgressClass.Control));
        Assert.That((taken, _link.IsUp, _link.HasRoom, _rig.User.PduCount), Is.EqualTo((false, false, false, 0L)));
        _rig.Disconnected(reason: 0x08);
        Assert.That(_rig.User.Down, Is.EqualTo(new[] { (_link, HciStatus.ConnectionTimeout) }), "the peer was lost meanwhile");
        Assert.That(Disconnects, Is.Zero);
    }

    [Test]
    public void Disconnect_ForSecurity_GoesAtOnceAndNothingAfterIt([Values] bool draining)
    {
        _rig.Do(() => _link.Send(Pdu(100), EgressClass.Data));
        if (draining)
        {
            _rig.Do(() => _link.Disconnect(HciStatus.RemoteUserTerminated));
        }

        _rig.Do(() => ((ISecuredLink)_link).Disconnect(HciStatus.AuthenticationFailure));
        Assert.That((Disconnects, _rig.Controller.Last(ScriptedController.Disconnect)[^1]), Is.EqualTo((1, 0x05)));
        Completed(2);
        Assert.That(AclSent(), Is.EqualTo(2));
    }

    [Test]
    public void Close_WithPdusQueued_LetsThemGoFirst()
    {
        _rig.Do(() => _link.Send(Pdu(15), EgressClass.Control));
        var closing = _rig.Run(_rig.Host.CloseAsync);
        Assert.That(Disconnects, Is.Zero);
        Completed(2);
        Assert.That(Disconnects, Is.EqualTo(1));
        _rig.Disconnected(reason: 0x16);
        Assert.That(closing.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "lying controller")]
    public void Disconnect_RefusedTwice_KeepsTheLinkUntilTheLimitAndResetsTheController()
    {
        _rig.Controller.Statuses[ScriptedController.Disconnect] = 0x0C;
        _rig.Do(() => _link.Disconnect(HciStatus.RemoteUserTerminated));
        Assert.That((Disconnects, _rig.User.Down.Count), Is.EqualTo((1, 0)), "the controller has the link still");
        _rig.Advance(TimeSpan.FromMilliseconds(200));
        _rig.Advance(TimeSpan.FromSeconds(1));
        Assert.That((Disconnects, _rig.User.Down.Count), Is.EqualTo((2, 0)));
        _rig.Advance(TimeSpan.FromSeconds(20));
        Assert.That((_rig.User.Down.Count, _rig.Host.Counters.Resets, _rig.Host.State), Is.EqualTo((1, 1L, HciHostState.Open)));
        Assert.That(_rig.Observer.Told[0], Is.EqualTo("resetting: The controller did not end the link to 5C:F3:70:66:12:34."));
    }

    [Test]
    public void Disconnect_RefusedOnce_IsAskedAgain()
    {
        _rig.Controller.Statuses[ScriptedController.Disconnect] = 0x0C;
        _rig.Do(() => _link.Disconnect(HciStatus.RemoteUserTerminated));
        _rig.Controller.Statuses.Clear();
        _rig.Advance(TimeSpan.FromMilliseconds(200));
        _rig.Disconnected(reason: 0x16);
        Assert.That((Disconnects, _rig.User.Down.Count), Is.EqualTo((2, 1)));
        _rig.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_rig.Host.Counters.Resets, Is.Zero);
    }

    private int Disconnects => _rig.Controller.Count(ScriptedController.Disconnect);

    private int AclSent() => _rig.Transport.Sent.Count(packet => packet[0] == 0x02);

    private void SendAndDisconnect(int octets) => _rig.Do(() =>
    {
        Assert.That(_link.Send(Pdu(octets), EgressClass.Control), Is.True);
        _link.Disconnect(HciStatus.AuthenticationFailure);
    });

    private void Completed(byte packets) => _rig.Event(0x13, 0x01, 0x0B, 0x00, packets, 0x00);

    private PacketBuffer Pdu(int length)
    {
        var pdu = _pool.Rent();
        pdu.Append(length);
        return pdu;
    }
}
