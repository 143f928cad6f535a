using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.Memory;

namespace HostStack.NetDevices.Ip;

/// <summary>Builds the frames that an endpoint sends.</summary>
/// <param name="port">Where they go.</param>
internal sealed class IpTransmitter(MemoryEthernetPort port)
{
    private const int StackLimit = 2048;
    private int _identification;

    /// <summary>Sends an ARP packet.</summary>
    /// <param name="destination">To whom.</param>
    /// <param name="packet">The packet.</param>
    public bool SendArp(MacAddress destination, ArpPacket packet)
    {
        Span<byte> payload = stackalloc byte[ArpPacket.Size];
        packet.Write(payload);
        return port.Transmit(new EthernetFrame(destination, port.Address, EtherType.Arp, payload));
    }

    /// <summary>Sends an echo request or reply.</summary>
    /// <param name="mac">The neighbour.</param>
    /// <param name="source">Its source address.</param>
    /// <param name="destination">Its destination address, of the same family.</param>
    /// <param name="isReply">Reply or request.</param>
    /// <param name="body">What it carries.</param>
    public bool SendEcho(
        MacAddress mac, InternetAddress source, InternetAddress destination, bool isReply, in EchoBody body)
    {
        var headers = IpPacket.HeaderSize(source.IsIPv4) + IcmpMessage.HeaderSize;
        var length = headers + body.Length;
        var packet = length <= StackLimit ? stackalloc byte[StackLimit] : new byte[length];
        packet = packet[..length];
        body.Write(packet[headers..]);
        var type = source.IsIPv4
            ? isReply ? IcmpType.EchoReply4 : IcmpType.EchoRequest4
            : isReply ? IcmpType.EchoReply6 : IcmpType.EchoRequest6;
        return Send(mac, type, source, destination, packet);
    }

    /// <summary>Sends a neighbour solicitation or advertisement.</summary>
    /// <param name="mac">The neighbour, or the group.</param>
    /// <param name="type">Which.</param>
    /// <param name="source">Its source address.</param>
    /// <param name="destination">Its destination address.</param>
    /// <param name="body">What it says.</param>
    public bool SendNeighbour(
        MacAddress mac, IcmpType type, InternetAddress source, InternetAddress destination, NeighbourBody body)
    {
        const int Headers = IpPacket.HeaderSize6 + IcmpMessage.HeaderSize;
        Span<byte> packet = stackalloc byte[Headers + body.EncodedSize];
        body.Write(type, packet[Headers..]);
        return Send(mac, type, source, destination, packet, IpPacket.NeighbourHopLimit);
    }

    private bool Send(
        MacAddress mac,
        IcmpType type,
        InternetAddress source,
        InternetAddress destination,
        Span<byte> packet,
        byte hopLimit = 64)
    {
        var message = packet[IpPacket.HeaderSize(source.IsIPv4)..];
        IcmpMessage.WriteHeader(type, source, destination, message);
        var protocol = source.IsIPv4 ? IpProtocol.Icmp : IpProtocol.IcmpV6;
        var identification = (ushort)Interlocked.Increment(ref _identification);
        new IpPacket(source, destination, protocol, message, hopLimit).WriteHeader(packet, identification);
        var etherType = source.IsIPv4 ? EtherType.IPv4 : EtherType.IPv6;
        return port.Transmit(new EthernetFrame(mac, port.Address, etherType, packet));
    }
}
