using System.Buffers.Binary;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Tests.Ip;

[TestFixture]
public sealed class IpEndpointHostileTests
{
    private const string Nap = "00:AA:01:00:00:42";
    private const string Client = "00:AA:01:01:00:42";

    private static readonly (int Type, string Payload)[] Packets =
    [
        (0x0806, Captured.ArpRequest),
        (0x0806, Captured.ArpReply),
        (0x0800, Captured.EchoRequest4),
        (0x0800, Captured.EchoReply4),
        (0x86DD, Captured.DuplicateProbe),
        (0x86DD, Captured.Solicitation),
        (0x86DD, Captured.Advertisement),
        (0x86DD, Captured.EchoRequest6),
    ];

    private EndpointRig _rig = null!;
    private IpEndpoint _nap = null!;

    [SetUp]
    public void SetUp()
    {
        _rig = new EndpointRig();
        _nap = _rig.Add(0x00AA_0100_0042, "192.168.50.1", "fd00:1::1");
    }

    [TearDown]
    public void TearDown() => _rig.Dispose();

    [Test]
    public void Frames_EveryTruncation_AreNeverAnswered()
    {
        foreach (var (type, payload) in Packets)
        {
            var octets = Captured.Octets(payload);
            for (var length = 0; length < octets.Length; length++)
            {
                _rig.Inject(Nap, Client, type, octets[..length]);
            }
        }

        Assert.That(_rig.Frames, Is.Empty);
        Assert.That(_nap.Counters.Malformed, Is.EqualTo(Packets.Sum(packet => packet.Payload.Length / 2)));
        Assert.That(_nap.Neighbours, Is.Zero);
    }

    [Test]
    public void Frames_Mutated_NeverThrow([Range(0, 9)] int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 2000; run++)
        {
            var (type, payload) = Packets[random.Next(Packets.Length)];
            var octets = Captured.Octets(payload);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                octets[random.Next(octets.Length)] = (byte)random.Next(256);
            }

