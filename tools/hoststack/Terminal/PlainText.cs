using System.Globalization;
using System.Text;

namespace HostStack.Cli.Terminal;

/// <summary>A peer's text, made safe for a terminal: no control sequences, no invisible or reordering characters.</summary>
internal static class PlainText
{
    private const int MaximumLength = 248;

    public static string Of(string text) =>
        string.Concat(text.EnumerateRunes().Take(MaximumLength).Select(static rune => IsPlain(rune) ? rune.ToString() : "\uFFFD"));

    private static bool IsPlain(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned);
}
