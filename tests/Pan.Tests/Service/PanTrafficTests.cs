using HostStack.Ethernet;
using HostStack.Pan.Authorization;
using HostStack.Pan.Switching;
using HostStack.Pan.Tests.Rig;

namespace HostStack.Pan.Tests.Service;

/// <summary>Frames over a served network, octet for octet on the side of the peers.</summary>
[TestFixture]
internal sealed class PanTrafficTests
{
    private static readonly MacAddress Group = new(0x0100_5E00_00FB);
    private static readonly PanServiceOptions Open = new() { Authorization = AuthorizationRule.All };

    private RigNet _net = null!;
    private RigHost _host = null!;
    private RigPort _port = null!;

    [SetUp]
    public void SetUp()
    {
        _net = new RigNet();
        _host = _net.Add(0x00AA_0101_0042);
        _port = new RigPort(_host.Mac);
    }

    [TearDown]
    public async Task TearDown()
    {
        Assert.That(_net.Loop.Faults, Is.Zero);
        await _port.DisposeAsync();
        _net.Dispose();
    }

    [Test, Category("SIG"), Property("Id", "BNEP/BROADCAST/BV-01-C")]
    public void Broadcast_FromAPeer_ReachesThePort()
    {
        var peer = Join(PanRole.Gn)[0];

        peer.SendFrame(MacAddress.Broadcast, [1, 2, 3]);

        var (destination, source, type, payload) = _port.Frames.Single();
        Assert.That((destination, source, type), Is.EqualTo((MacAddress.Broadcast, peer.Mac, EtherType.IPv4)));
        Assert.That(payload, Is.EqualTo((byte[])[1, 2, 3]));
    }

    [Test, Category("SIG"), Property("Id", "BNEP/BROADCAST/BV-02-C")]
    public void Broadcast_FromThePort_ReachesThePeer()
    {
        var peer = Join(PanRole.Gn)[0];

        Emit(MacAddress.Broadcast, [9]);

        // Destination only: the source is this device, which the header leaves out.
        Assert.That(peer.Take(), Is.EqualTo((byte[])[0x04, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x08, 0x00, 9]));
    }

    [Test, Category("SIG"), Property("Id", "BNEP/MULTICAST/BV-03-C")]
    public void Multicast_FromAPeer_ReachesThePort()
    {
        var peer = Join(PanRole.Nap)[0];

        peer.SendFrame(Group, [1]);

        Assert.That(_port.Frames.Single().Destination, Is.EqualTo(Group));
    }

    [Test, Category("SIG"), Property("Id", "BNEP/MULTICAST/BV-04-C")]
    public void Multicast_FromThePort_ReachesThePeer()
    {
        var peer = Join(PanRole.Nap)[0];

        Emit(Group, [9]);

        Assert.That(peer.Take(), Is.EqualTo((byte[])[0x04, 0x01, 0x00, 0x5E, 0x00, 0x00, 0xFB, 0x08, 0x00, 9]));
    }

    [Test, Category("SIG"), Property("Id", "BNEP/EXTENSION-0/BV-07-C")]
    public void UnknownExtension_BetweenPeers_TravelsAlong_AndControlDoesNot()
    {
        var peers = Join(PanRole.Gn, 2);

        // General frame with E; an unknown extension (type 0x7E, chained), then a control one: a multicast filter, empty.
        peers[0].Send([
            0x80, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0x01, 0x08, 0x00,
            0xFE, 0x02, 0xAA, 0xBB, 0x00, 0x03, 0x05, 0x00, 0x00, 7]);

        Assert.That(peers[1].Take(), Is.EqualTo(
            (byte[])[0x83, 0, 0, 0, 0, 0, 0x01, 0x08, 0x00, 0x7E, 0x02, 0xAA, 0xBB, 7]));
        Assert.That(peers[0].Take(), Is.EqualTo((byte[])[0x01, 0x06, 0x00, 0x00]), "the filter is answered here");
    }

    [Test, Category("SIG"), Property("Id", "BNEP/FILTER/BV-10-C")]
    public void NetworkTypeFilter_OfTheDestination_StopsOtherTypes()
    {
        var peers = JoinWithFilter([0x01, 0x03, 0x00, 0x04, 0x08, 0x06, 0x08, 0x06]);

        peers[0].SendFrame(peers[1].Mac, [1]);

        Assert.That(peers[1].Received, Is.Empty);
    }

