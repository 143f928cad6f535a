using System.Buffers.Binary;

namespace HostStack.NetDevices.Ip.Packets;

/// <summary>ICMP messages of both families that an endpoint knows.</summary>
internal enum IcmpType : byte
{
    /// <summary>Echo reply, IPv4 (RFC 792).</summary>
    EchoReply4 = 0,

    /// <summary>Echo request, IPv4 (RFC 792).</summary>
    EchoRequest4 = 8,

    /// <summary>Echo request, IPv6 (RFC 4443, 4.1).</summary>
    EchoRequest6 = 128,

    /// <summary>Echo reply, IPv6 (RFC 4443, 4.2).</summary>
    EchoReply6 = 129,

    /// <summary>Router solicitation (RFC 4861, 4.1).</summary>
    RouterSolicitation = 133,

    /// <summary>Router advertisement (RFC 4861, 4.2).</summary>
    RouterAdvertisement = 134,

    /// <summary>Neighbour solicitation (RFC 4861, 4.3).</summary>
    NeighbourSolicitation = 135,

    /// <summary>Neighbour advertisement (RFC 4861, 4.4).</summary>
    NeighbourAdvertisement = 136,

    /// <summary>Redirect (RFC 4861, 4.5).</summary>
    Redirect = 137,
}

/// <summary>What all ICMP messages begin with, and the checksum that covers them.</summary>
/// <remarks><c>| type 1 | code 1 | checksum 2 | body |</c>; the checksum of IPv6 covers a pseudo-header too.</remarks>
internal static class IcmpMessage
{
    /// <summary>Octets before the body.</summary>
    public const int HeaderSize = 4;

    private const int ChecksumOffset = 2;

    /// <summary>Whether the packet holds an ICMP message of its family with code 0 and a right checksum.</summary>
    /// <param name="packet">A packet.</param>
    public static bool IsValid(in IpPacket packet) =>
        packet.Payload.Length >= HeaderSize
        && !packet.IsFragment
        && packet.Payload[1] == 0
        && packet.Protocol == (packet.Source.IsIPv4 ? IpProtocol.Icmp : IpProtocol.IcmpV6)
        && Checksum(packet.Source, packet.Destination, packet.Payload) == 0;

    /// <summary>Writes type, code 0 and the checksum in front of a body that is there already.</summary>
    /// <param name="type">The message.</param>
    /// <param name="source">Of the packet.</param>
    /// <param name="destination">Of the packet.</param>
    /// <param name="message">The whole message; the body begins at <see cref="HeaderSize"/>.</param>
    public static void WriteHeader(IcmpType type, InternetAddress source, InternetAddress destination, Span<byte> message)
    {
        message[0] = (byte)type;
        message[1..HeaderSize].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(message[ChecksumOffset..], Checksum(source, destination, message));
    }

    private static ushort Checksum(InternetAddress source, InternetAddress destination, ReadOnlySpan<byte> message)
    {
        uint sum = 0;
        if (!source.IsIPv4)
        {
            Span<byte> addresses = stackalloc byte[2 * InternetAddress.Size6];
            source.Write(addresses);
            destination.Write(addresses[InternetAddress.Size6..]);
            sum = InternetChecksum.AddPseudoHeader(
                addresses[..InternetAddress.Size6], addresses[InternetAddress.Size6..], message.Length, IpProtocol.IcmpV6);
        }

        return InternetChecksum.Fold(InternetChecksum.Add(sum, message));
    }
}

/// <summary>The body of an echo request or reply (RFC 792; RFC 4443, 4).</summary>
/// <remarks><c>| identifier 2 | sequence number 2 | data |</c></remarks>
internal readonly ref struct EchoBody
{
    /// <summary>Octets before the data.</summary>
    public const int HeaderSize = 4;

    public EchoBody(ushort identifier, ushort sequence, ReadOnlySpan<byte> data)
    {
        Identifier = identifier;
        Sequence = sequence;
        Data = data;
    }

    public ushort Identifier { get; }

    public ushort Sequence { get; }

    /// <summary>Borrowed.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Octets of the body.</summary>
    public int Length => HeaderSize + Data.Length;

    public static bool TryParse(ReadOnlySpan<byte> source, out EchoBody body)
    {
        if (source.Length < HeaderSize)
        {
            body = default;
            return false;
        }

        body = new EchoBody(
            BinaryPrimitives.ReadUInt16BigEndian(source), BinaryPrimitives.ReadUInt16BigEndian(source[2..]), source[HeaderSize..]);
        return true;
    }

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, Identifier);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], Sequence);
        Data.CopyTo(destination[HeaderSize..]);
    }
}
