using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Tests.Dhcp;

/// <summary>DHCP messages written octet by octet from RFC 2131, figure 1, and RFC 2132.</summary>
internal static class DhcpOctets
{
    public const string Xid = "3903F326";

    /// <summary>The fixed part of a reply up to the cookie: yiaddr 192.168.0.100, siaddr 192.168.0.1.</summary>
    public const string ReplyHead =
        "02 01 06 00" + Xid + "0000 0000" + "00000000" + "C0A80064" + "C0A80001" + "00000000"
        + "00AA01000042" + "00000000000000000000";

    public const string Cookie = "63825363";

    /// <summary>Message type 5, server 192.168.0.1, lease 3600 s, T1 1800 s, T2 3150 s, mask /24, router .1, two DNS servers,
    /// domain "pan.test", MTU 1500.</summary>
    public const string AckOptions =
        "35 01 05" + "36 04 C0A80001" + "33 04 00000E10" + "3A 04 00000708" + "3B 04 00000C4E" + "01 04 FFFFFF00"
        + "03 04 C0A80001" + "06 08 C0A80001 08080808" + "0F 08 70616E2E74657374" + "1A 02 05DC" + "FF";

    public static string NameFields { get; } = new('0', 2 * (64 + 128));

    public static byte[] Ack { get; } = Octets(ReplyHead + NameFields + Cookie + AckOptions);

    public static byte[] Octets(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>A reply with these options, names empty.</summary>
    public static byte[] Reply(string options) => Octets(ReplyHead + NameFields + Cookie + options);

    /// <summary>A reply with options in all three fields.</summary>
    public static byte[] Reply(string options, string file, string serverName) =>
        Octets(ReplyHead + Filled(serverName, 64) + Filled(file, 128) + Cookie + options);

    /// <summary>A message in a frame from server to client.</summary>
    public static byte[] Frame(
        byte[] message, MacAddress from, MacAddress to, string source = "192.168.0.1", string destination = "255.255.255.255")
    {
        var packet = new byte[IpPacket.HeaderSize4 + UdpDatagram.HeaderSize + message.Length];
        var (left, right) = (Address(source), Address(destination));
        var datagram = packet.AsSpan(IpPacket.HeaderSize4);
        message.CopyTo(datagram[UdpDatagram.HeaderSize..]);
        new UdpDatagram(67, 68, message).WriteHeader(left, right, datagram);
        new IpPacket(left, right, IpProtocol.Udp, datagram).WriteHeader(packet);
        var frame = new byte[EthernetFrame.HeaderSize + packet.Length];
        new EthernetFrame(to, from, EtherType.IPv4, packet).CopyTo(frame);
        return frame;
    }

    private static InternetAddress Address(string text) => InternetAddress.From(System.Net.IPAddress.Parse(text));

    private static string Filled(string hex, int size) => Convert.ToHexString(Octets(hex)).PadRight(2 * size, '0');
}
