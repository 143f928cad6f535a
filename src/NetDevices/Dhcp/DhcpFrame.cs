using System.Buffers.Binary;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Dhcp;

/// <summary>Tells the frames that are for a DHCP client from those that are not.</summary>
internal static class DhcpFrame
{
    private const int ProtocolOffset = 9;
    private const int FragmentOffset = 6;
    private const ushort FragmentMask = 0x3FFF;
    private const int DestinationPortOffset = 2;

    /// <summary>Whether a frame goes to the port of DHCP clients: a few comparisons, for every frame that passes.</summary>
    /// <param name="frame">The frame.</param>
    public static bool IsToClient(in EthernetFrame frame)
    {
        if (frame.Type != EtherType.IPv4
            || frame.Payload.Length < IpPacket.HeaderSize4 + UdpDatagram.HeaderSize
            || frame.Payload[ProtocolOffset] != (byte)IpProtocol.Udp
            || (BinaryPrimitives.ReadUInt16BigEndian(frame.Payload[FragmentOffset..]) & FragmentMask) != 0)
        {
            return false;
        }

        var header = (frame.Payload[0] & 0x0F) * sizeof(uint);
        return frame.Payload.Length >= header + UdpDatagram.HeaderSize
            && BinaryPrimitives.ReadUInt16BigEndian(frame.Payload[(header + DestinationPortOffset)..]) == DhcpMessage.ClientPort;
    }

    /// <summary>Reads the client's MAC address out of a frame to the port of clients.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="message">The payload of its datagram, borrowed from the frame.</param>
    /// <param name="hardware">The client that it is for.</param>
    /// <returns>False where packet, datagram or message is malformed, or not a server's.</returns>
    public static bool TryParse(in EthernetFrame frame, out ReadOnlySpan<byte> message, out MacAddress hardware)
    {
        message = default;
        hardware = default;
        if (!IpPacket.TryParse4(frame.Payload, out var packet)
            || !UdpDatagram.TryParse(packet, out var datagram)
            || datagram.DestinationPort != DhcpMessage.ClientPort
            || datagram.SourcePort != DhcpMessage.ServerPort
            || !DhcpMessage.TryParse(datagram.Payload, out var fixedPart))
        {
            return false;
        }

        message = datagram.Payload;
        hardware = fixedPart.Hardware;
        return true;
    }
}
