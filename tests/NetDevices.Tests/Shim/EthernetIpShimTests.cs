using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.Shim;
using HostStack.NetDevices.Tests.Ip;

namespace HostStack.NetDevices.Tests.Shim;

[TestFixture]
public sealed class EthernetIpShimTests
{
    private const string ArpReplyOfPeer = "0001080006040002" + "00AA01010042" + "C0A80001" + "00AA01000042" + "C0A80002";
    private ShimRig _rig = null!;

    [SetUp]
    public void SetUp()
    {
        _rig = new ShimRig().Up();
        _rig.Add("192.168.0.2", 24);
        _rig.Add("fd00::2", 64);
    }

    [TestCase("192.168.0.2", "255.255.255.255", "FF:FF:FF:FF:FF:FF")]
    [TestCase("192.168.0.2", "192.168.0.255", "FF:FF:FF:FF:FF:FF", Description = "directed broadcast")]
    [TestCase("192.168.0.2", "224.0.0.251", "01:00:5E:00:00:FB")]
    [TestCase("192.168.0.2", "239.255.255.250", "01:00:5E:7F:FF:FA", Description = "23 bits, RFC 1112, 6.4")]
    [TestCase("fd00::2", "ff02::fb", "33:33:00:00:00:FB")]
    [TestCase("fd00::2", "ff02::1:ff12:3456", "33:33:FF:12:34:56")]
    public void Group_IsMappedWithoutAsking(string source, string destination, string expected)
    {
        Assert.That(_rig.Machine(source, destination), Is.EqualTo((ShimVerdict.Forward, Parse(expected))));
        Assert.That(_rig.Sent, Is.Empty);
    }

    [Test]
    public void Neighbour4_Unknown_IsAskedForAndItsPacketSent()
    {
        Assert.That(_rig.Machine("192.168.0.2", "192.168.0.1").Verdict, Is.EqualTo(ShimVerdict.Taken));
        Assert.That(
            _rig.Sent,
            Is.EqualTo(new[] { "FFFFFFFFFFFF00AA010000420806" + "0001080006040001" + "00AA01000042C0A80002" + "000000000000C0A80001" }));
        _rig.Sent.Clear();
        Assert.That(_rig.Network(ArpReplyOfPeer, type: 0x0806), Is.EqualTo(ShimVerdict.Taken));
        Assert.That(
            _rig.Sent,
            Is.EqualTo(new[] { "00AA0101004200AA010000420800" + Convert.ToHexString(ShimRig.Packet("192.168.0.2", "192.168.0.1")) }));
        Assert.That(_rig.Machine("192.168.0.2", "192.168.0.1"), Is.EqualTo((ShimVerdict.Forward, ShimRig.PeerMac)));
    }

    [Test]
    public void Neighbour6_Unknown_IsAskedForAndItsPacketSent()
    {
        Assert.That(_rig.Machine("fd00::2", "fd00::1").Verdict, Is.EqualTo(ShimVerdict.Taken));

        // To the solicited-node group of ::1, from our address, with our MAC address as option (RFC 4861, 4.3).
        Assert.That(_rig.Sent.Single(), Does.StartWith(
            "3333FF000001" + "00AA01000042" + "86DD" + "60000000" + "0020" + "3A" + "FF"
            + "FD000000000000000000000000000002" + "FF0200000000000000000001FF000001" + "8700"));
        Assert.That(_rig.Sent.Single(), Does.EndWith("00000000" + "FD000000000000000000000000000001" + "0101" + "00AA01000042"));
        _rig.Sent.Clear();
        var answer = ShimRig.Icmp(136, "fd00::1", "fd00::2", ShimRig.Neighbour("fd00::1", 0x60, "020100AA01010042"));
        Assert.That(_rig.Network(answer), Is.EqualTo(ShimVerdict.Taken));
        Assert.That(_rig.Sent.Single(), Does.StartWith("00AA01010042" + "00AA01000042" + "86DD60"));
        Assert.That(_rig.Machine("fd00::2", "fd00::1"), Is.EqualTo((ShimVerdict.Forward, ShimRig.PeerMac)));
    }

