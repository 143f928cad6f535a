using HostStack.Hci.Wire;

namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>What a packet of the three-wire transport is (Core, Vol 4, Part D, 5). HCI packets have the numbers of
/// their H4 types.</summary>
internal enum ThreeWirePacketType : byte
{
    /// <summary>Nothing but the acknowledgement number.</summary>
    Acknowledgement = 0,

    /// <summary>An HCI command; reliable.</summary>
    Command = 1,

    /// <summary>ACL data; reliable.</summary>
    AclData = 2,

    /// <summary>Synchronous data; unreliable.</summary>
    SynchronousData = 3,

    /// <summary>An HCI event; reliable.</summary>
    Event = 4,

    /// <summary>Isochronous data; unreliable.</summary>
    IsoData = 5,

    /// <summary>A maker's own.</summary>
    Vendor = 14,

    /// <summary>A message of the link itself; unreliable, its numbers mean nothing.</summary>
    LinkControl = 15,
}

/// <summary>The header of every three-wire packet (Core, Vol 4, Part D, 5).</summary>
/// <remarks><c>| sequence 3 bits, acknowledgement 3, integrity check 1, reliable 1 | type 4, length 4 | length 8 |
/// checksum 8 |</c>, lowest bits first. The four octets add up to 0xFF, carries dropped.</remarks>
/// <param name="Sequence">0 to 7, counted for reliable packets; 0 for others.</param>
/// <param name="Acknowledgement">The sequence number that the sender expects next.</param>
/// <param name="HasIntegrityCheck">Whether two octets of CRC follow the payload.</param>
/// <param name="IsReliable">Whether the packet is acknowledged, and sent again until it is.</param>
/// <param name="Type">What it is.</param>
/// <param name="Length">Octets of payload, 0 to 4095, without the check.</param>
internal readonly record struct ThreeWireHeader(
    int Sequence, int Acknowledgement, bool HasIntegrityCheck, bool IsReliable, ThreeWirePacketType Type, int Length)
    : IFixedWireFormat<ThreeWireHeader>
{
    /// <summary>The longest payload: the length has 12 bits.</summary>
    public const int MaximumPayload = 0xFFF;

    /// <summary>How many sequence numbers there are.</summary>
    public const int SequenceNumbers = 8;

    private const int ChecksumTotal = 0xFF;

    /// <inheritdoc/>
    public static int Size => 4;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ThreeWireHeader value)
    {
        var reader = new WireReader(source);
        var flags = reader.U8();
        var typeAndLength = reader.U8();
        var upperLength = reader.U8();
        var checksum = reader.U8();
        value = new(
            flags & 0x07, (flags >> 3) & 0x07, (flags & 0x40) != 0, (flags & 0x80) != 0,
            (ThreeWirePacketType)(typeAndLength & 0x0F), (typeAndLength >> 4) | (upperLength << 4));
        return reader.AtEnd && ((flags + typeAndLength + upperLength + checksum) & 0xFF) == ChecksumTotal;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        var flags = (byte)(Sequence | (Acknowledgement << 3) | (HasIntegrityCheck ? 0x40 : 0) | (IsReliable ? 0x80 : 0));
        var typeAndLength = (byte)((int)Type | ((Length & 0x0F) << 4));
        var upperLength = (byte)(Length >> 4);
        writer.U8(flags);
        writer.U8(typeAndLength);
        writer.U8(upperLength);
        writer.U8((byte)(ChecksumTotal - (flags + typeAndLength + upperLength)));
    }
}
