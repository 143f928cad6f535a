using System.Buffers;

namespace HostStack.Hci.Transport;

/// <summary>The name of a controller: a scheme and what the scheme needs to find it.</summary>
/// <param name="Scheme">One or two words: <c>h4:tcp</c>, <c>virtual</c>.</param>
/// <param name="Address">What stands behind the scheme's colon; may be empty.</param>
public readonly record struct ControllerUri(string Scheme, string Address)
{
    private const int ProtocolLength = 2;

    private static readonly SearchValues<char> s_schemeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-:");

    /// <summary>Splits a URI. The scheme is the first word, for <c>h4</c> and <c>h5</c> the first two.</summary>
    /// <param name="text"><c>h4:tcp:localhost:9000</c></param>
    /// <param name="uri">The parts, where the text has them.</param>
    /// <returns>Whether the text is a scheme, a colon and an address, without spaces in the scheme.</returns>
    public static bool TryParse(string? text, out ControllerUri uri)
    {
        uri = default;
        if (text is null)
        {
            return false;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            return false;
        }

        if (IsProtocol(text.AsSpan(0, colon)))
        {
            colon = text.IndexOf(':', colon + 1);
            if (colon <= ProtocolLength + 1)
            {
                return false;
            }
        }

        var scheme = text[..colon].ToLowerInvariant();
        if (scheme.AsSpan().ContainsAnyExcept(s_schemeCharacters))
        {
            return false;
        }

        uri = new ControllerUri(scheme, text[(colon + 1)..]);
        return true;
    }

    // The UART transport and the three-wire one: what carries them is the second word.
    private static bool IsProtocol(ReadOnlySpan<char> word) =>
        word.Equals("h4", StringComparison.OrdinalIgnoreCase) || word.Equals("h5", StringComparison.OrdinalIgnoreCase);

    /// <summary>The URI as it is written.</summary>
    public override string ToString() => $"{Scheme}:{Address}";
}
