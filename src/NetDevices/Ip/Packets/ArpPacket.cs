using System.Buffers.Binary;
using HostStack.Ethernet;

namespace HostStack.NetDevices.Ip.Packets;

/// <summary>What an ARP packet does.</summary>
internal enum ArpOperation : ushort
{
    /// <summary>Who has the target address?</summary>
    Request = 1,

    /// <summary>The sender has it.</summary>
    Reply = 2,
}

/// <summary>An ARP packet for IPv4 over Ethernet (RFC 826).</summary>
/// <remarks><c>| hardware 2 = 1 | protocol 2 = 0x0800 | lengths 1+1 = 6, 4 | operation 2 | sender MAC 6, IP 4 | target MAC 6,
/// IP 4 |</c>, network order. What follows is padding of Ethernet.</remarks>
internal readonly record struct ArpPacket(
    ArpOperation Operation, MacAddress SenderMac, uint SenderIp, MacAddress TargetMac, uint TargetIp)
{
    /// <summary>Octets of the packet.</summary>
    public const int Size = 28;

    private const uint EthernetAndIPv4 = 0x0001_0800;
    private const ushort AddressLengths = 0x0604;

    /// <summary>Reads a packet.</summary>
    /// <param name="source">An Ethernet payload; padding is passed over.</param>
    /// <param name="packet">The packet.</param>
    /// <returns>False for too few octets, other hardware or protocol, an unknown operation, a group as sender.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out ArpPacket packet)
    {
        packet = default;
        if (source.Length < Size
            || BinaryPrimitives.ReadUInt32BigEndian(source) != EthernetAndIPv4
            || BinaryPrimitives.ReadUInt16BigEndian(source[4..]) != AddressLengths)
        {
            return false;
        }

        packet = new ArpPacket(
            (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(source[6..]),
            MacAddress.Read(source[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[14..]),
            MacAddress.Read(source[18..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[24..]));
        return packet.Operation is ArpOperation.Request or ArpOperation.Reply && !packet.SenderMac.IsMulticast;
    }

    /// <summary>Writes the packet.</summary>
    /// <param name="destination">At least <see cref="Size"/> octets.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, EthernetAndIPv4);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], AddressLengths);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], (ushort)Operation);
        SenderMac.Write(destination[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[14..], SenderIp);
        TargetMac.Write(destination[18..]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], TargetIp);
    }
}