            Assert.That(() => _rig.Inject(Nap, Client, type, octets), Throws.Nothing, $"seed {seed}, run {run}: {Convert.ToHexString(octets)}");
        }

        Assert.That(_nap.Neighbours, Is.LessThanOrEqualTo(NeighbourTable.Capacity));
    }

    [Test]
    public void Frames_ForSomebodyElse_AreIgnored()
    {
        _rig.Inject(Client, Client, 0x0800, Captured.Octets(Captured.EchoRequest4));
        _rig.Inject("01:00:5E:00:00:FB", Client, 0x0800, Captured.Octets(Captured.EchoRequest4));
        _rig.Inject(Nap, Nap, 0x0800, Captured.Octets(Captured.EchoRequest4));
        Assert.That(_rig.Frames, Is.Empty);
        Assert.That(_nap.Counters.Ignored, Is.EqualTo(3));
        Assert.That(_nap.Counters.Received, Is.Zero);
    }

    [Test]
    public void Frames_OfOtherProtocols_AreIgnored()
    {
        _rig.Inject(Nap, Client, 0x88CC, new byte[50]);
        var udp = Captured.Octets(Captured.EchoRequest6);
        udp[6] = 17;
        _rig.Inject(Nap, Client, 0x86DD, udp);
        Assert.That(_nap.Counters.Ignored, Is.EqualTo(2));
        Assert.That(_rig.Frames, Is.Empty);
    }

    [Test]
    public void Fragment_OfAnEchoRequest_IsDroppedAndCounted()
    {
        var octets = Captured.Octets(Captured.EchoRequest4);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(6), 0x2000);
        octets[10] = octets[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(10), InternetChecksum.Fold(InternetChecksum.Add(0, octets.AsSpan(0, 20))));
        _rig.Inject(Nap, Client, 0x0800, octets);
        Assert.That(_nap.Counters.Fragments, Is.EqualTo(1));
        Assert.That(_rig.Frames, Is.Empty);
    }

    [Test]
    public void Solicitation_ThatCrossedARouter_IsMalformed()
    {
        var octets = Captured.Octets(Captured.Solicitation);
        octets[7] = 254;
        _rig.Inject(Nap, Client, 0x86DD, octets);
        Assert.That(_nap.Counters.Malformed, Is.EqualTo(1));
        Assert.That(_rig.Frames, Is.Empty);
    }

    [Test]
    public void Answers_ThatNobodyAskedFor_AreNotLearned()
    {
        var client = _rig.Add(0x00AA_0101_0042, "192.168.50.2", "fd00:1::2");
        _rig.Inject(Client, Nap, 0x0806, Captured.Octets(Captured.ArpReply));
        _rig.Inject(Client, Nap, 0x86DD, Captured.Octets(Captured.Advertisement));
        _rig.Inject(Client, Nap, 0x0800, Captured.Octets(Captured.EchoReply4));
        Assert.That(client.Neighbours, Is.Zero);
    }

    [Test]
    public void Neighbours_FloodOfAskers_StaysBounded()
    {
        for (uint i = 1; i <= 1000; i++)
        {
            var arp = new byte[ArpPacket.Size];
            new ArpPacket(ArpOperation.Request, new(0x0200_0000_0000UL + i), 0x0A00_0000 + i, default, 0xC0A8_3201).Write(arp);
            _rig.Inject("FF:FF:FF:FF:FF:FF", Client, 0x0806, arp);
        }

        Assert.That(_nap.Neighbours, Is.EqualTo(NeighbourTable.Capacity));
    }

    // 192.168.50.1 and 192.168.50.9 in the form ::ffff:a.b.c.d, which no packet on a network has.
    [TestCase("fe80000000000000000000000000000a", "00000000000000000000ffffc0a83201", 128, "00010001", TestName = "Mapped_Destination_IsMalformed")]
    [TestCase("00000000000000000000ffffc0a83209", "fd000001000000000000000000000001", 128, "00010001", TestName = "Mapped_Source_IsMalformed")]
    [TestCase("fe80000000000000000000000000000a", "fd000001000000000000000000000001", 136, "2000000000000000000000000000ffffc0a83209" + "0201020000000009", TestName = "Mapped_Advertised_IsMalformed")]
    [TestCase("fe80000000000000000000000000000a", "fd000001000000000000000000000001", 135, "0000000000000000000000000000ffffc0a83201", TestName = "Mapped_Solicited_IsMalformed")]
    public void Mapped_Address_IsMalformed(string source, string destination, int type, string body)
    {
        // An attacker tries both checksums: with the whole pseudo-header, and with only four octets of a mapped address.
        foreach (var shortForm in new[] { false, true })
        {
            _rig.Inject(Nap, Client, 0x86DD, Packet6(source, destination, type, body, shortForm));
        }

        Assert.That(_rig.Frames, Is.Empty);
        Assert.That(_nap.Counters.Malformed, Is.EqualTo(2));
        Assert.That(_nap.Neighbours, Is.Zero);
    }

    [Test]
    public void Echo_Answered_AllocatesNothing()
    {
        var port = new NetDevices.Memory.MemoryEthernetPort("quiet", new(0x00AA_0100_0042));
        using var endpoint = new IpEndpoint(port, new IpEndpointOptions { IPv4Address = System.Net.IPAddress.Parse("192.168.50.1") }, _rig.Time);
        port.Start(new QuietSink());
        port.SetCarrier(true);
        var octets = Captured.Octets(Captured.EchoRequest4);
        Assert.That(Ask(port, octets, 1), Is.EqualTo(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var transmitted = Ask(port, octets, 100);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(transmitted, Is.EqualTo(101));
    }

    private static byte[] Packet6(string source, string destination, int type, string body, bool shortForm)
    {
        byte[] message = [(byte)type, 0, 0, 0, .. Captured.Octets(body)];
        byte[] from = Captured.Octets(source);
        byte[] to = Captured.Octets(destination);
        byte[] pseudo = [.. Counted(from), .. Counted(to), 0, 0, 0, (byte)message.Length, 0, 0, 0, 58, .. message];
        uint sum = 0;
        for (var i = 0; i < pseudo.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(pseudo.AsSpan(i));
        }

        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)~((sum & 0xFFFF) + (sum >> 16)));
        return [0x60, 0, 0, 0, 0, (byte)message.Length, 58, 255, .. from, .. to, .. message];

        byte[] Counted(byte[] address) => shortForm && address[0] == 0 ? address.AsSpan(12).ToArray() : address;
    }

    private static long Ask(NetDevices.Memory.MemoryEthernetPort port, byte[] octets, int times)
    {
        for (var i = 0; i < times; i++)
        {
            port.Send(new(new(0x00AA_0100_0042), new(0x00AA_0101_0042), Ethernet.EtherType.IPv4, octets));
        }

        return port.Transmitted;
    }

    private sealed class QuietSink : Ethernet.IEthernetPortSink
    {
        public bool FrameReceived(in Ethernet.EthernetFrame frame) => true;
    }
}
