using System.Text;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>A PIN of legacy pairing: 1 to 16 octets (Core, Vol 4, Part E, 7.1.12). Never printed.</summary>
/// <remarks><c>| length 1 | octets 16, zero-padded |</c></remarks>
public readonly record struct PinCode
{
    /// <summary>The most octets that a PIN has.</summary>
    public const int MaxLength = 16;

    private readonly UInt128 _octets;

    /// <summary>Takes the octets of a PIN.</summary>
    /// <param name="octets">1 to 16 octets.</param>
    /// <exception cref="ArgumentException">There are none, or more.</exception>
    public PinCode(ReadOnlySpan<byte> octets)
    {
        if (octets.Length is < 1 or > MaxLength)
        {
            throw new ArgumentException($"A PIN has 1 to {MaxLength} octets, not {octets.Length}.", nameof(octets));
        }

        Length = (byte)octets.Length;
        for (var i = octets.Length - 1; i >= 0; i--)
        {
            _octets = (_octets << 8) | octets[i];
        }
    }

    /// <summary>How many octets the PIN has; 0 only in a default value.</summary>
    public byte Length { get; }

    /// <summary>Makes a PIN of text.</summary>
    /// <param name="text">1 to 16 octets of UTF-8.</param>
    /// <param name="pin">The PIN.</param>
    /// <returns>Whether the text is a PIN.</returns>
    public static bool TryFrom(string text, out PinCode pin)
    {
        pin = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            return false;
        }

        var octets = Encoding.UTF8.GetBytes(text);
        if (octets.Length > MaxLength)
        {
            return false;
        }

        pin = new PinCode(octets);
        return true;
    }

    /// <summary>Always <c>(PIN)</c>: the octets never reach a log.</summary>
    public override string ToString() => "(PIN)";

    internal static PinCode Read(ref WireReader reader)
    {
        var length = reader.U8();
        var octets = reader.Bytes(MaxLength);
        if (octets.IsEmpty || length is < 1 or > MaxLength)
        {
            reader.Fail();
            return default;
        }

        return new PinCode(octets[..length]);
    }

    internal void Write(ref WireWriter writer)
    {
        writer.U8(Length);
        writer.U64((ulong)_octets);
        writer.U64((ulong)(_octets >> 64));
    }
}
