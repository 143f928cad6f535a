using System.Globalization;
using HostStack.Hci.Wire;

namespace HostStack.Sdp.Elements;

/// <summary>A UUID in one of its three forms (Core, Vol 3, Part B, 2.5.1).</summary>
/// <remarks>The 16- and 32-bit forms stand for values on the Bluetooth base UUID, and all forms of one value are equal:
/// 0x1116, 0x00001116 and 00001116-0000-1000-8000-00805F9B34FB. The form is kept for the wire only.</remarks>
public readonly record struct SdpUuid
{
    private const int ShortShift = 96;
    private static readonly UInt128 Base = new(0x0000_0000_0000_1000, 0x8000_0080_5F9B_34FB);
    private readonly byte _size;

    /// <summary>A 16-bit UUID.</summary>
    /// <param name="value">The assigned number.</param>
    public SdpUuid(ushort value)
        : this(Expand(value), sizeof(ushort))
    {
    }

    /// <summary>A 32-bit UUID.</summary>
    /// <param name="value">The assigned number.</param>
    public SdpUuid(uint value)
        : this(Expand(value), sizeof(uint))
    {
    }

    /// <summary>A 128-bit UUID.</summary>
    /// <param name="value">All of it, first octet on the wire most significant.</param>
    public SdpUuid(UInt128 value)
        : this(value, 16)
    {
    }

    private SdpUuid(UInt128 value, int size)
    {
        Value = value;
        _size = (byte)size;
    }

    /// <summary>All 128 bits, first octet on the wire most significant.</summary>
    public UInt128 Value { get; }

    /// <summary>Octets on the wire: 2, 4 or 16.</summary>
    public int EncodedSize => _size == 0 ? 16 : _size;

    /// <summary>The assigned number, where the value is on the Bluetooth base UUID; null otherwise.</summary>
    public uint? Short => (Value & (UInt128.MaxValue >> 32)) == Base ? (uint)(Value >> ShortShift) : null;

    /// <summary>The same UUID in its shortest form.</summary>
    public SdpUuid Shortest => Short switch
    {
        null => new SdpUuid(Value),
        <= ushort.MaxValue and var value => new SdpUuid((ushort)value),
        var value => new SdpUuid(value.Value),
    };

    /// <summary>Reads the octets of a UUID.</summary>
    /// <param name="source">2, 4 or 16 octets, network order.</param>
    /// <param name="uuid">The UUID.</param>
    /// <returns>False for another number of octets.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out SdpUuid uuid)
    {
        var reader = new WireReader(source);
        uuid = source.Length switch
        {
            2 => new SdpUuid(reader.U16BigEndian()),
            4 => new SdpUuid(reader.U32BigEndian()),
            16 => new SdpUuid(new UInt128(reader.U64BigEndian(), reader.U64BigEndian())),
            _ => default,
        };
        return source.Length is 2 or 4 or 16;
    }

    /// <summary>Parses <c>0x1116</c>, <c>1116</c>, eight digits, or the form with four dashes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="uuid">The UUID, where the text is one.</param>
    /// <returns>Whether the text is a UUID.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out SdpUuid uuid)
    {
        uuid = default;
        if (text.Length == 36)
        {
            if (!Guid.TryParseExact(text, "D", out var guid))
            {
                return false;
            }

            Span<byte> octets = stackalloc byte[16];
            return guid.TryWriteBytes(octets, bigEndian: true, out _) && TryRead(octets, out uuid);
        }

        var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        if (digits.Length is 0 or > 8
            || !uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        uuid = digits.Length <= 4 ? new SdpUuid((ushort)number) : new SdpUuid(number);
        return true;
    }

    /// <summary>Writes the octets, in the form that the UUID has.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ref WireWriter writer)
    {
        switch (EncodedSize)
        {
            case 2:
                writer.U16BigEndian((ushort)(Value >> ShortShift));
                break;
            case 4:
                writer.U32BigEndian((uint)(Value >> ShortShift));
                break;
            default:
                writer.U64BigEndian((ulong)(Value >> 64));
                writer.U64BigEndian((ulong)Value);
                break;
        }
    }

    /// <summary>Whether both name the same UUID, whatever their forms.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(SdpUuid other) => Value == other.Value;

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The shortest text: <c>0x1116</c>, <c>0x12345678</c> or the form with dashes.</summary>
    public override string ToString()
    {
        if (Short is { } value)
        {
            return value <= ushort.MaxValue ? $"0x{value:X4}" : $"0x{value:X8}";
        }

        Span<byte> octets = stackalloc byte[16];
        var writer = new WireWriter(octets);
        new SdpUuid(Value).Write(ref writer);
        return new Guid(octets, bigEndian: true).ToString();
    }

    private static UInt128 Expand(uint value) => Base | ((UInt128)value << ShortShift);
}
