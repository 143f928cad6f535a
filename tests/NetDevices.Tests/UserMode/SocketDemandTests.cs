using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

[TestFixture]
internal sealed class SocketDemandTests
{
    private const byte Icmp = 1;
    private const byte Tcp = 6;
    private const byte Udp = 17;
    private const byte IcmpV6 = 58;
    private const uint Gateway = 0x0A00_0202;
    private static readonly MacAddress Peer = new(0x001A_7DDA_7101);

    [TestCase("192.0.2.1", Tcp, 0x02, nameof(Demand.Connection), Description = "SYN")]
    [TestCase("10.0.2.2", Tcp, 0xC2, nameof(Demand.Connection), Description = "SYN with congestion flags")]
    [TestCase("192.0.2.1", Tcp, 0x12, nameof(Demand.None), Description = "SYN and ACK: the answer to a forward")]
    [TestCase("192.0.2.1", Tcp, 0x10, nameof(Demand.None), Description = "ACK")]
    [TestCase("192.0.2.1", Tcp, 0x04, nameof(Demand.None), Description = "RST")]
    [TestCase("192.0.2.1", Udp, 0, nameof(Demand.Flow))]
    [TestCase("10.0.2.2", Udp, 0, nameof(Demand.Flow))]
    [TestCase("255.255.255.255", Udp, 0, nameof(Demand.None), Description = "DHCP")]
    [TestCase("192.0.2.1", Icmp, 0, nameof(Demand.Flow), Description = "an echo outwards")]
    [TestCase("10.0.2.2", Icmp, 0, nameof(Demand.None), Description = "the gateway's echo")]
    [TestCase("192.0.2.1", 47, 0, nameof(Demand.None), Description = "nothing that the NAT carries")]
    public void Of_IPv4_IsWhatTheFrameOpens(string destination, byte protocol, byte flags, string expected)
    {
        var packet = new byte[44];
        packet[0] = 0x46;
        packet[9] = protocol;
        IPAddress.Parse(destination).GetAddressBytes().CopyTo(packet, 16);
        packet[24 + 13] = flags;
        Assert.That(Of(EtherType.IPv4, packet).ToString(), Is.EqualTo(expected));
    }

    [TestCase("2001:db8::1", Tcp, 0x02, nameof(Demand.Connection))]
    [TestCase("2001:db8::1", Tcp, 0x10, nameof(Demand.None))]
    [TestCase("2001:db8::1", Udp, 0, nameof(Demand.Flow))]
    [TestCase("ff02::1:2", Udp, 0, nameof(Demand.None), Description = "DHCPv6")]
    [TestCase("fe80::2", IcmpV6, 0, nameof(Demand.None))]
    public void Of_IPv6_IsWhatTheFrameOpens(string destination, byte protocol, byte flags, string expected)
    {
        var packet = new byte[60];
        packet[0] = 0x60;
        packet[6] = protocol;
        IPAddress.Parse(destination).GetAddressBytes().CopyTo(packet, 24);
        packet[40 + 13] = flags;
        Assert.That(Of(EtherType.IPv6, packet).ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void Of_EveryTruncation_IsSafe([Range(0, 40)] int length)
    {
        byte[] first = [0x45, .. new byte[8], Tcp, .. new byte[30]];
        Assert.That(() => Of(EtherType.IPv4, first[..Math.Min(length, first.Length)]), Throws.Nothing);
        byte[] second = [0x60, .. new byte[5], Tcp, .. new byte[40]];
        Assert.That(() => Of(EtherType.IPv6, second[..length]), Throws.Nothing);
        Assert.That(Of(EtherType.Arp, new byte[length]), Is.EqualTo(Demand.None));
    }

    private static Demand Of(EtherType type, byte[] packet) =>
        SocketDemand.Of(new EthernetFrame(MacAddress.Broadcast, Peer, type, packet), Gateway);
}
