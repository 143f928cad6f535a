using System.Buffers.Binary;

namespace HostStack.NetDevices.Ip.Packets;

/// <summary>A view of a UDP datagram: ports and a borrowed payload (RFC 768).</summary>
/// <remarks><c>| source port 2 | destination port 2 | length 2 | checksum 2 | payload |</c>; the checksum covers a
/// pseudo-header of the addresses too, and 0 means that there is none (IPv4 only).</remarks>
internal readonly ref struct UdpDatagram
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 8;

    private const int LengthOffset = 4;
    private const int ChecksumOffset = 6;

    public UdpDatagram(ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> payload)
    {
        SourcePort = sourcePort;
        DestinationPort = destinationPort;
        Payload = payload;
    }

    public ushort SourcePort { get; }

    public ushort DestinationPort { get; }

    /// <summary>Borrowed.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Reads a datagram.</summary>
    /// <param name="packet">The packet around it.</param>
    /// <param name="datagram">The view.</param>
    /// <returns>False for another protocol, a fragment, a length that is not the packet's, a wrong checksum.</returns>
    public static bool TryParse(scoped in IpPacket packet, out UdpDatagram datagram)
    {
        datagram = default;
        var octets = packet.Payload;
        if (packet.Protocol != IpProtocol.Udp
            || packet.IsFragment
            || octets.Length < HeaderSize
            || BinaryPrimitives.ReadUInt16BigEndian(octets[LengthOffset..]) != octets.Length)
        {
            return false;
        }

        var hasChecksum = BinaryPrimitives.ReadUInt16BigEndian(octets[ChecksumOffset..]) != 0;
        if (hasChecksum ? Checksum(packet.Source, packet.Destination, octets) != 0 : !packet.Source.IsIPv4)
        {
            return false;
        }

        datagram = new UdpDatagram(
            BinaryPrimitives.ReadUInt16BigEndian(octets),
            BinaryPrimitives.ReadUInt16BigEndian(octets[2..]),
            octets[HeaderSize..]);
        return true;
    }

    /// <summary>Writes the header, checksum included, in front of a payload that is there already.</summary>
    /// <param name="source">Source address of the packet.</param>
    /// <param name="destination">Destination address of the packet, of the same family.</param>
    /// <param name="datagram">The whole datagram; the payload begins at <see cref="HeaderSize"/>.</param>
    public void WriteHeader(InternetAddress source, InternetAddress destination, Span<byte> datagram)
    {
        BinaryPrimitives.WriteUInt16BigEndian(datagram, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[LengthOffset..], (ushort)datagram.Length);
        datagram[ChecksumOffset..HeaderSize].Clear();

        // A sum of 0 is sent as its other form, because 0 says that there is no checksum.
        var checksum = Checksum(source, destination, datagram);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[ChecksumOffset..], checksum == 0 ? ushort.MaxValue : checksum);
    }

    private static ushort Checksum(InternetAddress source, InternetAddress destination, ReadOnlySpan<byte> datagram)
    {
        Span<byte> addresses = stackalloc byte[2 * InternetAddress.Size6];
        var size = source.IsIPv4 ? InternetAddress.Size4 : InternetAddress.Size6;
        source.Write(addresses);
        destination.Write(addresses[size..]);
        var sum = InternetChecksum.AddPseudoHeader(
            addresses[..size], addresses.Slice(size, size), datagram.Length, IpProtocol.Udp);
        return InternetChecksum.Fold(InternetChecksum.Add(sum, datagram));
    }
}
