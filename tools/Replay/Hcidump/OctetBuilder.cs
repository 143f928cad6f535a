using System.Buffers.Binary;
using HostStack.Hci.Wire;

namespace HostStack.Replay.Hcidump;

/// <summary>Puts a packet together octet by octet. It shares no codec with the stack, so that a mistake in the stack's
/// formats cannot hide behind the same mistake here.</summary>
internal sealed class OctetBuilder
{
    private readonly List<byte> _octets = [];

    public int Length => _octets.Count;

    public OctetBuilder U8(uint value)
    {
        _octets.Add((byte)value);
        return this;
    }

    public OctetBuilder U16(uint value) => U8(value & 0xFF).U8(value >> 8);

    public OctetBuilder U16BigEndian(uint value) => U8(value >> 8).U8(value & 0xFF);

    public OctetBuilder U24(uint value) => U16(value & 0xFFFF).U8(value >> 16);

    public OctetBuilder U32(uint value) => U16(value & 0xFFFF).U16(value >> 16);

    public OctetBuilder Address(BdAddr value)
    {
        var octets = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(octets, value.Value);
        return Bytes(octets.AsSpan(0, BdAddr.Size));
    }

    public OctetBuilder Bytes(ReadOnlySpan<byte> value)
    {
        _octets.AddRange(value);
        return this;
    }

    public OctetBuilder Zeros(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _octets.Add(0);
        }

        return this;
    }

    public byte[] ToArray() => [.. _octets];
}
