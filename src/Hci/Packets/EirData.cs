using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Extended inquiry response data: structures of length, type and data, then zeros (Core, Vol 3, Part C, 8).</summary>
/// <remarks><c>| length 1 | type 1 | data length-1 |</c> again and again; a length of 0 ends them.</remarks>
public readonly struct EirData : IEquatable<EirData>
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = 240;

    private readonly Storage _octets;

    /// <summary>Takes octets; what is missing to <see cref="Size"/> is zero.</summary>
    /// <param name="octets">At most <see cref="Size"/> octets.</param>
    /// <exception cref="ArgumentException">There are more.</exception>
    public EirData(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > Size)
        {
            throw new ArgumentException($"{octets.Length} octets do not fit the field of {Size}.", nameof(octets));
        }

        octets.CopyTo(_octets);
    }

    /// <summary>All octets, the padding included.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Octets => _octets;

    /// <summary>The structures. A structure that runs past the end, and what follows it, is left out.</summary>
    [UnscopedRef]
    public EirStructures Structures => new(Octets);

    /// <summary>Octets before the first length of 0.</summary>
    public int SignificantLength => Structures.TotalLength;

    /// <summary>How many octets are significant.</summary>
    public override string ToString() => $"{SignificantLength} octets";

    /// <inheritdoc/>
    public bool Equals(EirData other) => Octets.SequenceEqual(other.Octets);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EirData other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Octets);
        return hash.ToHashCode();
    }

    /// <summary>Whether two values are equal.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(EirData left, EirData right) => left.Equals(right);

    /// <summary>Whether two values differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(EirData left, EirData right) => !left.Equals(right);

    internal static EirData Read(ref WireReader reader)
    {
        var octets = reader.Bytes(Size);
        return octets.IsEmpty ? default : new EirData(octets);
    }

    internal void Write(ref WireWriter writer) => writer.Bytes(Octets);

    [InlineArray(Size)]
    private struct Storage
    {
        private byte _first;
    }
}
