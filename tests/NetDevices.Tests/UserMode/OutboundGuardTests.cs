using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

[TestFixture]
internal sealed class OutboundGuardTests
{
    private const byte Tcp = 6;
    private const byte Udp = 17;
    private const byte IcmpV6 = 58;

    private static readonly OutboundGuard Guard = new(UserModePlan.From(new UserModeOptions()));

    [TestCase("10.0.2.2", Tcp, 80, true, Description = "the gateway")]
    [TestCase("10.0.2.3", Udp, 53, true, Description = "the relay for names")]
    [TestCase("10.0.2.3", Tcp, 53, true)]
    [TestCase("10.0.2.3", Tcp, 22, false, Description = "the relay is no way to anything else")]
    [TestCase("10.0.2.3", Udp, 69, false)]
    [TestCase("10.0.2.3", 1, 53, false, Description = "an echo")]
    [TestCase("192.0.2.7", Tcp, 443, true, Description = "the world")]
    [TestCase("10.0.3.7", Tcp, 443, true, Description = "the network beside")]
    [TestCase("255.255.255.255", Udp, 67, true, Description = "DHCP")]
    [TestCase("255.255.255.255", Udp, 68, false)]
    [TestCase("255.255.255.255", Tcp, 67, false)]
    [TestCase("10.0.2.255", Udp, 137, false, Description = "the network's broadcast")]
    [TestCase("10.0.2.0", Udp, 137, false)]
    [TestCase("10.0.2.77", Tcp, 80, false, Description = "another peer, flooded")]
    [TestCase("224.0.0.251", Udp, 5353, false, Description = "multicast")]
    [TestCase("239.255.255.250", Udp, 1900, false)]
    [TestCase("240.0.0.1", Tcp, 80, false)]
    [TestCase("127.0.0.1", Tcp, 80, false, Description = "the machine's loopback")]
    [TestCase("127.9.9.9", Udp, 53, false)]
    [TestCase("0.0.0.0", Tcp, 80, false)]
    [TestCase("0.1.2.3", Tcp, 80, false)]
    [TestCase("169.254.169.254", Tcp, 80, false, Description = "metadata of clouds")]
    public void Admits_IPv4_IsDecidedByDestination(string destination, byte protocol, int port, bool expected) =>
        Assert.That(Admits(EtherType.IPv4, Packet4(destination, protocol, port)), Is.EqualTo(expected));

    [TestCase("fd53:6c69:7270::2", Tcp, 80, true, Description = "the gateway")]
    [TestCase("fd53:6c69:7270::3", Udp, 53, true, Description = "the relay for names")]
    [TestCase("fe80::2", Tcp, 80, true)]
    [TestCase("fe80::3", Udp, 53, true)]
    [TestCase("2001:db8::1", Tcp, 443, true, Description = "the world")]
    [TestCase("fd53:6c69:7270:1::1", Tcp, 443, true, Description = "the network beside")]
    [TestCase("ff02::1:2", Udp, 547, true, Description = "DHCPv6")]
    [TestCase("ff02::fb", Udp, 5353, false, Description = "multicast")]
    [TestCase("ff05::1:3", Udp, 547, false)]
    [TestCase("ff02::1", Tcp, 80, false, Description = "libslirp's loopback")]
    [TestCase("fd53:6c69:7270::77", Tcp, 80, false, Description = "another peer; libslirp's loopback")]
    [TestCase("fd53:6c69:7270::3", Tcp, 53, true)]
    [TestCase("fd53:6c69:7270::3", Tcp, 22, false, Description = "the relay is no way to anything else")]
    [TestCase("fd53:6c69:7270::3", Udp, 5353, false)]
    [TestCase("fe80::3", Tcp, 631, false)]
    [TestCase("fe80::3", 132, 53, false, Description = "SCTP")]
    [TestCase("fe80::77", Tcp, 80, false)]
    [TestCase("febf::1", Tcp, 80, false)]
    [TestCase("::1", Tcp, 80, false, Description = "the machine's loopback")]
    [TestCase("::", Tcp, 80, false)]
    [TestCase("::127.0.0.1", Tcp, 80, false)]
    [TestCase("::ffff:127.0.0.1", Tcp, 80, false, Description = "the loopback in IPv6's form")]
    [TestCase("::ffff:192.0.2.1", Tcp, 80, false)]
    public void Admits_IPv6_IsDecidedByDestination(string destination, byte protocol, int port, bool expected) =>
        Assert.That(Admits(EtherType.IPv6, Packet6(destination, protocol, (byte)(port >> 8), port)), Is.EqualTo(expected));

