using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using HostStack.Ethernet;

namespace HostStack.Bnep.Frames;

/// <summary>The header of a packet that carries an Ethernet frame, with the addresses that compression left out
/// (BNEP 1.0, 2.5 and 2.7 to 2.9).</summary>
/// <remarks><c>| E 1 bit, type 7 bits | destination 0 or 6 | source 0 or 6 | network type 2 |</c>, network order.</remarks>
internal readonly struct BnepHeader
{
    /// <summary>The top bit of the first octet: extension headers follow.</summary>
    public const byte ExtensionFlag = 0x80;

    /// <summary>The bits of the packet type in the first octet.</summary>
    public const byte TypeMask = 0x7F;

    /// <summary>Octets of the longest header.</summary>
    public const int GeneralSize = 15;

    /// <summary>Octets of a header with one address.</summary>
    public const int OneAddressSize = 9;

    /// <summary>Octets of a header without addresses.</summary>
    public const int CompressedSize = 3;

    private const int SourceOffset = 7;

    public BnepHeader(BnepPacketType type, MacAddress destination, MacAddress source, EtherType networkType, bool hasExtensions)
    {
        Type = type;
        Destination = destination;
        Source = source;
        NetworkType = networkType;
        HasExtensions = hasExtensions;
    }

    public BnepPacketType Type { get; }

    public MacAddress Destination { get; }

    public MacAddress Source { get; }

    public EtherType NetworkType { get; }

    public bool HasExtensions { get; }

    /// <summary>Octets of the header.</summary>
    public int Size => SizeOf(Type);

    /// <summary>Octets of a header; zero for a control packet and the reserved types.</summary>
    public static int SizeOf(BnepPacketType type) => type switch
    {
        BnepPacketType.GeneralEthernet => GeneralSize,
        BnepPacketType.CompressedEthernet => CompressedSize,
        BnepPacketType.CompressedSourceOnly or BnepPacketType.CompressedDestinationOnly => OneAddressSize,
        _ => 0,
    };

    /// <summary>Reads a header.</summary>
    /// <param name="packet">A whole packet, borrowed.</param>
    /// <param name="local">What a missing destination means.</param>
    /// <param name="peer">What a missing source means.</param>
    /// <param name="header">The header, where there is one.</param>
    /// <returns>False where the octets are too few, or the packet carries no frame.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> packet, MacAddress local, MacAddress peer, out BnepHeader header)
    {
        // The general header is what a switch sees most: two overlapping reads of eight octets hold all of it.
        if (packet.Length >= GeneralSize && (packet[0] & TypeMask) == (byte)BnepPacketType.GeneralEthernet)
        {
            var front = BinaryPrimitives.ReadUInt64BigEndian(packet);
            var back = BinaryPrimitives.ReadUInt64BigEndian(packet[SourceOffset..]);
            header = new BnepHeader(
                BnepPacketType.GeneralEthernet,
                new MacAddress(front >> 8),
                new MacAddress(back >> 16),
                new EtherType((ushort)back),
                packet[0] >= ExtensionFlag);
            return true;
        }

        return TryParseCompressed(packet, local, peer, out header);
    }

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least <see cref="Size"/> octets.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(Span<byte> destination)
    {
        var first = (byte)((byte)Type | (HasExtensions ? ExtensionFlag : 0));
        switch (Type)
        {
            case BnepPacketType.GeneralEthernet:
                // The second write puts the source over the last octet of the first.
                BinaryPrimitives.WriteUInt64BigEndian(destination, ((ulong)first << 56) | (Destination.Value << 8));
                BinaryPrimitives.WriteUInt64BigEndian(destination[SourceOffset..], (Source.Value << 16) | NetworkType.Value);
                break;
            case BnepPacketType.CompressedEthernet:
                destination[0] = first;
                BinaryPrimitives.WriteUInt16BigEndian(destination[1..], NetworkType.Value);
                break;
            default:
                var address = Type == BnepPacketType.CompressedSourceOnly ? Source.Value : Destination.Value;
                destination[0] = first;
                BinaryPrimitives.WriteUInt64BigEndian(destination[1..], (address << 16) | NetworkType.Value);
                break;
        }
    }

    private static bool TryParseCompressed(
        ReadOnlySpan<byte> packet, MacAddress local, MacAddress peer, out BnepHeader header)
    {
        header = default;
        if (packet.IsEmpty)
        {
            return false;
        }

        var type = (BnepPacketType)(packet[0] & TypeMask);
        var extended = packet[0] >= ExtensionFlag;
        switch (type)
        {
            case BnepPacketType.CompressedEthernet when packet.Length >= CompressedSize:
                var networkType = new EtherType(BinaryPrimitives.ReadUInt16BigEndian(packet[1..]));
                header = new BnepHeader(type, local, peer, networkType, extended);
                return true;
            case BnepPacketType.CompressedSourceOnly when packet.Length >= OneAddressSize:
                var back = BinaryPrimitives.ReadUInt64BigEndian(packet[1..]);
                header = new BnepHeader(type, local, new MacAddress(back >> 16), new EtherType((ushort)back), extended);
                return true;
            case BnepPacketType.CompressedDestinationOnly when packet.Length >= OneAddressSize:
                back = BinaryPrimitives.ReadUInt64BigEndian(packet[1..]);
                header = new BnepHeader(type, new MacAddress(back >> 16), peer, new EtherType((ushort)back), extended);
                return true;
            default:
                return false;
        }
    }
}
