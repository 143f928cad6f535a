namespace HostStack.Conformance;

/// <summary>One thing that the stack is held to.</summary>
/// <param name="Suite">The suite: BNEP, PAN, SDP, L2CAP, GAP, Attack.</param>
/// <param name="Id">As a test carries it in <c>[Property("Id", …)]</c>.</param>
/// <param name="Later">Why it is not asked for yet; null when it is.</param>
/// <param name="Meaning">What it checks, in our words.</param>
public sealed record ConformanceId(string Suite, string Id, string? Later, string Meaning)
{
    private const string NowScope = "now";
    private const string LaterPrefix = "later: ";
    private const int Fields = 4;

    /// <summary>Whether the id counts: it must be carried, and pass.</summary>
    public bool IsNow => Later is null;

    /// <summary>The scope as the list spells it.</summary>
    public string Scope => Later is null ? NowScope : LaterPrefix + Later;

    /// <summary>Reads a list: suite, id, scope and meaning, a tabulator between; empty lines and those with # are skipped.</summary>
    /// <exception cref="FormatException">A line is not of that form, or an id comes twice.</exception>
    public static IReadOnlyList<ConformanceId> ReadList(TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var ids = new List<ConformanceId>();
        var seen = new HashSet<string>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var id = Parse(line) ?? throw new FormatException(
                $"Line {number} of the id list is not 'suite, id, now or later: why, meaning' by tabulators: {line}");
            if (!seen.Add(id.Id))
            {
                throw new FormatException($"Line {number} of the id list gives {id.Id} a second time.");
            }

            ids.Add(id);
        }

        return ids;
    }

    private static ConformanceId? Parse(string line) =>
        line.Split('\t') switch
        {
            { Length: Fields } fields when fields.Any(string.IsNullOrWhiteSpace) => null,
            [var suite, var id, NowScope, var meaning] => new(suite, id, null, meaning),
            [var suite, var id, var scope, var meaning] when scope.StartsWith(LaterPrefix, StringComparison.Ordinal) =>
                new(suite, id, scope[LaterPrefix.Length..], meaning),
            _ => null,
        };
}
