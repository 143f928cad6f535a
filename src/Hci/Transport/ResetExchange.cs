namespace HostStack.Hci.Transport;

/// <summary>The octets by which a transport that lost its packet boundaries finds them again: HCI Reset and its answer
/// (Core, Vol 4, Part E, 7.3.2; Part A, 4).</summary>
internal static class ResetExchange
{
    /// <summary>Octets of the answer, its type octet included.</summary>
    public const int AnswerLength = 7;

    private const int CreditsAt = 3;

    private static readonly byte[] s_reset = [0x01, 0x03, 0x0C, 0x00];

    // Command Complete of Reset: event 0x0E, 4 octets, any number of command credits, opcode 0x0C03, status 0.
    private static readonly byte[] s_answer = [0x04, 0x0E, 0x04, 0x00, 0x03, 0x0C, 0x00];

    /// <summary>Whether a packet, type octet first, is the command Reset.</summary>
    public static bool IsReset(ReadOnlySpan<byte> packet) => packet.SequenceEqual(s_reset);

    /// <summary>Whether octets, a type octet first, are the answer of a Reset that succeeded.</summary>
    public static bool IsAnswer(ReadOnlySpan<byte> octets) => octets.Length == AnswerLength && IsPrefixOfAnswer(octets);

    /// <summary>Whether octets, a type octet first, may be the beginning of that answer.</summary>
    /// <param name="octets">At most <see cref="AnswerLength"/>.</param>
    public static bool IsPrefixOfAnswer(ReadOnlySpan<byte> octets)
    {
        for (var i = 0; i < octets.Length; i++)
        {
            if (i != CreditsAt && octets[i] != s_answer[i])
            {
                return false;
            }
        }

        return true;
    }
}
