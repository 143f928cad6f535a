using System.Buffers.Binary;

namespace HostStack.Ethernet;

/// <summary>A view of one Ethernet II frame: header values and a borrowed payload.</summary>
/// <remarks><c>| destination 6 | source 6 | type 2 | payload |</c>, network order, without frame check sequence. The
/// payload is borrowed: it must not be kept after the call that passed the frame. An 802.1Q tag is part of the payload
/// (type 0x8100, then two octets of tag, then the inner type), so that it travels unchanged.</remarks>
public readonly ref struct EthernetFrame
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 14;

    /// <summary>The payload that every Ethernet network carries.</summary>
    public const int StandardMtu = 1500;

    /// <summary>Makes a view.</summary>
    /// <param name="destination">Where the frame goes.</param>
    /// <param name="source">Where it comes from.</param>
    /// <param name="type">Type or length.</param>
    /// <param name="payload">Borrowed payload; may be empty.</param>
    public EthernetFrame(MacAddress destination, MacAddress source, EtherType type, ReadOnlySpan<byte> payload)
    {
        Destination = destination;
        Source = source;
        Type = type;
        Payload = payload;
    }

    /// <summary>Where the frame goes.</summary>
    public MacAddress Destination { get; }

    /// <summary>Where it comes from.</summary>
    public MacAddress Source { get; }

    /// <summary>Type or length, the outer one where the frame is tagged.</summary>
    public EtherType Type { get; }

    /// <summary>The borrowed payload.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The protocol in the payload: the type behind an 802.1Q tag where there is one.</summary>
    public EtherType ProtocolType =>
        Type == EtherType.Vlan && Payload.Length >= 4 ? new(BinaryPrimitives.ReadUInt16BigEndian(Payload[2..])) : Type;

    /// <summary>Octets of the frame on the wire, header included.</summary>
    public int Length => HeaderSize + Payload.Length;

    /// <summary>Reads a frame from contiguous octets.</summary>
    /// <param name="source">Header and payload; borrowed by the view.</param>
    /// <param name="frame">The view.</param>
    /// <returns>False where the octets are fewer than a header.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out EthernetFrame frame)
    {
        if (source.Length < HeaderSize)
        {
            frame = default;
            return false;
        }

        frame = new EthernetFrame(
            MacAddress.Read(source),
            MacAddress.Read(source[6..]),
            new EtherType(BinaryPrimitives.ReadUInt16BigEndian(source[12..])),
            source[HeaderSize..]);
        return true;
    }

    /// <summary>Writes the 14 octets of the header.</summary>
    /// <param name="destination">At least <see cref="HeaderSize"/> octets.</param>
    public void WriteHeader(Span<byte> destination)
    {
        Destination.Write(destination);
        Source.Write(destination[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[12..], Type.Value);
    }

    /// <summary>Copies header and payload to contiguous octets.</summary>
    /// <param name="destination">At least <see cref="Length"/> octets.</param>
    /// <returns>How many were written.</returns>
    public int CopyTo(Span<byte> destination)
    {
        WriteHeader(destination);
        Payload.CopyTo(destination[HeaderSize..]);
        return Length;
    }
}
