using System.Buffers.Binary;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>A link key (Core, Vol 2, Part H, 3.1): who holds it is the bonded peer.</summary>
/// <remarks>Octets stand as on the wire. Compared in fixed time, and never printed.</remarks>
public readonly record struct LinkKey
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = 16;

    private readonly ulong _low;
    private readonly ulong _high;

    /// <summary>Takes the octets as they stand on the wire.</summary>
    /// <param name="octets">Exactly <see cref="Size"/> octets.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public LinkKey(ReadOnlySpan<byte> octets)
    {
        if (octets.Length != Size)
        {
            throw new ArgumentException($"Needs {Size} octets, not {octets.Length}.", nameof(octets));
        }

        _low = BinaryPrimitives.ReadUInt64LittleEndian(octets);
        _high = BinaryPrimitives.ReadUInt64LittleEndian(octets[8..]);
    }

    /// <summary>Whether all octets are zero: no value.</summary>
    public bool IsZero => (_low | _high) == 0;

    /// <summary>Copies the octets as they stand on the wire.</summary>
    /// <param name="destination">At least <see cref="Size"/> octets.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, _low);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _high);
    }

    /// <summary>Compares in a time that does not depend on the octets.</summary>
    /// <param name="other">The other value.</param>
    public bool Equals(LinkKey other) => ((_low ^ other._low) | (_high ^ other._high)) == 0;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_low, _high);

    /// <summary>Always <c>(link key)</c>: the octets never reach a log.</summary>
    public override string ToString() => "(link key)";

    internal static LinkKey Read(ref WireReader reader)
    {
        var octets = reader.Bytes(Size);
        return octets.IsEmpty ? default : new LinkKey(octets);
    }

    internal void Write(ref WireWriter writer)
    {
        writer.U64(_low);
        writer.U64(_high);
    }
}
