using HostStack.Hci.Wire;

namespace HostStack.Sdp.Elements;

/// <summary>The descriptor of a data element and, where it has one, its length (Core, Vol 3, Part B, 3.1 to 3.3).</summary>
/// <remarks><c>| type 5 bits, size index 3 bits | length 0, 1, 2 or 4 |</c>, big-endian. Size indexes 0 to 4 mean 1, 2,
/// 4, 8 and 16 octets, but none for nil; 5, 6 and 7 mean that the length follows in 1, 2 or 4 octets.</remarks>
/// <param name="Type">The type.</param>
/// <param name="Length">Octets of data behind the header.</param>
internal readonly record struct DataElementHeader(DataElementType Type, int Length)
{
    private const int Length8 = 5;
    private const int Length16 = 6;
    private const int Length32 = 7;
    private const int SizeIndexBits = 3;

    /// <summary>Octets of the shortest header that <see cref="Write"/> makes.</summary>
    public int EncodedSize => HasLength(Type) ? 1 + LengthOctets(Length) : 1;

    /// <summary>Reads a header whose data is all there.</summary>
    /// <param name="reader">At a descriptor; afterwards at the data.</param>
    /// <param name="header">The header.</param>
    /// <returns>False, and the reader poisoned, for types and sizes that do not exist, or data cut short.</returns>
    public static bool TryRead(ref WireReader reader, out DataElementHeader header)
    {
        header = default;
        var descriptor = reader.U8();
        var type = (DataElementType)(descriptor >> SizeIndexBits);
        var sizeIndex = descriptor & Length32;
        if (!reader.Ok || !IsAllowed(type, sizeIndex))
        {
            reader.Fail();
            return false;
        }

        uint length = sizeIndex switch
        {
            Length8 => reader.U8(),
            Length16 => reader.U16BigEndian(),
            Length32 => reader.U32BigEndian(),
            _ when type == DataElementType.Nil => 0,
            _ => 1u << sizeIndex,
        };
        if (!reader.Ok || length > (uint)reader.Remaining)
        {
            reader.Fail();
            return false;
        }

        header = new DataElementHeader(type, (int)length);
        return true;
    }

    /// <summary>Writes the shortest form.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ref WireWriter writer)
    {
        var type = (byte)((byte)Type << SizeIndexBits);
        if (!HasLength(Type))
        {
            writer.U8((byte)(type | (Length == 0 ? 0 : int.Log2(Length))));
            return;
        }

        switch (LengthOctets(Length))
        {
            case 1:
                writer.U8((byte)(type | Length8));
                writer.U8((byte)Length);
                break;
            case 2:
                writer.U8((byte)(type | Length16));
                writer.U16BigEndian((ushort)Length);
                break;
            default:
                writer.U8((byte)(type | Length32));
                writer.U32BigEndian((uint)Length);
                break;
        }
    }

    private static bool HasLength(DataElementType type) => type is DataElementType.Text or DataElementType.Url
        or DataElementType.Sequence or DataElementType.Alternative;

    private static int LengthOctets(int length) => length <= byte.MaxValue ? 1 : length <= ushort.MaxValue ? 2 : 4;

    private static bool IsAllowed(DataElementType type, int sizeIndex) => type switch
    {
        DataElementType.Nil or DataElementType.Boolean => sizeIndex == 0,
        DataElementType.UnsignedInteger or DataElementType.SignedInteger => sizeIndex < Length8,
        DataElementType.Uuid => sizeIndex is 1 or 2 or 4,
        DataElementType.Text or DataElementType.Url or DataElementType.Sequence or DataElementType.Alternative =>
            sizeIndex >= Length8,
        _ => false,
    };
}
