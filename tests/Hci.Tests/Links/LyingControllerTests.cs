using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Links;

/// <summary>HCI input is not trusted: nothing that a controller says may fault the host or cost another link anything.</summary>
[TestFixture]
public sealed class LyingControllerTests
{
    private HostRig _rig = null!;

    private HciCounters Counters => _rig.Host.Counters;

    [SetUp]
    public void SetUp() => _rig = new HostRig();

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    [Test]
    [Category("Attack")]
    [Property("Id", "lying controller")]
    public void ConnectionComplete_Twice_IsIgnored()
    {
        var link = _rig.Link();
        _rig.ConnectionComplete();
        _rig.ConnectionComplete(handle: 0x000C);
        Assert.That(_rig.User.Up, Is.EqualTo(new[] { link }));
        Assert.That(Counters.IgnoredLinkEvents, Is.EqualTo(2));
        Assert.That(link.Handle, Is.EqualTo(new ConnectionHandle(0x000B)));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "lying controller")]
    public void ConnectionComplete_WithTheHandleOfAnotherLink_IsIgnored()
    {
        var link = _rig.Link();
        byte[] other = [1, 2, 3, 4, 5, 6];
        _rig.ConnectionRequest(other);
        _rig.ConnectionComplete(handle: 0x000B, peer: other);
        _rig.ConnectionComplete(handle: 0x0FFF, peer: other);
        Assert.That(_rig.User.Up, Is.EqualTo(new[] { link }));
        _rig.ConnectionComplete(handle: 0x0EFF, peer: other);
        Assert.That(_rig.User.Up, Has.Count.EqualTo(2));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "lying controller")]
    public void ConnectionComplete_OfAPeerThatNobodyAskedFor_IsEndedAndNotWithoutEnd()
    {
        _ = _rig.Open();
        for (ushort i = 0; i < 100; i++)
        {
            _rig.ConnectionComplete(handle: i);
            _rig.ConnectionComplete(handle: i);
        }

        Assert.That(_rig.User.Up, Is.Empty);
        Assert.That(_rig.Controller.Count(ScriptedController.Disconnect), Is.EqualTo(16));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void ConnectionComplete_TooLateAgainAndAgain_IsEndedEveryTime(bool unknown)
    {
        _ = _rig.Open();
        _rig.Controller.Statuses[ScriptedController.Disconnect] = (byte)(unknown ? 0x02 : 0x00);
        for (ushort i = 1; i <= 40; i++)
        {
            _rig.ConnectionComplete(handle: i);
            if (!unknown)
            {
                _rig.Disconnected(handle: i, reason: 0x16);
            }
        }

        Assert.That(_rig.Controller.Count(ScriptedController.Disconnect), Is.EqualTo(40));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "lying controller")]
    public void Events_OfUnknownHandles_AreCountedAndIgnored()
    {
        _rig.Link();
        _rig.Disconnected(handle: 0x0123);
        _rig.Event(0x0B, 0x00, 0x23, 0x01, 0, 0, 0, 0, 0, 0, 0, 0);
        _rig.Event(0x23, 0x00, 0x23, 0x01, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
        _rig.Event(0x12, 0x00, 9, 9, 9, 9, 9, 9, 0x00);
        _rig.Event(0x05, 0x0C, 0x0B, 0x00, 0x00);
        Assert.That(Counters.IgnoredLinkEvents, Is.EqualTo(5));
        Assert.That(_rig.User.Down, Is.Empty);
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2020-10066")]
    public void Completions_EmptyShortAndOver_AreBounded()
    {
        var link = _rig.Link();
        _rig.Event(0x13);
        _rig.Event(0x13, 0x00);
        _rig.Event(0x13, 0x02, 0x0B, 0x00, 0x01, 0x00);
        _rig.Event(0x13, 0xFF);
        _rig.Event(0x13, 0x01, 0x0B, 0x00, 0xFF, 0xFF);
        Assert.That((Counters.MalformedEvents, Counters.OverCompleted), Is.EqualTo((3L, 65_535L)));
        Assert.That(link.IsUp, Is.True);
        _rig.Event(0x0E);
        _rig.Event(0x0E, 0x01);
        _rig.Event(0x0F, 0x00);
        Assert.That(Counters.MalformedEvents, Is.EqualTo(6));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2020-10065")]
    public void Packets_WhoseLengthsLie_AreCountedAndDropped()
    {
        _rig.Link();
        byte[][] packets =
        [
            [0x02], [0x02, 0x0B], [0x02, 0x0B, 0x20, 0x05], [0x02, 0x0B, 0x20, 0x05, 0x00, 0x01], [0x02, 0x0B, 0x20, 0x01, 0x00, 1, 2],
            [0x04], [0x04, 0x05], [0x04, 0x05, 0x04], [0x04, 0x05, 0x01, 1, 2], [0x00], [0x01, 0x03, 0x0C, 0x00], [0xFF, 1, 2, 3],
        ];
        foreach (var packet in packets)
        {
            _rig.Deliver(packet);
        }

        Assert.That(Counters.MalformedPackets, Is.EqualTo(packets.Length));
        Assert.That(_rig.User.Pdus, Is.Empty);
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2020-10061")]
    public void AclData_FillingEveryBuffer_IsBounded()
    {
        _rig.Link();
        for (var i = 0; i < 10_000; i++)
        {
            _rig.Deliver(0x02, 0x0B, 0x20, 0x05, 0x00, 0xFF, 0x1F, 0x40, 0x00, 0x00);
        }

        Assert.That(Counters.PdusTooLong, Is.EqualTo(10_000), "8191 + 4 octets are more than is joined");
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open));
    }

    [Test]
    public void AclData_BroadcastOrWithdrawnFlags_IsDiscarded()
    {
        _rig.Link();
        _rig.Deliver(0x02, 0x0B, 0x60, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00);
        _rig.Deliver(0x02, 0x0B, 0x30, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00);
        Assert.That((Counters.AclDiscarded, _rig.User.Pdus.Count), Is.EqualTo((2L, 0)));
    }

    [Test]
    public void AclData_BeforeItsConnectionComplete_IsHeldAndDelivered()
    {
        _ = _rig.Open();
        _rig.ConnectionRequest();
        _rig.Deliver(0x02, 0x0C, 0x20, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00);
        _rig.Deliver(0x02, 0x0B, 0x20, 0x05, 0x00, 0x02, 0x00, 0x01, 0x00, 0xAA);
        _rig.Deliver(0x02, 0x0B, 0x10, 0x01, 0x00, 0xBB);
        Assert.That(_rig.User.Pdus, Is.Empty);
        _rig.ConnectionComplete();
        Assert.That(_rig.User.Pdus, Is.EqualTo(new byte[][] { [0x02, 0x00, 0x01, 0x00, 0xAA, 0xBB] }));
        Assert.That(Counters.AclHeld, Is.EqualTo(3));
    }

    [Test]
    public void AclData_FloodBeforeAnyConnectionComplete_IsBounded()
    {
        _ = _rig.Open();
        _rig.ConnectionRequest();
        for (var i = 0; i < 1_000; i++)
        {
            _rig.Deliver(0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00);
        }

        _rig.ConnectionComplete();
        Assert.That(_rig.User.Pdus, Has.Count.EqualTo(8));
    }

    [Test]
    public void AclData_HeldForLongerThanPipesDiffer_IsNotDelivered()
    {
        _ = _rig.Open();
        _rig.ConnectionRequest();
        _rig.Deliver(0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00);
        _rig.Advance(TimeSpan.FromMilliseconds(1_001));
        _rig.Deliver(0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x40, 0x00);
        _rig.ConnectionComplete();
        Assert.That(_rig.User.Pdus, Is.EqualTo(new byte[][] { [0x00, 0x00, 0x40, 0x00] }));
        Assert.That(Counters.AclUnknownHandle, Is.EqualTo(1));
    }

    [Test]
    public void AclData_OfALinkThatEnded_IsNotGivenToTheNextWithItsHandle()
    {
        _rig.Link();
        byte[] other = [1, 2, 3, 4, 5, 6];
        _rig.ConnectionRequest(other);
        _rig.Disconnected();
        _rig.Deliver(0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00);
        _rig.ConnectionComplete(peer: other);
        Assert.That((_rig.User.Up.Count, _rig.User.Pdus.Count, Counters.AclHeld), Is.EqualTo((2, 0, 0L)));
        _rig.Deliver(0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x40, 0x00);
        Assert.That(_rig.User.Pdus, Has.Count.EqualTo(1), "the new link's own");
    }

    [Test]
    public void AclData_OfAHandleThatEndedLongAgo_IsHeld()
    {
        _rig.Link();
        _rig.Disconnected();
        _rig.Advance(TimeSpan.FromMilliseconds(1_001));
        _rig.ConnectionRequest();
        _rig.Deliver(0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00);
        _rig.ConnectionComplete();
        Assert.That(_rig.User.Pdus, Has.Count.EqualTo(1));
    }

    [Test]
    public void AclData_NoLinkComing_IsNotHeld()
    {
        _ = _rig.Open();
        _rig.Deliver(0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00);
        Assert.That((Counters.AclUnknownHandle, Counters.AclHeld), Is.EqualTo((1L, 0L)));
    }

    [Test]
    public void Events_DuringBringUp_MakeNoLinks()
    {
        _rig.Controller.Returns[ScriptedController.ReadBdAddr] = null;
        _ = _rig.Open();
        _rig.ConnectionRequest();
        _rig.ConnectionComplete();
        _rig.Event(0x13, 0x01, 0x0B, 0x00, 0x01, 0x00);
        Assert.That(_rig.User.Up, Is.Empty);
        Assert.That(_rig.Loop.Faults, Is.Zero);
    }

    [Test]
    public void Events_OfSecurity_GoToSecurity()
    {
        _rig.Link();
        _rig.Event(0x17, HostRig.PeerOctets);
        _rig.Event(0x77, 1, 2, 3);
        Assert.That(_rig.Security.Events, Has.Member(HostStack.Hci.Packets.EventCode.LinkKeyRequest));
        Assert.That(Counters.UnhandledEvents, Is.EqualTo(1));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "unhandled exception")]
    public void RandomPackets_NeverFaultTheHost([Values(11, 12, 13)] int seed)
    {
        var random = new Random(seed);
        _rig.Link();
        byte[] codes = [0x01, 0x02, 0x03, 0x04, 0x05, 0x07, 0x0B, 0x0E, 0x0F, 0x12, 0x13, 0x22, 0x23, 0x2F, 0x3D, 0xFF];
        for (var i = 0; i < 5_000; i++)
        {
            var parameters = new byte[random.Next(0, 32)];
            random.NextBytes(parameters);
            if (parameters.Length > 2 && random.Next(2) == 0)
            {
                (parameters[0], parameters[1], parameters[2]) = (0x00, 0x0B, 0x00);
            }

            byte[] packet = random.Next(3) == 0
                ? [0x02, 0x0B, (byte)(random.Next(4) << 4), (byte)parameters.Length, 0x00, .. parameters]
                : [0x04, codes[random.Next(codes.Length)], (byte)parameters.Length, .. parameters];
            _rig.Deliver(packet);
            Assert.That(_rig.Loop.Faults, Is.Zero, $"seed {seed}, packet {i}: {Convert.ToHexString(packet)}");
        }
    }
}