    [TestCase("ff02::2", 133, true, Description = "router solicitation")]
    [TestCase("ff02::1:ff00:2", 135, true, Description = "neighbour solicitation")]
    [TestCase("ff02::16", 143, true, Description = "listener report")]
    [TestCase("fe80::2", 128, true, Description = "the gateway's echo")]
    [TestCase("fd53:6c69:7270::2", 128, true)]
    [TestCase("fe80::3", 135, true, Description = "whether the relay is still there")]
    [TestCase("fd53:6c69:7270::3", 136, true)]
    [TestCase("fd53:6c69:7270::3", 128, false, Description = "the relay's echo")]
    [TestCase("ff02::1", 128, false, Description = "an echo to everybody")]
    [TestCase("2001:db8::1", 128, false, Description = "an echo outwards")]
    public void Admits_IcmpV6_IsDecidedByTypeToo(string destination, byte type, bool expected) =>
        Assert.That(Admits(EtherType.IPv6, Packet6(destination, IcmpV6, type, 0)), Is.EqualTo(expected));

    [TestCase(0x20, 0, false, Description = "more fragments")]
    [TestCase(0x00, 1, false, Description = "an offset")]
    [TestCase(0x40, 0, true, Description = "do not fragment")]
    public void Admits_Fragment_IsRefused(byte high, byte low, bool expected)
    {
        var packet = Packet4("192.0.2.7", Udp, 53);
        (packet[6], packet[7]) = (high, low);
        Assert.That(Admits(EtherType.IPv4, packet), Is.EqualTo(expected));
    }

    [TestCase(0, 0x46, Description = "options")]
    [TestCase(0, 0x44, Description = "a header that is too short")]
    [TestCase(0, 0x65, Description = "another version")]
    [TestCase(2, 0x01, Description = "longer than the frame")]
    [TestCase(3, 19, Description = "shorter than its header")]
    [TestCase(3, 29)]
    public void Admits_HeaderThatLies_IsRefused(int place, byte value)
    {
        var packet = Packet4("192.0.2.7", Udp, 53);
        packet[place] = value;
        Assert.That(Admits(EtherType.IPv4, packet), Is.False);
    }

    [TestCase(0, 0x40)]
    [TestCase(4, 0x01)]
    [TestCase(5, 9)]
    public void Admits_Header6ThatLies_IsRefused(int place, byte value)
    {
        var packet = Packet6("2001:db8::1", Udp, 0, 53);
        packet[place] = value;
        Assert.That(Admits(EtherType.IPv6, packet), Is.False);
    }

    [Test]
    public void Admits_EveryTruncation_IsSafe([Range(0, 44)] int length)
    {
        Assert.That(() => Admits(EtherType.IPv4, Packet4("255.255.255.255", Udp, 67)[..Math.Min(length, 28)]), Throws.Nothing);
        Assert.That(() => Admits(EtherType.IPv6, Packet6("ff02::1:2", Udp, 2, 547)[..length]), Throws.Nothing);
        Assert.That(Admits(EtherType.IPv4, Packet4("192.0.2.1", Tcp, 1)[..Math.Min(length, 19)]), Is.False);
        Assert.That(Admits(EtherType.IPv6, Packet6("2001:db8::1", Tcp, 0, 1)[..Math.Min(length, 39)]), Is.False);
    }

    [TestCase(0x0806, true, Description = "ARP")]
    [TestCase(0x88F8, false, Description = "NC-SI: a management controller's, which libslirp emulates")]
    [TestCase(0x8100, false, Description = "a tag")]
    [TestCase(0x0026, false, Description = "an 802.3 length")]
    public void Admits_OtherTypes_OnlyArp(int type, bool expected) =>
        Assert.That(Admits(new EtherType((ushort)type), new byte[46]), Is.EqualTo(expected));

    [Test]
    public void Admits_IPv6WithoutNetwork_IsRefused()
    {
        var guard = new OutboundGuard(UserModePlan.From(new UserModeOptions { Network6 = null }));
        Assert.That(guard.Admits(Frame(EtherType.IPv6, Packet6("2001:db8::1", Tcp, 0, 1))), Is.False);
        Assert.That(guard.Admits(Frame(EtherType.IPv6, Packet6("::2", Tcp, 0, 1))), Is.False);
    }

