using System.Text.RegularExpressions;

namespace HostStack.Hci.Tests.Packaging;

/// <summary>Rules of udev as far as ours go: matches by == and != with patterns, GOTO and LABEL, assignments by = and
/// += (udev(7)).</summary>
internal sealed partial class UdevRules(string[] lines)
{
    private readonly (string Key, string Operator, string Value)[][] _rules =
        [.. lines.Where(static line => line.Length > 0 && line[0] != '#').Select(Parse)];

    /// <summary>What the rules assign for a device: <c>GROUP=hoststack</c>, <c>TAG+=uaccess</c>.</summary>
    public List<string> Apply(IReadOnlyDictionary<string, string> device)
    {
        var assigned = new List<string>();
        for (var i = 0; i < _rules.Length; i++)
        {
            if (!_rules[i].Where(static item => IsMatch(item.Operator)).All(item => Matches(item, device)))
            {
                continue;
            }

            foreach (var (key, op, value) in _rules[i].Where(static item => !IsMatch(item.Operator)))
            {
                if (key == "GOTO")
                {
                    var label = Array.FindIndex(_rules, i + 1, rule => rule is [("LABEL", "=", var name), ..] && name == value);
                    Assert.That(label, Is.GreaterThan(i), $"the label {value} is further down");
                    i = label;
                }
                else if (key != "LABEL")
                {
                    assigned.Add($"{key}{op}{value}");
                }
            }
        }

        return assigned;
    }

    private static bool IsMatch(string op) => op is "==" or "!=";

    private static bool Matches((string Key, string Operator, string Value) item, IReadOnlyDictionary<string, string> device)
    {
        var actual = device.GetValueOrDefault(item.Key, "");
        var matches = item.Value.Split('|').Any(pattern =>
            Regex.IsMatch(actual, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.CultureInvariant));
        return matches == (item.Operator == "==");
    }

    private static (string Key, string Operator, string Value)[] Parse(string line)
    {
        var items = Item().Matches(line);
        Assert.That(string.Join(", ", items.Select(static item => item.Value)), Is.EqualTo(line), "a line is items with commas between");
        return [.. items.Select(static item => (item.Groups["key"].Value, item.Groups["op"].Value, item.Groups["value"].Value))];
    }

    [GeneratedRegex("(?<key>[A-Z]+(?:\\{[A-Za-z_]+\\})?)(?<op>==|!=|\\+=|=)\"(?<value>[^\"]*)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Item();
}