    [Test, Category("SIG"), Property("Id", "BNEP/FILTER/BV-11-C")]
    public void NetworkTypeFilter_OfTheDestination_LetsItsTypesThrough()
    {
        var peers = JoinWithFilter([0x01, 0x03, 0x00, 0x04, 0x08, 0x06, 0x08, 0x06]);

        peers[0].SendFrame(peers[1].Mac, [1], type: 0x0806);

        Assert.That(peers[1].Received, Has.Count.EqualTo(1));
    }

    [Test, Category("SIG"), Property("Id", "BNEP/FILTER/BV-12-C")]
    public void MulticastFilter_OfTheDestination_StopsOtherGroups()
    {
        var peers = JoinWithFilter(MulticastFilter);

        peers[0].SendFrame(new MacAddress(0x0100_5E00_0001), [1]);

        Assert.That(peers[1].Received, Is.Empty);
        Assert.That(_port.Frames, Has.Count.EqualTo(1), "the filter is that of one peer");
    }

    [Test, Category("SIG"), Property("Id", "BNEP/FILTER/BV-13-C")]
    public void MulticastFilter_OfTheDestination_LetsItsGroupsThrough()
    {
        var peers = JoinWithFilter(MulticastFilter);

        peers[0].SendFrame(Group, [1]);

        Assert.That(peers[1].Received, Has.Count.EqualTo(1));
    }

    [Test, Category("SIG"), Property("Id", "BNEP/FILTER/BV-14-C")]
    public void MulticastFilter_OfTheDestination_DoesNotTouchUnicast()
    {
        var peers = JoinWithFilter(MulticastFilter);

        peers[0].SendFrame(peers[1].Mac, [1]);

        Assert.That(peers[1].Received, Has.Count.EqualTo(1));
    }

    [Test, Category("SIG"), Property("Id", "BNEP/FILTER/BV-15-C")]
    public void FilteredFrameWithUnknownExtension_GoesWithoutItsPayload()
    {
        var peers = JoinWithFilter([0x01, 0x03, 0x00, 0x04, 0x08, 0x06, 0x08, 0x06]);

        peers[0].Send([0x80, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0x01, 0x08, 0x00, 0x7E, 0x01, 0xAA, 1, 2, 3]);

        Assert.That(peers[1].Take(), Is.EqualTo((byte[])[0x83, 0, 0, 0, 0, 0, 0x01, 0x00, 0x00, 0x7E, 0x01, 0xAA]));
    }

    [Test]
    public void FrameForTheExtensionsAlone_DoesNotReachThePort()
    {
        var peer = Join(PanRole.Gn)[0];

        peer.Send([0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0x01, 0x00, 0x00, 0x7E, 0x01, 0xAA]);

        Assert.That(_port.Frames, Is.Empty);
    }

    [Test]
    public void PeerWithoutRoom_LosesItsFrames_AndDoesNotHoldOthers()
    {
        var peers = Join(PanRole.Gn, 2);
        peers[0].Channel.Other.SetRoom(false);

        Emit(MacAddress.Broadcast, [1]);

        Assert.That(peers[0].Received, Is.Empty);
        Assert.That(peers[1].Received, Has.Count.EqualTo(1));
        var status = _host.Pan.ReadStatus().Networks.Single();
        Assert.That(status.Peers.Select(peer => peer.Counters.DroppedOut), Is.EqualTo((long[])[1, 0]));
    }

    [Test]
    public void SpoofedSource_IsDropped_AndReportedOnce()
    {
        var peers = Join(PanRole.Gn, 2);

        peers[0].SendFrame(MacAddress.Broadcast, [1], source: peers[1].Mac);
        peers[0].SendFrame(MacAddress.Broadcast, [1], source: peers[1].Mac);

        Assert.That(_port.Frames, Is.Empty);
        Assert.That(_host.Events.OfType<SourceSpoofed>().Single().Remedy, Does.Contain("SourceBinding"));
    }

