using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>A packet as transports carry it: type octet, then header and contents. Borrowed.</summary>
public readonly ref struct HciPacket : IWireFormat<HciPacket>
{
    /// <summary>Octets of the type.</summary>
    public const int TypeSize = 1;

    /// <summary>Makes a packet of its parts.</summary>
    /// <param name="type">What it is.</param>
    /// <param name="body">Header and contents.</param>
    public HciPacket(H4PacketType type, ReadOnlySpan<byte> body)
    {
        Type = type;
        Body = body;
    }

    /// <summary>What the packet is.</summary>
    public H4PacketType Type { get; }

    /// <summary>Header and contents, unread: <see cref="EventPacket.TryParse"/> and its like read them.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <inheritdoc/>
    public int EncodedSize => TypeSize + Body.Length;

    /// <summary>Tells the type octet from the rest; the length that a header gives is not checked here.</summary>
    /// <param name="source">The packet.</param>
    /// <param name="value">Its parts.</param>
    /// <returns>Whether the type is one of the five.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out HciPacket value)
    {
        var reader = new WireReader(source);
        value = new((H4PacketType)reader.U8(), reader.Rest());
        return reader.AtEnd && value.Type is >= H4PacketType.Command and <= H4PacketType.IsoData;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Type);
        writer.Bytes(Body);
    }
}
