using System.Buffers.Binary;

namespace HostStack.NetDevices.Ip.Packets;

/// <summary>Protocols above IP that an endpoint knows.</summary>
internal enum IpProtocol : byte
{
    /// <summary>ICMP for IPv4.</summary>
    Icmp = 1,

    /// <summary>UDP.</summary>
    Udp = 17,

    /// <summary>ICMPv6.</summary>
    IcmpV6 = 58,
}

/// <summary>A view of an IPv4 or IPv6 packet: header values and a borrowed payload.</summary>
internal readonly ref struct IpPacket
{
    /// <summary>Octets of an IPv4 header without options.</summary>
    public const int HeaderSize4 = 20;

    /// <summary>Octets of an IPv6 header.</summary>
    public const int HeaderSize6 = 40;

    /// <summary>What neighbour discovery asks of the hop limit: the packet has crossed no router (RFC 4861, 6.1).</summary>
    public const byte NeighbourHopLimit = 255;

    private const byte DefaultHopLimit = 64;
    private const byte Version4NoOptions = 0x45;
    private const int Version4 = 4;
    private const int Version6 = 6;
    private const ushort MoreFragmentsAndOffset = 0x3FFF;
    private const ushort DoNotFragment = 0x4000;

    public IpPacket(
        InternetAddress source,
        InternetAddress destination,
        IpProtocol protocol,
        ReadOnlySpan<byte> payload,
        byte hopLimit = DefaultHopLimit,
        bool isFragment = false)
    {
        Source = source;
        Destination = destination;
        Protocol = protocol;
        Payload = payload;
        HopLimit = hopLimit;
        IsFragment = isFragment;
    }

    public InternetAddress Source { get; }

    public InternetAddress Destination { get; }

    public IpProtocol Protocol { get; }

    public ReadOnlySpan<byte> Payload { get; }

    public byte HopLimit { get; }

    /// <summary>Whether the payload is part of a larger packet.</summary>
    public bool IsFragment { get; }

    /// <summary>Octets of a header for this family.</summary>
    public static int HeaderSize(bool isIPv4) => isIPv4 ? HeaderSize4 : HeaderSize6;

    /// <summary>Reads an IPv4 packet (RFC 791, 3.1); options are passed over, padding behind it too.</summary>
    /// <param name="source">An Ethernet payload.</param>
    /// <param name="packet">The view.</param>
    /// <returns>False for another version, lengths that do not fit, a wrong header checksum.</returns>
    public static bool TryParse4(ReadOnlySpan<byte> source, out IpPacket packet)
    {
        packet = default;
        if (source.Length < HeaderSize4 || source[0] >> 4 != Version4)
        {
            return false;
        }

        var headerLength = (source[0] & 0x0F) * sizeof(uint);
        var totalLength = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        if (headerLength < HeaderSize4 || totalLength < headerLength || totalLength > source.Length
            || InternetChecksum.Fold(InternetChecksum.Add(0, source[..headerLength])) != 0)
        {
            return false;
        }

        packet = new IpPacket(
            InternetAddress.Read(source.Slice(12, InternetAddress.Size4)),
            InternetAddress.Read(source.Slice(16, InternetAddress.Size4)),
            (IpProtocol)source[9],
            source[headerLength..totalLength],
            source[8],
            (BinaryPrimitives.ReadUInt16BigEndian(source[6..]) & MoreFragmentsAndOffset) != 0);
        return true;
    }

    /// <summary>Reads an IPv6 packet (RFC 8200, 3); extension headers are left to the protocol field.</summary>
    /// <param name="source">An Ethernet payload.</param>
    /// <param name="packet">The view.</param>
    /// <returns>False for another version, a length that does not fit, or an address that stands for an IPv4 one: no node
    /// sends such (RFC 4942, 2.2), and one packet has one family here.</returns>
    public static bool TryParse6(ReadOnlySpan<byte> source, out IpPacket packet)
    {
        packet = default;
        if (source.Length < HeaderSize6 || source[0] >> 4 != Version6)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(source[4..]);
        if (length > source.Length - HeaderSize6)
        {
            return false;
        }

        var from = InternetAddress.Read(source.Slice(8, InternetAddress.Size6));
        var to = InternetAddress.Read(source.Slice(24, InternetAddress.Size6));
        if (from.IsIPv4 || to.IsIPv4)
        {
            return false;
        }

        packet = new IpPacket(
            from,
            to,
            (IpProtocol)source[6],
            source.Slice(HeaderSize6, length),
            source[7]);
        return true;
    }

    /// <summary>Writes the header in front of a payload that is there already.</summary>
    /// <param name="destination">The whole packet; the payload begins at <see cref="HeaderSize"/>.</param>
    /// <param name="identification">Identification of an IPv4 packet.</param>
    public void WriteHeader(Span<byte> destination, ushort identification = 0)
    {
        if (!Source.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Version6 << 28);
            BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)Payload.Length);
            destination[6] = (byte)Protocol;
            destination[7] = HopLimit;
            Source.Write(destination[8..]);
            Destination.Write(destination[24..]);
            return;
        }

        destination[0] = Version4NoOptions;
        destination[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(HeaderSize4 + Payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], identification);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], DoNotFragment);
        destination[8] = HopLimit;
        destination[9] = (byte)Protocol;
        destination[10..12].Clear();
        Source.Write(destination[12..]);
        Destination.Write(destination[16..]);
        var checksum = InternetChecksum.Fold(InternetChecksum.Add(0, destination[..HeaderSize4]));
        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], checksum);
    }
}
