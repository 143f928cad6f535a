using System.Globalization;
using System.Text.RegularExpressions;
using HostStack.Replay.Traces;

namespace HostStack.Replay.Hcidump;

/// <summary>One packet as hcidump prints it: a headline and indented detail lines.</summary>
/// <param name="Line">Line of the headline in the file, from 1.</param>
/// <param name="Direction">Which way the packet went.</param>
/// <param name="Headline">The headline without its arrow.</param>
/// <param name="Details">The detail lines, trimmed.</param>
internal sealed partial record HcidumpStanza(
    int Line, TraceDirection Direction, string Headline, IReadOnlyList<string> Details)
{
    /// <summary>Everything after the headline as one text, for fields that may stand on any line.</summary>
    public string Text => string.Join(' ', Details);

    /// <summary>Cuts hcidump's text, or a document that quotes it, into stanzas. Lines before the first arrow and after
    /// the last indented line are prose and passed over.</summary>
    public static IEnumerable<HcidumpStanza> Split(TextReader reader)
    {
        HcidumpStanza? current = null;
        var details = new List<string>();
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            var head = HeadlinePattern().Match(line);
            if (head.Success)
            {
                if (current is not null)
                {
                    yield return current;
                }

                details = [];
                var direction = head.Groups["arrow"].Value == "<" ? TraceDirection.HostToController : TraceDirection.ControllerToHost;
                current = new HcidumpStanza(number, direction, head.Groups["rest"].Value.Trim(), details);
            }
            else if (current is not null && line.Length > 0 && char.IsWhiteSpace(line[0]) && !string.IsNullOrWhiteSpace(line))
            {
                details.Add(line.Trim());
            }
            else if (current is not null)
            {
                yield return current;
                current = null;
            }
        }

        if (current is not null)
        {
            yield return current;
        }
    }

    /// <summary>A decimal or 0x number that follows <paramref name="name"/> in headline or details.</summary>
    /// <exception cref="TraceFormatException">There is none.</exception>
    public uint Number(string name) =>
        FindNumber(name) ?? throw Malformed($"has no '{name}' with a number behind it");

    /// <summary>A number that may be absent.</summary>
    public uint? FindNumber(string name)
    {
        var match = Regex.Match(
            Headline + " " + Text,
            @"(?<![\w-])" + Regex.Escape(name) + @":?\s+(?<n>0x[0-9a-fA-F]+|\d+)(?!\w)",
            RegexOptions.CultureInvariant);
        return match.Success ? ParseNumber(match.Groups["n"].Value) : null;
    }

    /// <summary>The word behind <paramref name="name"/>.</summary>
    public string Word(string name)
    {
        var match = Regex.Match(Text, @"(?<!\w)" + Regex.Escape(name) + @"\s+(?<w>\S+)", RegexOptions.CultureInvariant);
        return match.Success ? match.Groups["w"].Value : throw Malformed($"has no '{name}'");
    }

    /// <summary>Octets listed as <c>0xbf 0xfe …</c> behind <paramref name="name"/>.</summary>
    public byte[] Octets(string name, int count)
    {
        var match = Regex.Match(Text, Regex.Escape(name) + @":(?<o>(\s+0x[0-9a-fA-F]{2})+)", RegexOptions.CultureInvariant);
        var octets = match.Groups["o"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(static o => (byte)ParseNumber(o)).ToArray();
        return octets.Length == count ? octets : throw Malformed($"lists {octets.Length} octets behind '{name}' where {count} belong");
    }

    /// <summary>The error for a stanza that cannot be understood.</summary>
    public TraceFormatException Malformed(string what) => new($"Line {Line}: '{Headline}' {what}.");

    private static uint ParseNumber(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : uint.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<arrow>[<>])\s(?<rest>(HCI Event|HCI Command|ACL data)\b.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex HeadlinePattern();
}