    // What has no neighbour behind it goes to the gateway, or nowhere.
    [TestCase("192.168.0.2", "8.8.8.8", null, null)]
    [TestCase("192.168.0.2", "8.8.8.8", "192.168.0.1", "192.168.0.1")]
    [TestCase("fd00::2", "2001:db8::1", null, null)]
    [TestCase("fd00::2", "2001:db8::1", "fd00::9", "fd00::9")]
    [TestCase("fd00::2", "fe80::77", "fd00::9", "fe80::77", Description = "link-local is on the link")]
    public void NextHop(string source, string destination, string? gateway, string? expected)
    {
        if (gateway is not null)
        {
            _rig.Shim.SetGateway(!gateway.Contains(':', StringComparison.Ordinal), ShimRig.Address(gateway));
        }

        Assert.That(_rig.Machine(source, destination).Verdict, Is.EqualTo(expected is null ? ShimVerdict.Dropped : ShimVerdict.Taken));
        if (expected is null)
        {
            Assert.That((_rig.Sent.Count, _rig.Shim.Dropped), Is.EqualTo((0, 1)));
            return;
        }

        var target = System.Net.IPAddress.Parse(expected).GetAddressBytes();
        Assert.That(_rig.Sent.Single(), Does.Contain(Convert.ToHexString(target)));
    }

    [Test]
    public void Arp_ForOurAddress_IsAnsweredAndTheAskerLearned()
    {
        const string Question = "0001080006040001" + "00AA01010042" + "C0A80001" + "000000000000" + "C0A80002";
        Assert.That(_rig.Network(Question, MacAddress.Broadcast, 0x0806), Is.EqualTo(ShimVerdict.Taken));
        Assert.That(
            _rig.Sent,
            Is.EqualTo(new[] { "00AA0101004200AA010000420806" + "0001080006040002" + "00AA01000042C0A80002" + "00AA01010042C0A80001" }));
        Assert.That(_rig.Machine("192.168.0.2", "192.168.0.1"), Is.EqualTo((ShimVerdict.Forward, ShimRig.PeerMac)));
    }

    [TestCase("0001080006040001" + "00AA01010042" + "C0A80001" + "000000000000" + "C0A80003", TestName = "Arp_ForAnother_IsNotAnswered")]
    [TestCase("0001080006040002" + "00AA01010042" + "C0A80001" + "000000000000" + "C0A80002", TestName = "Arp_Reply_IsNotAnswered")]
    [TestCase("0001080006040001" + "00AA01010042", TestName = "Arp_CutShort_IsNotAnswered")]
    public void Arp_Silent(string hex)
    {
        _rig.Network(hex, MacAddress.Broadcast, 0x0806);
        Assert.That(_rig.Sent, Is.Empty);
    }

    [Test]
    public void Arp_ForAnAddressThatWasRemoved_IsNotAnswered()
    {
        _rig.Shim.RemoveAddress(ShimRig.Address("192.168.0.2"));
        _rig.Network("0001080006040001" + "00AA01010042" + "C0A80001" + "000000000000" + "C0A80002", MacAddress.Broadcast, 0x0806);
        Assert.That(_rig.Sent, Is.Empty);
    }

    [Test]
    public void Solicitation_ForOurAddress_IsAnswered()
    {
        var question = ShimRig.Icmp(135, "fd00::1", "ff02::1:ff00:2", ShimRig.Neighbour("fd00::2", 0, "010100AA01010042"));
        Assert.That(_rig.Network(question, Parse("33:33:FF:00:00:02")), Is.EqualTo(ShimVerdict.Taken));
        Assert.That(_rig.Sent.Single(), Does.StartWith("00AA01010042" + "00AA01000042" + "86DD")
            .And.EndWith("60000000" + "FD000000000000000000000000000002" + "0201" + "00AA01000042"));
    }

