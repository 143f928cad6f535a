using System.Buffers.Binary;
using System.Globalization;

namespace HostStack.Bnep.Control;

/// <summary>Octets of each UUID in a setup request (BNEP 1.0, 2.6.3.1).</summary>
public enum BnepUuidSize : byte
{
    /// <summary>The 16-bit form.</summary>
    Bits16 = 2,

    /// <summary>The 32-bit form.</summary>
    Bits32 = 4,

    /// <summary>The 128-bit form.</summary>
    Bits128 = 16,
}

/// <summary>A service UUID of a BNEP setup (BNEP 1.0, 2.6.3.1); the three forms of one UUID are equal.</summary>
/// <param name="Value">The 128-bit form, first octet on the wire most significant.</param>
public readonly record struct BnepUuid(UInt128 Value)
{
    private const int ShortShift = 96;

    /// <summary>Personal Area Networking User.</summary>
    public static BnepUuid Panu => FromShort(0x1115);

    /// <summary>Network Access Point.</summary>
    public static BnepUuid Nap => FromShort(0x1116);

    /// <summary>Group Ad-hoc Network.</summary>
    public static BnepUuid Gn => FromShort(0x1117);

    /// <summary>Whether the UUID is on the Bluetooth base, so that <see cref="Short"/> means it; a foreign one is valid
    /// and names no service of the profile.</summary>
    public bool IsBluetooth => (Value << 32) == (BaseUuid << 32);

    /// <summary>The 16- or 32-bit form of a UUID on the Bluetooth base; meaningless for another.</summary>
    public uint Short => (uint)(Value >> ShortShift);

    /// <summary>The shortest form that holds the UUID.</summary>
    public BnepUuidSize ShortestSize =>
        !IsBluetooth ? BnepUuidSize.Bits128 : Short <= ushort.MaxValue ? BnepUuidSize.Bits16 : BnepUuidSize.Bits32;

    // xxxxxxxx-0000-1000-8000-00805F9B34FB (Core, Vol 3, Part B, 2.5.1).
    private static UInt128 BaseUuid => new(0x0000_0000_0000_1000, 0x8000_0080_5F9B_34FB);

    /// <summary>A UUID on the Bluetooth base.</summary>
    /// <param name="value">Its 16- or 32-bit form.</param>
    public static BnepUuid FromShort(uint value) => new(BaseUuid | ((UInt128)value << ShortShift));

    /// <summary>Whether a UUID size octet is one of the three that exist.</summary>
    /// <param name="size">The octet.</param>
    public static bool IsValidSize(byte size) =>
        (BnepUuidSize)size is BnepUuidSize.Bits16 or BnepUuidSize.Bits32 or BnepUuidSize.Bits128;

    /// <summary>The usual text: <c>0x1116</c>, or five groups of hexadecimal digits for a foreign UUID.</summary>
    public override string ToString()
    {
        if (IsBluetooth)
        {
            return Short <= ushort.MaxValue ? $"0x{Short:X4}" : $"0x{Short:X8}";
        }

        var digits = Value.ToString("x32", CultureInfo.InvariantCulture);
        return $"{digits[..8]}-{digits[8..12]}-{digits[12..16]}-{digits[16..20]}-{digits[20..]}";
    }

    internal static BnepUuid Read(ReadOnlySpan<byte> source) => (BnepUuidSize)source.Length switch
    {
        BnepUuidSize.Bits16 => FromShort(BinaryPrimitives.ReadUInt16BigEndian(source)),
        BnepUuidSize.Bits32 => FromShort(BinaryPrimitives.ReadUInt32BigEndian(source)),
        BnepUuidSize.Bits128 => new BnepUuid(BinaryPrimitives.ReadUInt128BigEndian(source)),
        _ => default,
    };
}
