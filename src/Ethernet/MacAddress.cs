using System.Buffers.Binary;
using System.Globalization;

namespace HostStack.Ethernet;

/// <summary>A 48-bit IEEE 802 MAC address.</summary>
/// <remarks>Held as a number whose most significant octet is the first on the wire, so that ranges compare in the
/// order that a BNEP multicast filter means (BNEP 1.0, 2.6.6).</remarks>
public readonly record struct MacAddress : IComparable<MacAddress>
{
    /// <summary>Octets of an address on the wire.</summary>
    public const int Size = 6;

    private const ulong GroupBit = 1UL << 40;
    private const ulong LocalBit = 1UL << 41;

    /// <summary>Makes an address from the low 48 bits of <paramref name="value"/>.</summary>
    /// <param name="value">The address, first octet on the wire most significant.</param>
    public MacAddress(ulong value) => Value = value & 0xFFFF_FFFF_FFFF;

    /// <summary>FF:FF:FF:FF:FF:FF.</summary>
    public static MacAddress Broadcast => new(0xFFFF_FFFF_FFFF);

    /// <summary>The address as a number below 2^48.</summary>
    public ulong Value { get; }

    /// <summary>Whether the group bit is set: multicast and broadcast.</summary>
    public bool IsMulticast => (Value & GroupBit) != 0;

    /// <summary>Whether this is the broadcast address.</summary>
    public bool IsBroadcast => Value == 0xFFFF_FFFF_FFFF;

    /// <summary>Whether the address is locally administered.</summary>
    public bool IsLocal => (Value & LocalBit) != 0;

    /// <summary>The same address with the group bit cleared: what a network interface may carry.</summary>
    public MacAddress AsUnicast() => new(Value & ~GroupBit);

    /// <summary>Reads an address from the first six octets of <paramref name="source"/>.</summary>
    /// <param name="source">At least <see cref="Size"/> octets, network order.</param>
    public static MacAddress Read(ReadOnlySpan<byte> source) =>
        new(((ulong)BinaryPrimitives.ReadUInt16BigEndian(source) << 32) | BinaryPrimitives.ReadUInt32BigEndian(source[2..]));

    /// <summary>Writes the six octets of the address, network order.</summary>
    /// <param name="destination">At least <see cref="Size"/> octets.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(Value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)Value);
    }

    /// <summary>Parses <c>00:1A:7D:DA:71:13</c>; dashes are accepted too.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address, when the text is one.</param>
    /// <returns>Whether the text is an address.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        if (text.Length != 17)
        {
            return false;
        }

        ulong value = 0;
        for (var i = 0; i < 17; i += 3)
        {
            if ((i > 0 && text[i - 1] is not (':' or '-'))
                || !byte.TryParse(text.Slice(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                return false;
            }

            value = (value << 8) | octet;
        }

        address = new MacAddress(value);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(MacAddress other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(MacAddress left, MacAddress right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(MacAddress left, MacAddress right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not after <paramref name="right"/>.</summary>
    public static bool operator <=(MacAddress left, MacAddress right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not before <paramref name="right"/>.</summary>
    public static bool operator >=(MacAddress left, MacAddress right) => left.Value >= right.Value;

    /// <summary>The usual text form, <c>00:1A:7D:DA:71:13</c>.</summary>
    public override string ToString() =>
        string.Create(17, Value, static (span, value) =>
        {
            for (var i = 0; i < 6; i++)
            {
                ((byte)(value >> (40 - (8 * i)))).TryFormat(span[(3 * i)..], out _, "X2", CultureInfo.InvariantCulture);
                if (i < 5)
                {
                    span[(3 * i) + 2] = ':';
                }
            }
        });
}
