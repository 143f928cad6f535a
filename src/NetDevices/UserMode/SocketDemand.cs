using System.Buffers.Binary;
using HostStack.Ethernet;

namespace HostStack.NetDevices.UserMode;

/// <summary>What a frame may cost the NAT.</summary>
internal enum Demand
{
    /// <summary>Nothing: it belongs to something that is open, or needs no socket.</summary>
    None = 0,

    /// <summary>A socket, unless its flow has one: a datagram or an echo.</summary>
    Flow,

    /// <summary>A socket: the beginning of a connection.</summary>
    Connection,
}

/// <summary>Tells which frames may open a socket, so that one peer cannot use up those of the whole program. Pure.</summary>
internal static class SocketDemand
{
    private const int Header4 = 20;
    private const int Header6 = 40;
    private const int WordOctets = 4;
    private const int FlagsOffset = 13;
    private const byte Icmp = 1;
    private const byte Tcp = 6;
    private const byte Udp = 17;
    private const byte Multicast6 = 0xFF;
    private const byte Synchronize = 0x02;
    private const byte Acknowledge = 0x10;

    /// <summary>What a frame may cost.</summary>
    /// <param name="frame">A frame that <see cref="OutboundGuard"/> admits.</param>
    /// <param name="gateway">The IPv4 gateway, whose echo needs no socket.</param>
    public static Demand Of(in EthernetFrame frame, uint gateway)
    {
        var packet = frame.Payload;
        if (frame.Type == EtherType.IPv4 && packet.Length >= Header4)
        {
            var destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
            var isOwn = destination is uint.MaxValue || (destination == gateway && packet[9] == Icmp);
            return isOwn ? Demand.None : OfProtocol(packet[9], packet, (packet[0] & 0xF) * WordOctets);
        }

        return frame.Type == EtherType.IPv6 && packet.Length >= Header6 && packet[24] != Multicast6
            ? OfProtocol(packet[6], packet, Header6)
            : Demand.None;
    }

    private static Demand OfProtocol(byte protocol, ReadOnlySpan<byte> packet, int header) => protocol switch
    {
        Udp or Icmp => Demand.Flow,
        Tcp when packet.Length > header + FlagsOffset
            && (packet[header + FlagsOffset] & (Synchronize | Acknowledge)) == Synchronize => Demand.Connection,
        _ => Demand.None,
    };
}
