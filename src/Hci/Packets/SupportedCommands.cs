using System.Runtime.CompilerServices;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>The 64 octets that say which commands a controller supports (Core, Vol 4, Part E, 6.27).</summary>
public readonly struct SupportedCommands : IEquatable<SupportedCommands>
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = 64;

    private readonly Octets _octets;

    /// <summary>Takes the octets as they come in the return parameters.</summary>
    /// <param name="octets">Exactly <see cref="Size"/> octets.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public SupportedCommands(ReadOnlySpan<byte> octets)
    {
        if (octets.Length != Size)
        {
            throw new ArgumentException($"Supported commands are {Size} octets, not {octets.Length}.", nameof(octets));
        }

        octets.CopyTo(_octets);
    }

    /// <summary>Makes the set that holds these commands; what a controller answers.</summary>
    /// <param name="commands">The commands; those without a bit are left out.</param>
    public static SupportedCommands Of(params ReadOnlySpan<OpCode> commands)
    {
        Span<byte> octets = stackalloc byte[Size];
        octets.Clear();
        foreach (var command in commands)
        {
            if (SupportedCommandBits.Find(command) is { } bit)
            {
                octets[bit >> 3] |= (byte)(1 << (bit & 7));
            }
        }

        return new SupportedCommands(octets);
    }

    /// <summary>Whether the controller supports a command. A command whose bit is not known here counts as unsupported;
    /// Read Local Supported Commands, which has no bit, as supported.</summary>
    /// <param name="command">The command.</param>
    public bool Supports(OpCode command) =>
        SupportedCommandBits.Find(command) is { } bit
            ? (_octets[bit >> 3] & (1 << (bit & 7))) != 0
            : command == OpCode.ReadLocalSupportedCommands;

    /// <summary>Copies the octets.</summary>
    /// <param name="destination">At least <see cref="Size"/> octets.</param>
    public void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)_octets).CopyTo(destination);

    /// <inheritdoc/>
    public bool Equals(SupportedCommands other) => ((ReadOnlySpan<byte>)_octets).SequenceEqual(other._octets);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SupportedCommands other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_octets);
        return hash.ToHashCode();
    }

    /// <summary>The octets in hexadecimal.</summary>
    public override string ToString() => Convert.ToHexString(_octets);

    /// <summary>Whether two sets are equal.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(SupportedCommands left, SupportedCommands right) => left.Equals(right);

    /// <summary>Whether two sets differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(SupportedCommands left, SupportedCommands right) => !left.Equals(right);

    internal static SupportedCommands Read(ref WireReader reader)
    {
        var octets = reader.Bytes(Size);
        return octets.IsEmpty ? default : new SupportedCommands(octets);
    }

    internal void Write(ref WireWriter writer) => writer.Bytes(_octets);

    [InlineArray(Size)]
    private struct Octets
    {
        private byte _first;
    }
}