    [Test]
    public void Solicitation_OfANewcomer_IsAnsweredToEverybody()
    {
        var question = ShimRig.Icmp(135, "::", "ff02::1:ff00:2", ShimRig.Neighbour("fd00::2"));
        _rig.Network(question, Parse("33:33:FF:00:00:02"));
        Assert.That(_rig.Sent.Single(), Does.StartWith("333300000001" + "00AA01000042" + "86DD")
            .And.EndWith("20000000" + "FD000000000000000000000000000002" + "0201" + "00AA01000042"));
    }

    [Test]
    public void Discovery_ThatCrossedARouter_IsDropped()
    {
        var question = ShimRig.Icmp(135, "fd00::1", "ff02::1:ff00:2", ShimRig.Neighbour("fd00::2", 0, "010100AA01010042"), hopLimit: 254);
        Assert.That(_rig.Network(question, Parse("33:33:FF:00:00:02")), Is.EqualTo(ShimVerdict.Dropped));
        Assert.That(_rig.Sent, Is.Empty);
    }

    [Test]
    public void Discovery_OfTheMachine_StaysHere()
    {
        var verdict = _rig.Shim.FromMachine(
            ShimRig.Icmp(133, "fd00::2", "ff02::2", [0, 0, 0, 0]), _rig.Now, out _);
        Assert.That(verdict, Is.EqualTo(ShimVerdict.Dropped));
    }

    [TestCase("192.168.0.1", "192.168.0.2", 0x0800)]
    [TestCase("fd00::1", "fd00::2", 0x86DD)]
    public void Packet_OfTheNetwork_GoesOnWithoutItsPadding(string source, string destination, int type)
    {
        var packet = ShimRig.Packet(source, destination);
        byte[] padded = [.. packet, .. new byte[20]];
        var frame = new EthernetFrame(ShimRig.Mac, ShimRig.PeerMac, new EtherType((ushort)type), padded);
        Assert.That(_rig.Shim.FromNetwork(frame, _rig.Now, out var length), Is.EqualTo(ShimVerdict.Forward));
        Assert.That(length, Is.EqualTo(packet.Length));
        for (var cut = 0; cut < packet.Length; cut++)
        {
            Assert.That(_rig.Network(packet[..cut], type: type), Is.EqualTo(ShimVerdict.Dropped), $"cut at {cut}");
        }
    }

    [TestCase("00:AA:01:02:00:42", "00:AA:01:01:00:42", 0x0800, TestName = "Frame_ForAnother_IsDropped")]
    [TestCase("00:AA:01:00:00:42", "00:AA:01:00:00:42", 0x0800, TestName = "Frame_OfOurOwn_IsDropped")]
    [TestCase("00:AA:01:00:00:42", "00:AA:01:01:00:42", 0x86DD, TestName = "Frame_OfAnotherFamilyThanItsType_IsDropped")]
    [TestCase("00:AA:01:00:00:42", "00:AA:01:01:00:42", 0x88CC, TestName = "Frame_OfAnotherProtocol_IsDropped")]
    public void Frame_Dropped(string destination, string source, int type)
    {
        var frame = new EthernetFrame(
            Parse(destination), Parse(source), new EtherType((ushort)type), ShimRig.Packet("192.168.0.1", "192.168.0.2"));
        Assert.That(_rig.Shim.FromNetwork(frame, _rig.Now, out _), Is.EqualTo(ShimVerdict.Dropped));
    }

