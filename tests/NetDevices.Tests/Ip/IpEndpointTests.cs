using System.Net;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Tests.Ip;

[TestFixture]
public sealed class IpEndpointTests
{
    private const ulong NapMac = 0x00AA_0100_0042;
    private const ulong ClientMac = 0x00AA_0101_0042;
    private const string Nap = "00:AA:01:00:00:42";
    private const string Client = "00:AA:01:01:00:42";
    private const string Broadcast = "FF:FF:FF:FF:FF:FF";

    private EndpointRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new EndpointRig();

    [TearDown]
    public void TearDown() => _rig.Dispose();

    [Test]
    public void Arp_CapturedRequest_GetsTheCapturedReply()
    {
        _rig.Add(NapMac, "192.168.50.1");
        _rig.Inject(Broadcast, Client, 0x0806, Captured.Octets(Captured.ArpRequest));
        Assert.That(Sent(), Is.EqualTo("00AA01010042" + "00AA01000042" + "0806" + Captured.ArpReply));
    }

    [Test]
    public void Echo4_CapturedRequest_GetsTheCapturedMessageBack()
    {
        var nap = _rig.Add(NapMac, "192.168.50.1");
        _rig.Inject(Nap, Client, 0x0800, Captured.Octets(Captured.EchoRequest4));
        var sent = Sent();
        Assert.That(sent, Does.StartWith("00AA01010042" + "00AA01000042" + "0800" + "45000054"));
        Assert.That(sent[68..], Is.EqualTo(Captured.EchoReply4[40..]));
        Assert.That(nap.Counters.EchoReplies, Is.EqualTo(1));
    }

    [Test]
    public void Solicitation_Captured_GetsTheCapturedAdvertisement()
    {
        var nap = _rig.Add(NapMac, v6: "fd00:1::1");
        _rig.Inject("33:33:FF:00:00:01", Client, 0x86DD, Captured.Octets(Captured.Solicitation));
        Assert.That(Sent(), Is.EqualTo("00AA01010042" + "00AA01000042" + "86DD" + Captured.Advertisement));
        Assert.That(nap.Neighbours, Is.EqualTo(1));
    }

    [Test]
    public void Echo6_CapturedRequest_GetsTheCapturedReply()
    {
        _rig.Add(NapMac, v6: "fd00:1::1");
        _rig.Inject(Nap, Client, 0x86DD, Captured.Octets(Captured.EchoRequest6));
        Assert.That(Sent(), Is.EqualTo("00AA01010042" + "00AA01000042" + "86DD" + Captured.EchoReply6));
    }

    [Test]
    public void DuplicateProbe_ForItsAddress_TellsEveryone()
    {
        _rig.Add(ClientMac);
        _rig.Inject("33:33:FF:01:00:42", Nap, 0x86DD, Captured.Octets(Captured.DuplicateProbe));
        Assert.That(Sent(), Does.StartWith("333300000001" + "00AA01010042" + "86DD").And.Contain("FE8000000000000002AA01FFFE010042" + "020100AA01010042"));
    }

    [TestCase("192.168.50.1")]
    [TestCase("fd00:1::1")]
    [TestCase("fe80::2aa:1ff:fe00:42")]
    public void Ping_Neighbour_RepliesAfterTheTimeOfTheWire(string address)
    {
        _rig.Add(NapMac, "192.168.50.1", "fd00:1::1");
        var client = _rig.Add(ClientMac, "192.168.50.2", "fd00:1::2");
        var first = _rig.Finish(client.PingAsync(IPAddress.Parse(address)));
        var frames = _rig.Frames.Count;
        var second = _rig.Finish(client.PingAsync(IPAddress.Parse(address), payloadLength: 0));
        Assert.Multiple(() =>
        {
            Assert.That(first, Is.EqualTo(new PingResult(PingStatus.Reply, TimeSpan.FromMilliseconds(6), 56)));
            Assert.That(frames, Is.EqualTo(4), "solicitation, answer, request, reply");
            Assert.That(second.IsReply, Is.True);
            Assert.That(_rig.Frames, Has.Count.EqualTo(6), "the neighbour is known");
        });
    }

