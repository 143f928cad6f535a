using System.Text;
using HostStack.Hci.Wire;

namespace HostStack.Sdp.Elements;

/// <summary>One value of a service record, with the values inside it; immutable (Core, Vol 3, Part B, 3).</summary>
/// <remarks>Equality is of structure: type, width and contents, where UUIDs are equal in all their forms.</remarks>
public sealed partial class DataElement : IEquatable<DataElement>
{
    private readonly UInt128 _number;
    private readonly SdpUuid _uuid;
    private readonly byte[] _octets = [];
    private readonly DataElement[] _items = [];

    private DataElement(DataElementType type, int length)
    {
        Type = type;
        Length = length;
    }

    private DataElement(DataElementType type, int width, UInt128 number)
        : this(type, width) => _number = number;

    private DataElement(SdpUuid uuid)
        : this(DataElementType.Uuid, uuid.EncodedSize) => _uuid = uuid;

    private DataElement(DataElementType type, byte[] octets)
        : this(type, octets.Length) => _octets = octets;

    private DataElement(DataElementType type, DataElement[] items)
        : this(type, SumOf(items)) => _items = items;

    /// <summary>The null element.</summary>
    public static DataElement Nil { get; } = new(DataElementType.Nil, 0);

    /// <summary>The type.</summary>
    public DataElementType Type { get; }

    /// <summary>Octets of the data, without the header; the width of a number.</summary>
    public int Length { get; }

    /// <summary>Octets on the wire, header included.</summary>
    public int EncodedSize => Header.EncodedSize + Length;

    /// <summary>The elements of a sequence or alternative; empty for all other types.</summary>
    public IReadOnlyList<DataElement> Items => _items;

    /// <summary>The octets of a text or URL; empty for all other types.</summary>
    public ReadOnlySpan<byte> Octets => _octets;

    /// <summary>The value of an unsigned integer, the bits of a signed one; zero for all other types.</summary>
    public UInt128 Bits => _number;

    /// <summary>Whether this is a sequence or an alternative.</summary>
    public bool IsContainer => Type is DataElementType.Sequence or DataElementType.Alternative;

    private DataElementHeader Header => new(Type, Length);

    /// <summary>An unsigned integer of one octet.</summary>
    /// <param name="value">The number.</param>
    public static DataElement UInt8(byte value) => new(DataElementType.UnsignedInteger, sizeof(byte), value);

    /// <summary>An unsigned integer of two octets.</summary>
    /// <param name="value">The number.</param>
    public static DataElement UInt16(ushort value) => new(DataElementType.UnsignedInteger, sizeof(ushort), value);

    /// <summary>An unsigned integer of four octets.</summary>
    /// <param name="value">The number.</param>
    public static DataElement UInt32(uint value) => new(DataElementType.UnsignedInteger, sizeof(uint), value);

    /// <summary>An unsigned integer of eight octets.</summary>
    /// <param name="value">The number.</param>
    public static DataElement UInt64(ulong value) => new(DataElementType.UnsignedInteger, sizeof(ulong), value);

    /// <summary>An unsigned integer of 16 octets.</summary>
    /// <param name="value">The number.</param>
    public static DataElement UInt128(UInt128 value) => new(DataElementType.UnsignedInteger, 16, value);

    /// <summary>A signed integer of one octet.</summary>
    /// <param name="value">The number.</param>
    public static DataElement Int8(sbyte value) => new(DataElementType.SignedInteger, sizeof(sbyte), unchecked((byte)value));

    /// <summary>A signed integer of two octets.</summary>
    /// <param name="value">The number.</param>
    public static DataElement Int16(short value) => new(DataElementType.SignedInteger, sizeof(short), unchecked((ushort)value));

    /// <summary>A signed integer of four octets.</summary>
    /// <param name="value">The number.</param>
    public static DataElement Int32(int value) => new(DataElementType.SignedInteger, sizeof(int), unchecked((uint)value));

    /// <summary>A signed integer of eight octets.</summary>
    /// <param name="value">The number.</param>
    public static DataElement Int64(long value) => new(DataElementType.SignedInteger, sizeof(long), unchecked((ulong)value));

    /// <summary>A signed integer of 16 octets.</summary>
    /// <param name="value">The number.</param>
    public static DataElement Int128(Int128 value) => new(DataElementType.SignedInteger, 16, unchecked((UInt128)value));

    /// <summary>A UUID, in the form that it has.</summary>
    /// <param name="value">The UUID.</param>
    public static DataElement Uuid(SdpUuid value) => new(value);

    /// <summary>A text in UTF-8.</summary>
    /// <param name="value">The text.</param>
    public static DataElement Text(string value) => new(DataElementType.Text, Encoding.UTF8.GetBytes(value));

