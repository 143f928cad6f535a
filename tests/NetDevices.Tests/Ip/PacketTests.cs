using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Tests.Ip;

[TestFixture]
public sealed class PacketTests
{
    private static readonly MacAddress Nap = new(0x00AA_0100_0042);
    private static readonly MacAddress Client = new(0x00AA_0101_0042);

    [TestCase(Captured.ArpRequest, (int)ArpOperation.Request, "192.168.50.2", "192.168.50.1")]
    [TestCase(Captured.ArpReply, (int)ArpOperation.Reply, "192.168.50.1", "192.168.50.2")]
    public void Arp_Captured_IsReadAndWrittenBack(string hex, int operation, string sender, string target)
    {
        var octets = Captured.Octets(hex);
        Assert.That(ArpPacket.TryParse(octets, out var packet), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That((int)packet.Operation, Is.EqualTo(operation));
            Assert.That(InternetAddress.FromV4(packet.SenderIp).ToString(), Is.EqualTo(sender));
            Assert.That(InternetAddress.FromV4(packet.TargetIp).ToString(), Is.EqualTo(target));
            Assert.That(packet.SenderMac, Is.EqualTo(operation == 1 ? Client : Nap));
        });
        var written = new byte[ArpPacket.Size];
        packet.Write(written);
        Assert.That(written, Is.EqualTo(octets));
        Assert.That(ArpPacket.TryParse([.. octets, .. new byte[18]], out _), Is.True, "padding of Ethernet");
    }

    [Test]
    public void Arp_EveryTruncation_IsRejected([Range(0, ArpPacket.Size - 1)] int length) =>
        Assert.That(ArpPacket.TryParse(Captured.Octets(Captured.ArpReply).AsSpan(0, length), out _), Is.False);

    [TestCase(0, 0x01, TestName = "Arp_OtherHardware_IsRejected")]
    [TestCase(3, 0x01, TestName = "Arp_OtherProtocol_IsRejected")]
    [TestCase(4, 0x08, TestName = "Arp_OtherAddressLength_IsRejected")]
    [TestCase(7, 0x03, TestName = "Arp_UnknownOperation_IsRejected")]
    [TestCase(8, 0x01, TestName = "Arp_GroupAsSender_IsRejected")]
    public void Arp_Malformed(int index, byte value)
    {
        var octets = Captured.Octets(Captured.ArpReply);
        octets[index] = value;
        Assert.That(ArpPacket.TryParse(octets, out _), Is.False);
    }

    [TestCase(Captured.EchoRequest4, (int)IcmpType.EchoRequest4, true)]
    [TestCase(Captured.EchoReply4, (int)IcmpType.EchoReply4, false)]
    public void Echo4_Captured_IsReadWithItsChecksums(string hex, int type, bool doNotFragment)
    {
        var octets = Captured.Octets(hex);
        Assert.That(IpPacket.TryParse4(octets, out var packet), Is.True);
        Assert.That(packet.Payload[0], Is.EqualTo(type));
        Assert.That(packet.Payload.Length, Is.EqualTo(64));
        Assert.That(IcmpMessage.IsValid(packet), Is.True);
        Assert.That(EchoBody.TryParse(packet.Payload[4..], out var echo), Is.True);
        Assert.That((echo.Identifier, echo.Sequence, echo.Data.Length), Is.EqualTo(((ushort)0x0146, (ushort)0, 56)));

        // Written again: Linux's request has the same flags, so all of it; its reply may be fragmented, ours may not.
        var written = new byte[octets.Length];
        echo.Write(written.AsSpan(24));
        IcmpMessage.WriteHeader((IcmpType)type, packet.Source, packet.Destination, written.AsSpan(20));
        Assert.That(Convert.ToHexString(written.AsSpan(20)), Is.EqualTo(hex[40..]));
        packet.WriteHeader(written, (ushort)((octets[4] << 8) | octets[5]));
        Assert.That(Convert.ToHexString(written) == hex, Is.EqualTo(doNotFragment));
    }

    [Test]
    public void IPv4_EveryTruncation_IsRejected()
    {
        var octets = Captured.Octets(Captured.EchoRequest4);
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.That(IpPacket.TryParse4(octets.AsSpan(0, length), out _), Is.False, $"{length} octets");
        }
    }

    [Test]
    public void IPv4_AnyOctetOfTheHeaderChanged_IsRejected([Range(0, 19)] int index)
    {
        var octets = Captured.Octets(Captured.EchoRequest4);
        octets[index] ^= 0x01;
        Assert.That(IpPacket.TryParse4(octets, out _), Is.False);
    }

    [Test]
    public void IPv4_Padding_IsNoPartOfThePayload()
    {
        Assert.That(IpPacket.TryParse4([.. Captured.Octets(Captured.EchoRequest4), 0xAA], out var packet), Is.True);
        Assert.That(packet.Payload.Length, Is.EqualTo(64));
    }

    [TestCase(Captured.DuplicateProbe, (int)IcmpType.NeighbourSolicitation)]
    [TestCase(Captured.Solicitation, (int)IcmpType.NeighbourSolicitation)]
    [TestCase(Captured.Advertisement, (int)IcmpType.NeighbourAdvertisement)]
    [TestCase(Captured.EchoRequest6, (int)IcmpType.EchoRequest6)]
    [TestCase(Captured.EchoReply6, (int)IcmpType.EchoReply6)]
    public void IPv6_Captured_IsReadWithItsChecksum(string hex, int type)
    {
        Assert.That(IpPacket.TryParse6(Captured.Octets(hex), out var packet), Is.True);
        Assert.That(packet.Payload[0], Is.EqualTo(type));
        Assert.That(IcmpMessage.IsValid(packet), Is.True);
    }

    [TestCase(Captured.DuplicateProbe)]
    [TestCase(Captured.EchoRequest6)]
    public void IPv6_EveryTruncation_IsRejected(string hex)
    {
        var octets = Captured.Octets(hex);
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.That(IpPacket.TryParse6(octets.AsSpan(0, length), out _), Is.False, $"{length} octets");
        }
    }

    [Test]
    public void IPv6_AnyOctetOfTheMessageChanged_HasAWrongChecksum([Range(40, 71)] int index)
    {
        var octets = Captured.Octets(Captured.Solicitation);
        octets[index] ^= 0x40;
        Assert.That(IpPacket.TryParse6(octets, out var packet), Is.True);
        Assert.That(IcmpMessage.IsValid(packet), Is.False);
    }

    [TestCase(Captured.Solicitation, "fd00:1::1", "00:AA:01:01:00:42", (int)NeighbourFlags.None)]
    [TestCase(Captured.Advertisement, "fd00:1::1", "00:AA:01:00:00:42", (int)(NeighbourFlags.Solicited | NeighbourFlags.Override))]
    public void Neighbour_Captured_IsReadAndWrittenBack(string hex, string target, string mac, int flags)
    {
        Assert.That(IpPacket.TryParse6(Captured.Octets(hex), out var packet), Is.True);
        var type = (IcmpType)packet.Payload[0];
        Assert.That(NeighbourBody.TryParse(type, packet.Payload[4..], out var body), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(body.Target.ToString(), Is.EqualTo(target));
            Assert.That(body.LinkLayer?.ToString(), Is.EqualTo(mac));
            Assert.That((int)body.Flags, Is.EqualTo(flags));
        });
        var written = new byte[72];
        body.Write(type, written.AsSpan(44));
        IcmpMessage.WriteHeader(type, packet.Source, packet.Destination, written.AsSpan(40));
        packet.WriteHeader(written);
        Assert.That(Convert.ToHexString(written), Is.EqualTo(hex));
    }

    [Test]
    public void Neighbour_UnknownOption_IsPassedOver()
    {
        Assert.That(IpPacket.TryParse6(Captured.Octets(Captured.DuplicateProbe), out var packet), Is.True);
        Assert.That(NeighbourBody.TryParse(IcmpType.NeighbourSolicitation, packet.Payload[4..], out var body), Is.True);
        Assert.That(body.LinkLayer, Is.Null);
        Assert.That(body.Target, Is.EqualTo(InternetAddress.LinkLocal(Client)));
    }

    [Test]
    public void Neighbour_EveryTruncation_IsRejected([Range(0, 27)] int length)
    {
        var body = Captured.Octets(Captured.Advertisement).AsSpan(44, length);
        Assert.That(NeighbourBody.TryParse(IcmpType.NeighbourAdvertisement, body, out _), Is.EqualTo(length == NeighbourBody.HeaderSize));
    }

    [TestCase("0200", TestName = "Neighbour_OptionOfLengthZero_IsRejected")]
    [TestCase("020200AA01000042", TestName = "Neighbour_OptionBeyondTheEnd_IsRejected")]
    [TestCase("020101AA01000042", TestName = "Neighbour_GroupAsLinkLayerAddress_IsRejected")]
    [TestCase("02", TestName = "Neighbour_OptionCutShort_IsRejected")]
    public void Neighbour_Malformed(string option)
    {
        byte[] body = [.. Captured.Octets(Captured.Advertisement).AsSpan(44, NeighbourBody.HeaderSize), .. Convert.FromHexString(option)];
        Assert.That(NeighbourBody.TryParse(IcmpType.NeighbourAdvertisement, body, out _), Is.False);
    }

    [Test]
    public void LinkLocal_OfAMacAddress_IsWhatLinuxMakesOfIt() =>
        Assert.Multiple(() =>
        {
            // Packets 270 and 283 of nap-accepted.client.
            Assert.That(InternetAddress.LinkLocal(Client).ToString(), Is.EqualTo("fe80::2aa:1ff:fe01:42"));
            Assert.That(InternetAddress.LinkLocal(Nap).SolicitedNode.ToString(), Is.EqualTo("ff02::1:ff00:42"));
            Assert.That(InternetAddress.LinkLocal(Client).SolicitedNode.MulticastMac().ToString(), Is.EqualTo("33:33:FF:01:00:42"));
        });

    [TestCase("224.0.0.251", "01:00:5E:00:00:FB")]
    [TestCase("239.255.255.250", "01:00:5E:7F:FF:FA")]
    [TestCase("255.255.255.255", "FF:FF:FF:FF:FF:FF")]
    [TestCase("ff02::fb", "33:33:00:00:00:FB")]
    public void MulticastMac_OfAGroup_FollowsTheRule(string group, string mac)
    {
        var address = InternetAddress.From(IPAddress.Parse(group));
        Assert.That(address.IsMulticast, Is.True);
        Assert.That(address.MulticastMac().ToString(), Is.EqualTo(mac));
    }

    [Test]
    public void LinkLocalIPv4_Candidates_AreInTheRangeAndStable()
    {
        var candidates = Enumerable.Range(0, 11).Select(i => LinkLocalIPv4.Candidate(Client, i)).ToArray();
        Assert.That(candidates, Is.Unique);
        Assert.That(candidates[0], Is.EqualTo(LinkLocalIPv4.Candidate(Client, 0)));
        Assert.That(candidates.Select(c => c.V4), Is.All.InRange(0xA9FE_0100u, 0xA9FE_FEFFu));
    }

    [Test]
    public void Parsers_RandomOctets_NeverThrow([Range(0, 9)] int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 2000; run++)
        {
            var octets = new byte[random.Next(0, 100)];
            random.NextBytes(octets);
            if (octets.Length > 0)
            {
                octets[0] = (byte)(random.Next(2) == 0 ? 0x40 | random.Next(16) : 0x60);
            }

            Assert.That(
                () =>
                {
                    _ = ArpPacket.TryParse(octets, out _) | NeighbourBody.TryParse(IcmpType.NeighbourSolicitation, octets, out _);
                    _ = IpPacket.TryParse4(octets, out _) | IpPacket.TryParse6(octets, out _) | EchoBody.TryParse(octets, out _);
                },
                Throws.Nothing,
                $"seed {seed}, run {run}: {Convert.ToHexString(octets)}");
        }
    }
}
