using HostStack.Hci.Wire;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Pdus;

/// <summary>A sequence of attribute identifiers (uint16) and ranges (uint32: first, last) (Core, Vol 3, Part B, 4.6.1).</summary>
/// <remarks>A server takes them in any order; a client sends them ascending and without duplicates.</remarks>
/// <param name="Ranges">The ranges; a single identifier is a range of one.</param>
internal readonly record struct AttributeIdList(AttributeRange[] Ranges)
{
    /// <summary>The most entries that are read: more than any client has use for.</summary>
    public const int MaximumCount = 256;

    private const int RangeShift = 16;

    /// <summary>Octets of the sequence on the wire.</summary>
    public int EncodedSize => new DataElementHeader(DataElementType.Sequence, DataLength).EncodedSize + DataLength;

    private int DataLength => Ranges.Sum(static range => 1 + (range.IsSingle ? sizeof(ushort) : sizeof(uint)));

    /// <summary>Reads a list.</summary>
    /// <param name="reader">At the sequence; poisoned where it is not a list of identifiers.</param>
    public static AttributeIdList Read(scoped ref WireReader reader)
    {
        if (!DataElementHeader.TryRead(ref reader, out var sequence) || sequence.Type != DataElementType.Sequence)
        {
            reader.Fail();
            return new AttributeIdList([]);
        }

        var ranges = new List<AttributeRange>();
        var items = new WireReader(reader.Bytes(sequence.Length));
        while (items.Remaining > 0)
        {
            if (ranges.Count == MaximumCount || !TryReadRange(ref items, out var range))
            {
                reader.Fail();
                break;
            }

            ranges.Add(range);
        }

        if (ranges.Count == 0)
        {
            reader.Fail();
        }

        return new AttributeIdList([.. ranges]);
    }

    /// <summary>Writes the sequence.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ref WireWriter writer)
    {
        new DataElementHeader(DataElementType.Sequence, DataLength).Write(ref writer);
        foreach (var range in Ranges)
        {
            var element = range.IsSingle
                ? DataElement.UInt16(range.First.Value)
                : DataElement.UInt32(((uint)range.First.Value << RangeShift) | range.Last.Value);
            element.Write(ref writer);
        }
    }

    private static bool TryReadRange(ref WireReader items, out AttributeRange range)
    {
        range = default;
        if (!DataElementHeader.TryRead(ref items, out var item) || item.Type != DataElementType.UnsignedInteger)
        {
            return false;
        }

        switch (item.Length)
        {
            case sizeof(ushort):
                range = new AttributeRange(new AttributeId(items.U16BigEndian()));
                return true;
            case sizeof(uint):
                range = new AttributeRange(new AttributeId(items.U16BigEndian()), new AttributeId(items.U16BigEndian()));
                return range.First <= range.Last;
            default:
                return false;
        }
    }
}