    [TestCase("192.0.2.53", "192.0.2.53", Udp, 53, true, Description = "outside: like any other address")]
    [TestCase("192.0.2.53", "192.0.2.53", Tcp, 853, true)]
    [TestCase("192.0.2.53", "10.0.2.3", Udp, 53, false, Description = "no relay")]
    [TestCase("192.0.2.53", "127.0.0.1", Udp, 53, false)]
    [TestCase("10.0.2.3", "10.0.2.3", Udp, 53, false, Description = "inside, and not the port's: another peer")]
    [TestCase("10.0.2.99", "10.0.2.99", Tcp, 53, false)]
    [TestCase("10.0.2.99", "10.0.2.99", Tcp, 80, false)]
    public void Admits_ChosenNameServer_IsADestinationLikeOthers(string server, string destination, byte protocol, int port, bool expected)
    {
        var guard = new OutboundGuard(UserModePlan.From(new UserModeOptions { DnsServer = IPAddress.Parse(server) }));
        Assert.That(guard.Admits(Frame(EtherType.IPv4, Packet4(destination, protocol, port))), Is.EqualTo(expected));
    }

    [TestCase("fd53:6c69:7270::3")]
    [TestCase("fe80::3")]
    public void Admits_RelayThatIsOff_IsRefused(string destination)
    {
        var guard = new OutboundGuard(UserModePlan.From(new UserModeOptions { DnsServer = IPAddress.Parse("192.0.2.53") }));
        Assert.That(guard.Admits(Frame(EtherType.IPv6, Packet6(destination, Udp, 0, 53))), Is.False);
    }

    [TestCase("127.0.0.53", "127.0.0.53", Udp, 53, true)]
    [TestCase("127.0.0.53", "127.0.0.53", Tcp, 53, true)]
    [TestCase("127.0.0.53", "127.0.0.53", Tcp, 22, false)]
    [TestCase("127.0.0.53", "127.0.0.53", Udp, 5353, false)]
    [TestCase("127.0.0.53", "127.0.0.53", 1, 53, false, Description = "an echo")]
    [TestCase("127.0.0.53", "127.0.0.1", Udp, 53, false, Description = "its neighbour")]
    [TestCase("169.254.169.253", "169.254.169.253", Udp, 53, true)]
    [TestCase("169.254.169.253", "169.254.169.253", Tcp, 80, false)]
    [TestCase("169.254.169.253", "169.254.169.254", Tcp, 53, false)]
    public void Admits_NameServerOfTheMachine_TakesQuestionsAlone(string server, string destination, byte protocol, int port, bool expected)
    {
        var options = new UserModeOptions { DnsServer = IPAddress.Parse(server), AllowHostLoopback = true };
        var guard = new OutboundGuard(UserModePlan.From(options));
        Assert.That(guard.Admits(Frame(EtherType.IPv4, Packet4(destination, protocol, port))), Is.EqualTo(expected));
    }

    [Test]
    public void Admits_QuestionWithoutPorts_IsRefused()
    {
        var packet = Packet4("10.0.2.3", Udp, 53)[..22];
        packet[3] = 22;
        Assert.That(Admits(EtherType.IPv4, packet), Is.False);
    }

    private static bool Admits(EtherType type, byte[] packet) => Guard.Admits(Frame(type, packet));

    private static EthernetFrame Frame(EtherType type, byte[] packet) =>
        new(new MacAddress(0x5255_0A00_0202), new MacAddress(0x001A_7DDA_7113), type, packet);

    private static byte[] Packet4(string destination, byte protocol, int port)
    {
        var packet = new byte[28];
        packet[0] = 0x45;
        packet[3] = 28;
        packet[9] = protocol;
        IPAddress.Parse(destination).GetAddressBytes().CopyTo(packet, 16);
        packet[22] = (byte)(port >> 8);
        packet[23] = (byte)port;
        return packet;
    }

    private static byte[] Packet6(string destination, byte protocol, byte type, int port)
    {
        var packet = new byte[48];
        packet[0] = 0x60;
        packet[5] = 8;
        packet[6] = protocol;
        IPAddress.Parse(destination).GetAddressBytes().CopyTo(packet, 24);
        packet[40] = type;
        packet[42] = (byte)(port >> 8);
        packet[43] = (byte)port;
        return packet;
    }
}
