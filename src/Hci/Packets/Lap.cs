using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>The lower address part of an inquiry access code, 24 bits (Assigned Numbers, 2.2).</summary>
public readonly record struct Lap : IFixedWireFormat<Lap>
{
    /// <summary>Takes the low 24 bits of a number.</summary>
    /// <param name="value">0x9E8B00 to 0x9E8B3F.</param>
    public Lap(uint value) => Value = value & 0xFF_FFFF;

    /// <summary>General: every discoverable device answers.</summary>
    public static Lap Giac => new(0x9E8B33);

    /// <summary>Limited: devices that are discoverable for a short time.</summary>
    public static Lap Liac => new(0x9E8B00);

    /// <inheritdoc/>
    public static int Size => 3;

    /// <summary>The 24 bits.</summary>
    public uint Value { get; }

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out Lap value)
    {
        var reader = new WireReader(source);
        value = new(reader.U24());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer) => writer.U24(Value);

    /// <summary>Six hexadecimal digits with a prefix.</summary>
    public override string ToString() => $"0x{Value:X6}";
}
