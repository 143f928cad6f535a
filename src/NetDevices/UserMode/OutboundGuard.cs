using System.Buffers.Binary;
using HostStack.Ethernet;

namespace HostStack.NetDevices.UserMode;

/// <summary>Which frames of peers a NAT has business with. Pure.</summary>
/// <remarks>A port of a switch sees what is flooded: multicast, broadcast, frames to peers that are not known yet. libslirp
/// would send all of it out of this machine, or to its loopback. The addresses that mean this machine or its own link in
/// whatever form never leave either (RFC 6890; link-local addresses are not forwarded, RFC 3927, 2.7). The relay for names
/// answers questions and nothing else; a name server outside is a destination like any other. Fragments, options and
/// lengths that do not fit are refused too: libslirp's reassembly ends the process over some of them (4.7), and what peers
/// send is not trusted.</remarks>
/// <param name="plan">The networks.</param>
internal sealed class OutboundGuard(UserModePlan plan)
{
    private const int Header4 = 20;
    private const int Header6 = 40;
    private const byte Version4NoOptions = 0x45;
    private const int Version6 = 6;
    private const int PortsSize = 4;
    private const int Tcp = 6;
    private const int Udp = 17;
    private const int IcmpV6 = 58;
    private const byte EchoRequest6 = 128;
    private const byte NeighbourSolicitation = 135;
    private const byte NeighbourAdvertisement = 136;
    private const ushort NamePort = 53;
    private const ushort DhcpServerPort = 67;
    private const ushort Dhcp6ServerPort = 547;
    private const ushort MoreFragmentsAndOffset = 0x3FFF;
    private const ushort LinkLocal6 = 0xFE80;
    private const ushort LinkLocal6Mask = 0xFFC0;
    private const byte Multicast6 = 0xFF;
    private const ushort LinkScopeMulticast = 0xFF02;

    // ::ffff:0:0/96, an IPv4 address in IPv6's form: a socket of the machine would take it for the IPv4 one.
    private const ulong MappedPrefix = 0xFFFF;

    /// <summary>Whether a frame goes to the NAT.</summary>
    /// <param name="frame">A frame of a peer.</param>
    public bool Admits(in EthernetFrame frame)
    {
        if (frame.Type == EtherType.Arp)
        {
            return true;
        }

        return frame.Type == EtherType.IPv4
            ? Admits4(frame.Payload)
            : frame.Type == EtherType.IPv6 && plan.Network6 != 0 && Admits6(frame.Payload);
    }

    private bool Admits4(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < Header4
            || packet[0] != Version4NoOptions
            || BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) is var length && (length < Header4 || length > packet.Length)
            || (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & MoreFragmentsAndOffset) != 0)
        {
            return false;
        }

        var destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
        if (destination == plan.Gateway)
        {
            return true;
        }

        if (destination == uint.MaxValue)
        {
            return packet[9] == Udp && IsPort(packet, Header4, DhcpServerPort);
        }

        // The plan has let in a name server on this machine or its link only where the loopback is open.
        var isNameServer = destination == plan.NameServer;
        return plan.Contains(destination)
            ? isNameServer && plan.HasRelay && IsQuestion(packet, packet[9], Header4)
            : !ReservedAddresses.IsMulticastOrAbove(destination)
                && (!ReservedAddresses.IsOfMachineOrLink(destination) || (isNameServer && IsQuestion(packet, packet[9], Header4)));
    }

    private bool Admits6(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < Header6
            || packet[0] >> 4 != Version6
            || BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) > packet.Length - Header6)
        {
            return false;
        }

        var destination = BinaryPrimitives.ReadUInt128BigEndian(packet[24..]);
        if (destination == plan.Gateway6 || destination == UserModePlan.LinkLocalGateway)
        {
            return true;
        }

        if (destination == plan.NameServer6 || destination == UserModePlan.LinkLocalNameServer)
        {
            return plan.HasRelay && (IsQuestion(packet, packet[6], Header6) || IsNeighbourDiscovery(packet));
        }

        if (packet[6] == IcmpV6 && packet.Length > Header6 && packet[Header6] == EchoRequest6)
        {
            // libslirp cannot carry an echo request outwards, and complains about each on the standard error.
            return false;
        }

        var first = (ushort)(destination >> 112);
        if (first >> 8 == Multicast6)
        {
            return first == LinkScopeMulticast && (packet[6] == IcmpV6 || IsUdpTo6(packet, Dhcp6ServerPort));
        }

        var high = destination >> 32;
        return destination >> 64 != plan.Network6 >> 64
            && (first & LinkLocal6Mask) != LinkLocal6
            && high != 0
            && high != MappedPrefix;
    }

    private static bool IsQuestion(ReadOnlySpan<byte> packet, byte protocol, int header) =>
        protocol is Tcp or Udp && IsPort(packet, header, NamePort);

    // A peer asks an address that it talks to whether it is still there (RFC 4861, 7.3), as it does with ARP in IPv4.
    private static bool IsNeighbourDiscovery(ReadOnlySpan<byte> packet) =>
        packet[6] == IcmpV6 && packet.Length > Header6 && packet[Header6] is NeighbourSolicitation or NeighbourAdvertisement;

    private static bool IsUdpTo6(ReadOnlySpan<byte> packet, ushort port) => packet[6] == Udp && IsPort(packet, Header6, port);

    private static bool IsPort(ReadOnlySpan<byte> packet, int header, ushort port) =>
        packet.Length >= header + PortsSize && BinaryPrimitives.ReadUInt16BigEndian(packet[(header + 2)..]) == port;
}
