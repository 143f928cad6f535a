using System.Buffers.Binary;
using System.Globalization;

namespace HostStack.Hci.Wire;

/// <summary>A Bluetooth device address (Core, Vol 2, Part B, 1.2).</summary>
/// <remarks>HCI carries it least significant octet first; people, SDP and BNEP write the most significant first.</remarks>
public readonly record struct BdAddr
{
    /// <summary>Octets of an address on the wire.</summary>
    public const int Size = 6;

    /// <summary>Makes an address from the low 48 bits of <paramref name="value"/>.</summary>
    /// <param name="value">The address as people write it, first octet most significant.</param>
    public BdAddr(ulong value) => Value = value & 0xFFFF_FFFF_FFFF;

    /// <summary>The address as a number below 2^48.</summary>
    public ulong Value { get; }

    /// <summary>Whether the address is all zero: what an unprogrammed controller reports.</summary>
    public bool IsZero => Value == 0;

    /// <summary>Whether bit 0 of the first octet is set. Such an address cannot be the MAC of a network interface.</summary>
    public bool IsMulticast => (Value & (1UL << 40)) != 0;

    /// <summary>Reads an address, least significant octet first.</summary>
    /// <param name="source">At least <see cref="Size"/> octets.</param>
    public static BdAddr Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt32LittleEndian(source) | ((ulong)BinaryPrimitives.ReadUInt16LittleEndian(source[4..]) << 32));

    /// <summary>Writes the address, least significant octet first.</summary>
    /// <param name="destination">At least <see cref="Size"/> octets.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)Value);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], (ushort)(Value >> 32));
    }

    /// <summary>Parses <c>5C:F3:70:66:12:34</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address, when the text is one.</param>
    /// <returns>Whether the text is an address.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out BdAddr address)
    {
        address = default;
        if (text.Length != 17)
        {
            return false;
        }

        ulong value = 0;
        for (var i = 0; i < 17; i += 3)
        {
            if ((i > 0 && text[i - 1] != ':')
                || !byte.TryParse(text.Slice(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                return false;
            }

            value = (value << 8) | octet;
        }

        address = new BdAddr(value);
        return true;
    }

    /// <summary>Parses an address that is known to be one.</summary>
    /// <param name="text"><c>5C:F3:70:66:12:34</c>.</param>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static BdAddr Parse(string text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException($"'{text}' is not a Bluetooth address; write six octets like 5C:F3:70:66:12:34.");

    /// <summary>The usual text form, <c>5C:F3:70:66:12:34</c>.</summary>
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
