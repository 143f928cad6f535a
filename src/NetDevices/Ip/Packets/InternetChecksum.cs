using System.Buffers.Binary;

namespace HostStack.NetDevices.Ip.Packets;

/// <summary>The one's complement sum of RFC 1071, and the pseudo-header of RFC 8200, 8.1.</summary>
internal static class InternetChecksum
{
    /// <summary>Adds octets to a sum; an odd last octet counts as the upper half of a word.</summary>
    /// <param name="sum">The sum so far; 0 to begin.</param>
    /// <param name="octets">What to add; only the last call may have an odd number.</param>
    public static uint Add(uint sum, ReadOnlySpan<byte> octets)
    {
        while (octets.Length >= sizeof(ushort))
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets);
            sum = (sum & 0xFFFF) + (sum >> 16);
            octets = octets[sizeof(ushort)..];
        }

        return octets.IsEmpty ? sum : sum + ((uint)octets[0] << 8);
    }

    /// <summary>The checksum of a sum. A packet whose own checksum was added gives 0.</summary>
    /// <param name="sum">What was added.</param>
    public static ushort Fold(uint sum)
    {
        while (sum > ushort.MaxValue)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    /// <summary>The sum of an IPv6 pseudo-header.</summary>
    /// <param name="source">16 octets.</param>
    /// <param name="destination">16 octets.</param>
    /// <param name="length">Octets of the upper layer's packet.</param>
    /// <param name="nextHeader">The upper layer's protocol.</param>
    public static uint AddPseudoHeader(
        ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, int length, IpProtocol nextHeader) =>
        Add(Add((uint)(length & 0xFFFF) + (uint)(length >> 16) + (uint)nextHeader, source), destination);
}
