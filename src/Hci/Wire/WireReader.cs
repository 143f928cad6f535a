using System.Buffers.Binary;

namespace HostStack.Hci.Wire;

/// <summary>A cursor over borrowed octets. A short read poisons it: later reads give zero, and one check at the end
/// (<see cref="AtEnd"/> or <see cref="Ok"/>) tells whether the whole record was there.</summary>
public ref struct WireReader
{
    private ReadOnlySpan<byte> _rest;
    private bool _failed;

    /// <summary>Reads from the first octet of <paramref name="source"/>.</summary>
    /// <param name="source">Borrowed for the life of the reader.</param>
    public WireReader(ReadOnlySpan<byte> source) => _rest = source;

    /// <summary>Whether every read so far found its octets.</summary>
    public readonly bool Ok => !_failed;

    /// <summary>Whether every read found its octets and none are left: trailing octets are an error too.</summary>
    public readonly bool AtEnd => !_failed && _rest.IsEmpty;

    /// <summary>Octets that are left.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Reads one octet.</summary>
    public byte U8()
    {
        var span = Bytes(1);
        return span.IsEmpty ? (byte)0 : span[0];
    }

    /// <summary>Reads one octet as a signed number (RSSI and transmit power).</summary>
    public sbyte I8() => unchecked((sbyte)U8());

    /// <summary>Reads a little-endian 16-bit number.</summary>
    public ushort U16()
    {
        var span = Bytes(2);
        return span.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(span);
    }

    /// <summary>Reads a little-endian 24-bit number.</summary>
    public uint U24()
    {
        var span = Bytes(3);
        return span.IsEmpty ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(span) | ((uint)span[2] << 16);
    }

    /// <summary>Reads a little-endian 32-bit number.</summary>
    public uint U32()
    {
        var span = Bytes(4);
        return span.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(span);
    }

    /// <summary>Reads a little-endian 64-bit number.</summary>
    public ulong U64()
    {
        var span = Bytes(8);
        return span.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(span);
    }

    /// <summary>Reads a big-endian 16-bit number (SDP and BNEP).</summary>
    public ushort U16BigEndian()
    {
        var span = Bytes(2);
        return span.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(span);
    }

    /// <summary>Reads a big-endian 32-bit number.</summary>
    public uint U32BigEndian()
    {
        var span = Bytes(4);
        return span.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(span);
    }

    /// <summary>Reads a big-endian 64-bit number.</summary>
    public ulong U64BigEndian()
    {
        var span = Bytes(8);
        return span.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64BigEndian(span);
    }

    /// <summary>Reads a device address, least significant octet first.</summary>
    public BdAddr BdAddr()
    {
        var span = Bytes(Wire.BdAddr.Size);
        return span.IsEmpty ? default : Wire.BdAddr.Read(span);
    }

    /// <summary>Reads a connection handle: the low 12 bits of 16; the others are reserved or flags.</summary>
    public ConnectionHandle Handle() => new((ushort)(U16() & 0x0FFF));

    /// <summary>Reads an octet that is 0 or 1; any other poisons the reader.</summary>
    public bool Flag()
    {
        var octet = U8();
        if (octet > 1)
        {
            Fail();
        }

        return octet == 1;
    }

    /// <summary>Borrows the next <paramref name="count"/> octets; empty, and the reader poisoned, where fewer are left.</summary>
    /// <param name="count">How many; negative poisons.</param>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (_failed || (uint)count > (uint)_rest.Length)
        {
            _failed = true;
            _rest = default;
            return default;
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Borrows what is left.</summary>
    public ReadOnlySpan<byte> Rest() => Bytes(_rest.Length);

    /// <summary>Poisons the reader: a value was read that the format does not allow.</summary>
    public void Fail()
    {
        _failed = true;
        _rest = default;
    }
}
