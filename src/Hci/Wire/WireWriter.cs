using System.Buffers.Binary;

namespace HostStack.Hci.Wire;

/// <summary>A cursor that writes to borrowed octets. Too small a destination is the caller's mistake and throws
/// <see cref="ArgumentOutOfRangeException"/>: lengths are known before writing.</summary>
public ref struct WireWriter
{
    private readonly Span<byte> _destination;

    /// <summary>Writes from the first octet of <paramref name="destination"/>.</summary>
    /// <param name="destination">Borrowed for the life of the writer.</param>
    public WireWriter(Span<byte> destination) => _destination = destination;

    /// <summary>Octets written so far.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _destination[..Length];

    /// <summary>Octets that are left.</summary>
    public readonly int Remaining => _destination.Length - Length;

    /// <summary>Writes one octet.</summary>
    /// <param name="value">The octet.</param>
    public void U8(byte value) => Take(1)[0] = value;

    /// <summary>Writes a signed octet.</summary>
    /// <param name="value">The number.</param>
    public void I8(sbyte value) => Take(1)[0] = unchecked((byte)value);

    /// <summary>Writes a little-endian 16-bit number.</summary>
    /// <param name="value">The number.</param>
    public void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

    /// <summary>Writes a little-endian 24-bit number; higher bits are not written.</summary>
    /// <param name="value">The number.</param>
    public void U24(uint value)
    {
        var span = Take(3);
        BinaryPrimitives.WriteUInt16LittleEndian(span, (ushort)value);
        span[2] = (byte)(value >> 16);
    }

    /// <summary>Writes a little-endian 32-bit number.</summary>
    /// <param name="value">The number.</param>
    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    /// <summary>Writes a little-endian 64-bit number.</summary>
    /// <param name="value">The number.</param>
    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    /// <summary>Writes a big-endian 16-bit number.</summary>
    /// <param name="value">The number.</param>
    public void U16BigEndian(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    /// <summary>Writes a big-endian 32-bit number.</summary>
    /// <param name="value">The number.</param>
    public void U32BigEndian(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    /// <summary>Writes a big-endian 64-bit number.</summary>
    /// <param name="value">The number.</param>
    public void U64BigEndian(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    /// <summary>Writes a device address, least significant octet first.</summary>
    /// <param name="value">The address.</param>
    public void BdAddr(BdAddr value) => value.Write(Take(Wire.BdAddr.Size));

    /// <summary>Writes a connection handle in 16 bits, the reserved ones zero.</summary>
    /// <param name="value">The handle.</param>
    public void Handle(ConnectionHandle value) => U16((ushort)(value.Value & 0x0FFF));

    /// <summary>Writes 0 or 1.</summary>
    /// <param name="value">The flag.</param>
    public void Flag(bool value) => U8(value ? (byte)1 : (byte)0);

    /// <summary>Copies octets.</summary>
    /// <param name="value">What to copy.</param>
    public void Bytes(scoped ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Writes zeros.</summary>
    /// <param name="count">How many.</param>
    public void Zeros(int count) => Take(count).Clear();

    private Span<byte> Take(int count)
    {
        var span = _destination.Slice(Length, count);
        Length += count;
        return span;
    }
}
