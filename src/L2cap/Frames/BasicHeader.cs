using System.Buffers.Binary;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.L2cap.Frames;

/// <summary>The header of every L2CAP PDU (Core, Vol 3, Part A, 3.1).</summary>
/// <remarks><c>| length 2 | channel 2 |</c>, little-endian; the length counts what follows the header.</remarks>
/// <param name="Length">Octets of information payload.</param>
/// <param name="Channel">The destination endpoint.</param>
public readonly record struct BasicHeader(ushort Length, ChannelId Channel) : IWireFormat<BasicHeader>
{
    /// <summary>Octets of the header.</summary>
    public const int Size = 4;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out BasicHeader value)
    {
        var reader = new WireReader(source);
        value = new(reader.U16(), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <summary>Splits a PDU. Its length field must agree with the octets.</summary>
    /// <param name="pdu">Header and payload, borrowed.</param>
    /// <param name="channel">The destination endpoint.</param>
    /// <param name="payload">The information payload, borrowed from <paramref name="pdu"/>.</param>
    /// <returns>False where the PDU is shorter than a header, or longer or shorter than it says.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> pdu, out ChannelId channel, out ReadOnlySpan<byte> payload)
    {
        if (pdu.Length < Size || BinaryPrimitives.ReadUInt16LittleEndian(pdu) != pdu.Length - Size)
        {
            channel = default;
            payload = default;
            return false;
        }

        channel = new ChannelId(BinaryPrimitives.ReadUInt16LittleEndian(pdu[2..]));
        payload = pdu[Size..];
        return true;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(Length);
        writer.U16(Channel.Value);
    }

    /// <summary>Puts a header before a payload, in place.</summary>
    /// <param name="buffer">The payload; keeps its owner.</param>
    /// <param name="channel">The peer's endpoint.</param>
    internal static void Prepend(PacketBuffer buffer, ChannelId channel)
    {
        var length = (ushort)buffer.Length;
        var header = buffer.Prepend(Size);
        BinaryPrimitives.WriteUInt16LittleEndian(header, length);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], channel.Value);
    }
}