    [TestCase("192.168.50.1", 1472)]
    [TestCase("fd00:1::1", 1452)]
    public void Ping_TheLargestThatFits_RepliesAndOneMoreIsTheCallersMistake(string address, int largest)
    {
        _rig.Add(NapMac, "192.168.50.1", "fd00:1::1");
        var client = _rig.Add(ClientMac, "192.168.50.2", "fd00:1::2");
        Assert.That(_rig.Finish(client.PingAsync(IPAddress.Parse(address), largest)).IsReply, Is.True);
        Assert.That(async () => await client.PingAsync(IPAddress.Parse(address), largest + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Ping_ManyAtOnce_EachGetsItsOwnReply()
    {
        _rig.Add(NapMac, "192.168.50.1");
        var client = _rig.Add(ClientMac, "192.168.50.2");
        var pings = Enumerable.Range(0, 20).Select(i => client.PingAsync(IPAddress.Parse("192.168.50.1"), i)).ToArray();
        Assert.That(pings.Select(p => _rig.Finish(p).PayloadLength), Is.EqualTo(Enumerable.Range(0, 20)));
    }

    [TestCase("192.168.50.9")]
    [TestCase("fd00:1::9")]
    public void Ping_NobodyThere_AsksThreeTimesAndSaysNoNeighbour(string address)
    {
        var client = _rig.Add(ClientMac, "192.168.50.2", "fd00:1::2");
        var result = _rig.Finish(client.PingAsync(IPAddress.Parse(address)));
        Assert.That(result.Status, Is.EqualTo(PingStatus.NoNeighbour));
        Assert.That(_rig.Frames, Has.Count.EqualTo(3));
        Assert.That(_rig.Time.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(3)).Within(TimeSpan.FromMilliseconds(100)));
    }

    [Test]
    public void Ping_FirstSolicitationLost_IsAskedAgain()
    {
        _rig.Add(NapMac, "192.168.50.1");
        var client = _rig.Add(ClientMac, "192.168.50.2");
        _rig.Loses = _ => _rig.Frames.Count == 1;
        Assert.That(_rig.Finish(client.PingAsync(IPAddress.Parse("192.168.50.1"))).IsReply, Is.True);
    }

    [Test]
    public void Ping_ReplyLost_SaysNoReplyAtTheTimeout()
    {
        _rig.Add(NapMac, "192.168.50.1");
        var client = _rig.Add(ClientMac, "192.168.50.2");
        _rig.Loses = frame => frame[12] == 0x08 && frame[13] == 0x00 && frame[6] == 0x00 && frame[9] == 0x00;
        var result = _rig.Finish(client.PingAsync(IPAddress.Parse("192.168.50.1"), timeout: TimeSpan.FromSeconds(2)));
        Assert.That(result.Status, Is.EqualTo(PingStatus.NoReply));
        Assert.That(_rig.Time.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(2)).Within(TimeSpan.FromMilliseconds(100)));
    }

    [Test]
    public void Ping_WithoutWhatItNeeds_SaysWhy()
    {
        var client = _rig.Add(ClientMac);
        Assert.That(_rig.Finish(client.PingAsync(IPAddress.Parse("10.0.0.1"))).Status, Is.EqualTo(PingStatus.NoSourceAddress));
        Assert.That(_rig.Finish(client.PingAsync(client.LinkLocalAddress)).IsReply, Is.True);
        Assert.That(async () => await client.PingAsync(IPAddress.Parse("ff02::1")), Throws.ArgumentException);
        Assert.That(async () => await client.PingAsync(IPAddress.IPv6Any), Throws.ArgumentException);
        var waiting = client.PingAsync(IPAddress.Parse("fe80::1"));
        client.Dispose();
        Assert.That(_rig.Finish(waiting).Status, Is.EqualTo(PingStatus.Closed));
        Assert.That(async () => await client.PingAsync(client.LinkLocalAddress), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Ping_NetworkGone_IsNotSent()
    {
        _rig.Add(NapMac, "192.168.50.1");
        var client = _rig.Add(ClientMac, "192.168.50.2");
        Assert.That(_rig.Finish(client.PingAsync(IPAddress.Parse("192.168.50.1"))).IsReply, Is.True);
        _rig.SetCarrier(false);
        var ping = client.PingAsync(IPAddress.Parse("192.168.50.1"));
        Assert.That(ping.IsCompleted, Is.True, "nobody is waited for");
        Assert.That(_rig.Finish(ping).Status, Is.EqualTo(PingStatus.NotSent));
    }

    [Test]
    public void Neighbours_OfAnEndpoint_AreForgottenWhenTheNetworkGoes()
    {
        _rig.Add(NapMac, "192.168.50.1");
        var client = _rig.Add(ClientMac, "192.168.50.2");
        _rig.Finish(client.PingAsync(IPAddress.Parse("192.168.50.1")));
        _rig.SetCarrier(false);
        Assert.That(client.Neighbours, Is.Zero);
        _rig.SetCarrier(true);
        Assert.That(_rig.Finish(client.PingAsync(IPAddress.Parse("192.168.50.1"))).IsReply, Is.True);
    }

    [Test]
    public void Neighbours_OfAnEndpoint_AreForgottenAfterTheirTime()
    {
        _rig.Add(NapMac, "192.168.50.1");
        var client = _rig.Add(ClientMac, "192.168.50.2");
        _rig.Finish(client.PingAsync(IPAddress.Parse("192.168.50.1")));
        _rig.Run(TimeSpan.FromMinutes(6));
        var frames = _rig.Frames.Count;
        _rig.Finish(client.PingAsync(IPAddress.Parse("192.168.50.1")));
        Assert.That(_rig.Frames.Count - frames, Is.EqualTo(4));
    }

    [Test]
    public void Claim_FreeAddress_IsTakenAfterThreeProbes()
    {
        var first = _rig.Add(NapMac);
        var second = _rig.Add(ClientMac);
        var claims = new[] { first.ClaimLinkLocalIPv4Async(), second.ClaimLinkLocalIPv4Async() };
        Assert.That(_rig.Finish(claims[0]), Is.EqualTo(LinkLocalIPv4.Candidate(first.MacAddress, 0).ToIPAddress()));
        _rig.Finish(claims[1]);
        Assert.That(_rig.Finish(second.PingAsync(first.IPv4Address!)).IsReply, Is.True);
        Assert.That(_rig.Frames.Count(frame => frame[13] == 0x06), Is.GreaterThanOrEqualTo(8));
    }

    [Test]
    public void Claim_TakenAddress_GoesOnToTheNextCandidate()
    {
        var mac = new Ethernet.MacAddress(ClientMac);
        var owner = _rig.Add(NapMac, LinkLocalIPv4.Candidate(mac, 0).ToString());
        var client = _rig.Add(ClientMac);
        Assert.That(_rig.Finish(client.ClaimLinkLocalIPv4Async()), Is.EqualTo(LinkLocalIPv4.Candidate(mac, 1).ToIPAddress()));
        Assert.That(owner.Counters.AddressConflicts, Is.Zero);
    }

    [Test]
    public void Conflict_TwoFixedAddressesTheSame_IsCountedAndDefendedOnce()
    {
        var first = _rig.Add(NapMac, "10.0.0.1");
        var second = _rig.Add(ClientMac, "10.0.0.1");
        _rig.Finish(second.PingAsync(IPAddress.Parse("10.0.0.2")));
        Assert.That(first.Counters.AddressConflicts, Is.Positive);
        Assert.That(second.Counters.AddressConflicts, Is.EqualTo(1));
        Assert.That(_rig.Frames, Has.Count.EqualTo(5), "three requests, one defence each");
    }

    [Test]
    public void Options_AddressesOfTheWrongKind_AreTheCallersMistake() =>
        Assert.Multiple(() =>
        {
            Assert.That(() => _rig.Add(NapMac, v4: "fd00::1"), Throws.ArgumentException);
            Assert.That(() => _rig.Add(NapMac, v6: "10.0.0.1"), Throws.ArgumentException);
            Assert.That(() => _rig.Add(NapMac, v4: "224.0.0.1"), Throws.ArgumentException);
        });

    private string Sent()
    {
        Assert.That(_rig.Frames, Has.Count.EqualTo(1));
        return Convert.ToHexString(_rig.Frames[0]);
    }
}
