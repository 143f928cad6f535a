using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>A device's name: UTF-8 in 248 octets, ended by a zero octet where it is shorter
/// (Core, Vol 4, Part E, 7.3.11).</summary>
public readonly struct DeviceName : IEquatable<DeviceName>
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = 248;

    private readonly Storage _octets;

    /// <summary>Takes octets; what is missing to <see cref="Size"/> is zero.</summary>
    /// <param name="octets">At most <see cref="Size"/> octets.</param>
    /// <exception cref="ArgumentException">There are more.</exception>
    public DeviceName(ReadOnlySpan<byte> octets)
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

    /// <summary>Makes the field from text; a longer name is cut before the character that does not fit.</summary>
    /// <param name="name">The name.</param>
    public static DeviceName From(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Span<byte> octets = stackalloc byte[Size];
        Encoder encoder = Encoding.UTF8.GetEncoder();
        encoder.Convert(name, octets, flush: true, out _, out var used, out _);
        return new DeviceName(octets[..used]);
    }

    /// <summary>The name as text: up to the first zero octet; octets that are not UTF-8 become replacement characters, and
    /// control characters, which could move a terminal's cursor, too.</summary>
    public override string ToString() => Decode(Octets);

    /// <summary>Decodes a name of any field; see <see cref="ToString"/>.</summary>
    /// <param name="octets">UTF-8, up to the end or a zero octet.</param>
    internal static string Decode(ReadOnlySpan<byte> octets)
    {
        var end = octets.IndexOf((byte)0);
        var text = Encoding.UTF8.GetString(end < 0 ? octets : octets[..end]);
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
            }
        });
    }

    /// <inheritdoc/>
    public bool Equals(DeviceName other) => Octets.SequenceEqual(other.Octets);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DeviceName other && Equals(other);

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
    public static bool operator ==(DeviceName left, DeviceName right) => left.Equals(right);

    /// <summary>Whether two values differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(DeviceName left, DeviceName right) => !left.Equals(right);

    internal static DeviceName Read(ref WireReader reader)
    {
        var octets = reader.Bytes(Size);
        return octets.IsEmpty ? default : new DeviceName(octets);
    }

    internal void Write(ref WireWriter writer) => writer.Bytes(Octets);

    [InlineArray(Size)]
    private struct Storage
    {
        private byte _first;
    }
}