    [TestCase("")]
    [TestCase("45")]
    [TestCase("00000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    public void Packet_ThatIsNone_IsDropped(string hex) =>
        Assert.That(_rig.Shim.FromMachine(Convert.FromHexString(hex), _rig.Now, out _), Is.EqualTo(ShimVerdict.Dropped));

    [Test]
    public void Packets_OfKnownNeighbours_AllocateNothing()
    {
        _rig.Network(ArpReplyOfPeer.Replace("C0A80002", "C0A80002"), type: 0x0806);
        _rig.Network("0001080006040001" + "00AA01010042" + "C0A80001" + "000000000000" + "C0A80002", MacAddress.Broadcast, 0x0806);
        _rig.Network(ShimRig.Icmp(135, "fd00::1", "ff02::1:ff00:2", ShimRig.Neighbour("fd00::2", 0, "010100AA01010042")));
        var (four, six) = (ShimRig.Packet("192.168.0.2", "192.168.0.1"), ShimRig.Packet("fd00::2", "fd00::1"));
        var (back4, back6) = (ShimRig.Packet("192.168.0.1", "192.168.0.2"), ShimRig.Packet("fd00::1", "fd00::2"));
        Assert.That(Pass(), Is.True);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var all = true;
        for (var i = 0; i < 100; i++)
        {
            all &= Pass();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(all, Is.True);

        bool Pass() =>
            _rig.Shim.FromMachine(four, _rig.Now, out _) == ShimVerdict.Forward
            && _rig.Shim.FromMachine(six, _rig.Now, out _) == ShimVerdict.Forward
            && _rig.Shim.FromNetwork(new EthernetFrame(ShimRig.Mac, ShimRig.PeerMac, EtherType.IPv4, back4), _rig.Now, out _) == ShimVerdict.Forward
            && _rig.Shim.FromNetwork(new EthernetFrame(ShimRig.Mac, ShimRig.PeerMac, EtherType.IPv6, back6), _rig.Now, out _) == ShimVerdict.Forward;
    }

    [Test]
    public void Carrier_Gone_ForgetsTheNeighbours()
    {
        _rig.Network("0001080006040001" + "00AA01010042" + "C0A80001" + "000000000000" + "C0A80002", MacAddress.Broadcast, 0x0806);
        Assert.That(_rig.Shim.Neighbours, Is.EqualTo(1));
        _rig.Shim.SetCarrier(false, _rig.Now);
        Assert.That(_rig.Shim.Neighbours, Is.Zero);
    }

    [Test]
    public void Frames_Mutated_NeverThrow([Range(0, 5)] int seed)
    {
        var random = new Random(seed);
        (int Type, byte[] Payload)[] sources =
        [
            (0x0806, Captured.Octets(Captured.ArpRequest)),
            (0x0800, Captured.Octets(Captured.EchoRequest4)),
            (0x86DD, Captured.Octets(Captured.Solicitation)),
            (0x86DD, Captured.Octets(Captured.Advertisement)),
            (0x86DD, ShimRig.Icmp(134, ShimRig.PeerLinkLocal, "ff02::1", RouterAdvertisementTests.Octets)),
        ];
        for (var run = 0; run < 3000; run++)
        {
            var (type, source) = sources[random.Next(sources.Length)];
            var octets = source.ToArray();
            for (var change = random.Next(0, 5); change > 0; change--)
            {
                octets[random.Next(octets.Length)] = (byte)random.Next(256);
            }

            if (type == 0x86DD && random.Next(2) == 0 && octets.Length > 44)
            {
                // With a right checksum the body is read too.
                octets[42] = octets[43] = 0;
                var message = octets.AsSpan(40);
                IcmpMessage.WriteHeader((IcmpType)octets[40], InternetAddress.Read(octets.AsSpan(8, 16)), InternetAddress.Read(octets.AsSpan(24, 16)), message);
            }

            var length = random.Next(3) == 0 ? random.Next(octets.Length) : octets.Length;
            Assert.That(
                () =>
                {
                    _rig.Network(octets[..length], random.Next(2) == 0 ? MacAddress.Broadcast : null, type);
                    _rig.Shim.FromMachine(octets.AsSpan(0, length), _rig.Now, out _);
                    _rig.Run(random.NextDouble());
                },
                Throws.Nothing,
                $"seed {seed}, run {run}: {Convert.ToHexString(octets)}");
        }

        Assert.That(_rig.Shim.Neighbours, Is.LessThanOrEqualTo(NeighbourCache.Capacity));
    }

    private static MacAddress Parse(string text) =>
        MacAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));
}