    /// <summary>A text in whatever encoding.</summary>
    /// <param name="octets">Its octets, copied.</param>
    public static DataElement Text(ReadOnlySpan<byte> octets) => new(DataElementType.Text, octets.ToArray());

    /// <summary>A boolean.</summary>
    /// <param name="value">The value.</param>
    public static DataElement Boolean(bool value) => new(DataElementType.Boolean, 1, value ? 1u : 0u);

    /// <summary>A sequence.</summary>
    /// <param name="items">Its elements, in order.</param>
    public static DataElement Sequence(params IEnumerable<DataElement> items) => new(DataElementType.Sequence, [.. items]);

    /// <summary>An alternative.</summary>
    /// <param name="items">Its elements, in order.</param>
    public static DataElement Alternative(params IEnumerable<DataElement> items) => new(DataElementType.Alternative, [.. items]);

    /// <summary>A uniform resource locator.</summary>
    /// <param name="value">ASCII text.</param>
    public static DataElement Url(string value) => new(DataElementType.Url, Encoding.UTF8.GetBytes(value));

    /// <summary>Gives an unsigned integer that fits in 64 bits.</summary>
    /// <param name="value">The number.</param>
    /// <returns>False for another type, or a greater number.</returns>
    public bool TryGetUnsigned(out ulong value)
    {
        value = (ulong)_number;
        return Type == DataElementType.UnsignedInteger && _number <= ulong.MaxValue;
    }

    /// <summary>Gives a signed integer.</summary>
    /// <param name="value">The number.</param>
    /// <returns>False for another type.</returns>
    public bool TryGetSigned(out Int128 value)
    {
        var unusedBits = 128 - (8 * Length);
        value = Type == DataElementType.SignedInteger ? unchecked((Int128)(_number << unusedBits)) >> unusedBits : 0;
        return Type == DataElementType.SignedInteger;
    }

    /// <summary>Gives a UUID.</summary>
    /// <param name="value">The UUID.</param>
    /// <returns>False for another type.</returns>
    public bool TryGetUuid(out SdpUuid value)
    {
        value = _uuid;
        return Type == DataElementType.Uuid;
    }

    /// <summary>Gives a boolean.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False for another type.</returns>
    public bool TryGetBoolean(out bool value)
    {
        value = _number != 0;
        return Type == DataElementType.Boolean;
    }

    /// <summary>Gives a text or URL as UTF-8; octets that are not become U+FFFD, trailing NULs are dropped.</summary>
    /// <param name="value">The text.</param>
    /// <returns>False for another type.</returns>
    public bool TryGetText(out string value)
    {
        var isText = Type is DataElementType.Text or DataElementType.Url;
        value = isText ? Encoding.UTF8.GetString(_octets.AsSpan().TrimEnd((byte)0)) : string.Empty;
        return isText;
    }

    /// <summary>Writes the element, each length in its shortest form.</summary>
    /// <param name="writer">Where to; needs <see cref="EncodedSize"/> octets.</param>
    public void Write(ref WireWriter writer)
    {
        Header.Write(ref writer);
        switch (Type)
        {
            case DataElementType.Uuid:
                _uuid.Write(ref writer);
                break;
            case DataElementType.Sequence or DataElementType.Alternative:
                foreach (var item in _items)
                {
                    item.Write(ref writer);
                }

                break;
            case DataElementType.Text or DataElementType.Url:
                writer.Bytes(_octets);
                break;
            default:
                WriteNumber(ref writer);
                break;
        }
    }

    /// <summary>The element as it stands on the wire.</summary>
    public byte[] ToArray()
    {
        var octets = new byte[EncodedSize];
        var writer = new WireWriter(octets);
        Write(ref writer);
        return octets;
    }

    /// <inheritdoc/>
    public bool Equals(DataElement? other) =>
        other is not null
        && Type == other.Type
        && (Type == DataElementType.Uuid || IsContainer || Length == other.Length)
        && _number == other._number
        && _uuid == other._uuid
        && _octets.AsSpan().SequenceEqual(other._octets)
        && _items.AsSpan().SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DataElement);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, _number, _uuid, _octets.Length, _items.Length);

    private static int SumOf(DataElement[] items)
    {
        var sum = 0;
        foreach (var item in items)
        {
            sum = checked(sum + item.EncodedSize);
        }

        return sum;
    }

    private void WriteNumber(ref WireWriter writer)
    {
        for (var shift = 8 * (Length - 1); shift >= 0; shift -= 8)
        {
            writer.U8((byte)(_number >> shift));
        }
    }
}