    [Test]
    public void PeerWithMulticastDeviceAddress_IsMappedToAUnicastOne()
    {
        Serve(PanRole.Gn, Open);
        var peer = _host.ConnectRaw(0x0311_2233_4455 | (1UL << 40));
        peer.SetUp(RawPeer.SetupGn);

        // Compressed: both addresses are the raw device addresses.
        peer.Send([0x02, 0x08, 0x00, 5]);
        Emit(peer.Mac.AsUnicast(), [6]);

        Assert.That(_port.Frames.Single().Source, Is.EqualTo(peer.Mac.AsUnicast()));
        Assert.That(peer.Take()[0], Is.EqualTo(0x04), "the unicast form has to be written out");
    }

    [Test]
    public void HostWithMulticastDeviceAddress_HearsCompressedFramesUnderItsUnicastOne()
    {
        _host.Address = new Hci.Wire.BdAddr(0x0100_1122_3344);
        _port = new RigPort(_host.Mac.AsUnicast());
        var peer = Join(PanRole.Gn)[0];

        peer.Send([0x02, 0x08, 0x00, 5]);

        Assert.That(_port.Frames.Single().Destination, Is.EqualTo(new MacAddress(0x0000_1122_3344)));
    }

    [Test]
    public void Isolation_KeepsPeersApart()
    {
        Serve(PanRole.Gn, Open with { Switch = new SwitchOptions { ClientIsolation = true } });
        var peers = JoinServed(2);

        peers[0].SendFrame(MacAddress.Broadcast, [1]);

        Assert.That(peers[1].Received, Is.Empty);
        Assert.That(_port.Frames, Has.Count.EqualTo(1));
    }

    [Test]
    public void Carrier_IsUpWhileThereIsAPeer()
    {
        Serve(PanRole.Gn, Open);
        var before = _port.Carrier;
        var peer = JoinServed(1)[0];
        var during = _port.Carrier;
        _net.On(() => { peer.Channel.Disconnect(); return true; });

        Assert.That((before, during, _port.Carrier), Is.EqualTo((false, true, false)));
        Assert.That(_host.Events.OfType<PeerLeft>().Single().Reason, Is.EqualTo("closed by the peer"));
    }

    [Test]
    public async Task Network_Disposed_SendsPeersAway_AndStopsListening()
    {
        var network = _net.On(() => _host.Pan.Serve(PanRole.Gn, _port, Open));
        var peer = JoinServed(1)[0];

        var disposal = network.DisposeAsync().AsTask();
        _net.Pump();

        await disposal;
        Assert.That(peer.CloseReason, Is.Not.Null);
        Assert.That(_host.Registration, Is.Null);
        Assert.That(_host.Advertised, Is.Empty);
        Assert.That(_port.Emit(MacAddress.Broadcast, [1]), Is.True, "a late frame is taken and dropped");
        Assert.That(_host.Events.Last(), Is.EqualTo(new NetworkDown(PanRole.Gn, "rig0") { }).Using<NetworkDown>(
            (one, other) => one.Role == other.Role && one.Port == other.Port));
    }

    private static byte[] MulticastFilter =>
        [0x01, 0x05, 0x00, 0x0C, 0x01, 0x00, 0x5E, 0x00, 0x00, 0xFB, 0x01, 0x00, 0x5E, 0x00, 0x00, 0xFB];

    private void Serve(PanRole role, PanServiceOptions options) => _net.On(() => _host.Pan.Serve(role, _port, options));

    private RawPeer[] Join(PanRole role, int count = 1)
    {
        Serve(role, Open);
        return JoinServed(count, role == PanRole.Nap ? RawPeer.SetupNap : RawPeer.SetupGn);
    }

    private RawPeer[] JoinServed(int count, byte[]? setup = null)
    {
        var peers = new RawPeer[count];
        for (var i = 0; i < count; i++)
        {
            peers[i] = _host.ConnectRaw((ulong)i + 1);
            Assert.That(peers[i].SetUp(setup ?? RawPeer.SetupGn), Is.Zero);
        }

        return peers;
    }

    private RawPeer[] JoinWithFilter(byte[] filter)
    {
        var peers = Join(PanRole.Gn, 2);
        peers[1].Send(filter);
        var answer = peers[1].Take();
        Assert.That(answer[2..], Is.EqualTo((byte[])[0x00, 0x00]), "the filter is accepted");
        return peers;
    }

    private void Emit(MacAddress destination, byte[] payload)
    {
        Assert.That(_port.Emit(destination, payload), Is.True);
        _net.Pump();
    }
}
