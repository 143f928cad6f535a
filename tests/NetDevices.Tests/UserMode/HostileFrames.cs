using System.Buffers.Binary;
using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>Frames of random content, most of them right enough to get somewhere: lengths, checksums and addresses that fit,
/// now and then one that does not.</summary>
internal static class HostileFrames
{
    private const byte Icmp = 1;
    private const byte Tcp = 6;
    private const byte Udp = 17;
    private const byte IcmpV6 = 58;
    private const int Few = 8;

    private static readonly ushort[] Types = [0x0800, 0x0800, 0x0800, 0x0800, 0x86DD, 0x86DD, 0x0806, 0x88F8, 0x1234];
    private static readonly byte[] Protocols = [Tcp, Tcp, Tcp, Udp, Icmp, 47];
    private static readonly byte[] TcpFlags = [0x02, 0x02, 0x10, 0x18, 0x11, 0x04, 0x38, 0x12, 0x29, 0x00];
    private static readonly ushort[] UdpPorts = [53, 67, 69, 7, 5353];

    /// <summary>Makes one.</summary>
    /// <param name="random">Decides everything.</param>
    /// <param name="source">Who sends it.</param>
    /// <param name="port">Where most connections go; 0 for anywhere.</param>
    public static byte[] Make(Random random, MacAddress source, int port)
    {
        var octets = new byte[random.Next(EthernetFrame.HeaderSize + 28, 600)];
        random.NextBytes(octets);
        source.Write(octets.AsSpan(MacAddress.Size));
        var type = Types[random.Next(Types.Length)];
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(12), type);
        var packet = octets.AsSpan(EthernetFrame.HeaderSize);
        if (type == EtherType.IPv4.Value)
        {
            Fill4(packet, random, port);
        }
        else if (type == EtherType.IPv6.Value && packet.Length >= IpPacket.HeaderSize6 + 24)
        {
            Fill6(packet, random, port);
        }

        return octets;
    }

    private static void Fill4(Span<byte> packet, Random random, int port)
    {
        packet[0] = (byte)(random.Next(Few) == 0 ? random.Next(256) : 0x45);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(random.Next(Few) == 0 ? random.Next(700) : packet.Length));
        packet[6] = (byte)(random.Next(Few) == 0 ? packet[6] : 0x40);
        packet[7] = (byte)(random.Next(Few) == 0 ? packet[7] : 0);
        packet[9] = Protocols[random.Next(Protocols.Length)];
        packet[10..12].Clear();
        IPAddress.Parse($"10.0.2.{random.Next(15, 18)}").TryWriteBytes(packet[12..], out _);
        IPAddress.Parse(random.Next(4) == 0 ? "10.0.2.3" : "10.0.2.2").TryWriteBytes(packet[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(
            packet[10..], InternetChecksum.Fold(InternetChecksum.Add(0, packet[..IpPacket.HeaderSize4])));
        var sum = packet[9] == Icmp ? 0 : InternetChecksum.Add((uint)(packet.Length - IpPacket.HeaderSize4 + packet[9]), packet[12..20]);
        FillUpper(packet[IpPacket.HeaderSize4..], packet[9], sum, random, port);
    }

    private static void Fill6(Span<byte> packet, Random random, int port)
    {
        packet[0] = (byte)(random.Next(Few) == 0 ? packet[0] : 0x60);
        var length = packet.Length - IpPacket.HeaderSize6;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(random.Next(Few) == 0 ? random.Next(700) : length));
        packet[6] = random.Next(4) switch { 0 => Udp, 1 => IcmpV6, 2 => Tcp, _ => packet[6] };
        packet[7] = 255;
        IPAddress.Parse("fd53:6c69:7270::77").TryWriteBytes(packet[8..], out _);
        IPAddress.Parse(random.Next(3) switch { 0 => "fe80::2", 1 => "ff02::2", _ => "fd53:6c69:7270::2" })
            .TryWriteBytes(packet[24..], out _);
        var sum = InternetChecksum.Add((uint)(length + packet[6]), packet.Slice(8, 32));
        FillUpper(packet[IpPacket.HeaderSize6..], packet[6], sum, random, port);
    }

    private static void FillUpper(Span<byte> upper, byte protocol, uint sum, Random random, int port)
    {
        var checksum = protocol switch { Tcp => 16, Udp => 6, Icmp or IcmpV6 => 2, _ => upper.Length };
        if (upper.Length < checksum + sizeof(ushort) || upper.Length < 20)
        {
            return;
        }

        // Few flows, so that a segment may meet a connection.
        BinaryPrimitives.WriteUInt16BigEndian(upper, (ushort)random.Next(4000, 4020));
        switch (protocol)
        {
            case Tcp:
                BinaryPrimitives.WriteUInt16BigEndian(upper[2..], (ushort)(port != 0 && random.Next(Few) != 0 ? port : random.Next(65536)));
                BinaryPrimitives.WriteUInt32BigEndian(upper[4..], (uint)random.Next(4) * 1000);
                upper[12] = (byte)(random.Next(Few) == 0 ? upper[12] : random.Next(5, 8) << 4);
                upper[13] = TcpFlags[random.Next(TcpFlags.Length)];
                break;
            case Udp:
                BinaryPrimitives.WriteUInt16BigEndian(upper[2..], UdpPorts[random.Next(UdpPorts.Length)]);
                BinaryPrimitives.WriteUInt16BigEndian(upper[4..], (ushort)(random.Next(Few) == 0 ? random.Next(700) : upper.Length));
                break;
            case Icmp:
                upper[0] = (byte)(random.Next(2) == 0 ? 8 : random.Next(20));
                upper[1] = 0;
                break;
            case IcmpV6:
                upper[0] = (byte)(random.Next(Few) == 0 ? random.Next(256) : random.Next(133, 138));
                upper[1] = 0;
                break;
        }

        upper.Slice(checksum, sizeof(ushort)).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(upper[checksum..], InternetChecksum.Fold(InternetChecksum.Add(sum, upper)));
    }
}
