using HostStack.Hci.Wire;

namespace HostStack.Sdp.Pdus;

/// <summary>What asks for, or promises, the rest of a response (Core, Vol 3, Part B, 4.3).</summary>
/// <remarks><c>| length 1 | 0 to 16 octets |</c>; only the server that gave it knows what the octets mean.</remarks>
internal static class ContinuationState
{
    /// <summary>The most octets behind the length.</summary>
    public const int MaximumLength = 16;

    /// <summary>Reads a state.</summary>
    /// <param name="reader">At the length octet; poisoned where the state is too long or cut short.</param>
    /// <returns>The octets, borrowed; empty for none.</returns>
    public static ReadOnlySpan<byte> Read(scoped ref WireReader reader)
    {
        var length = reader.U8();
        if (length > MaximumLength)
        {
            reader.Fail();
        }

        return reader.Bytes(length);
    }

    /// <summary>Writes a state.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="state">The octets; empty for none.</param>
    public static void Write(ref WireWriter writer, ReadOnlySpan<byte> state)
    {
        writer.U8((byte)state.Length);
        writer.Bytes(state);
    }

    /// <summary>Octets that <see cref="Write"/> writes.</summary>
    /// <param name="state">The octets.</param>
    public static int EncodedSize(ReadOnlySpan<byte> state) => 1 + state.Length;
}
