using System.Globalization;
using System.Text;

namespace HostStack.Cli.Terminal;

/// <summary>A peer's text, made safe for a terminal: no control sequences, no invisible or reordering characters.</summary>
internal static class PlainText
{
    private const int MaximumLength = 248;

    /// <summary>At most as much of it as a name may have, safe.</summary>
    public static string Of(string text) => Of(text, MaximumLength);

    /// <summary>All of it, safe; its lines stay lines.</summary>
    public static string Lines(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(static line => Of(line, int.MaxValue)));

    private static string Of(string text, int longest) =>
        string.Concat(text.EnumerateRunes().Take(longest).Select(static rune => IsPlain(rune) ? rune.ToString() : "\uFFFD"));

    private static bool IsPlain(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned);
}
