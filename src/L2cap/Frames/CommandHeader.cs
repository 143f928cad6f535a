using HostStack.Hci.Wire;

namespace HostStack.L2cap.Frames;

/// <summary>The header of a signalling command (Core, Vol 3, Part A, 4).</summary>
/// <remarks><c>| code 1 | identifier 1 | length 2 |</c>, little-endian; the length counts what follows the header.</remarks>
/// <param name="Code">What is asked or answered.</param>
/// <param name="Identifier">Matches a response with its request; 1 to 255.</param>
/// <param name="Length">Octets of data.</param>
public readonly record struct CommandHeader(CommandCode Code, byte Identifier, ushort Length) : IWireFormat<CommandHeader>
{
    /// <summary>Octets of the header.</summary>
    public const int Size = 4;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out CommandHeader value)
    {
        var reader = new WireReader(source);
        value = new((CommandCode)reader.U8(), reader.U8(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Code);
        writer.U8(Identifier);
        writer.U16(Length);
    }
}
