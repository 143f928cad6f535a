using System.CommandLine;
using System.CommandLine.Parsing;

namespace HostStack.Cli.Commands;

/// <summary>Says in one sentence what is wrong with a command line, and what is near it. Pure.</summary>
internal static class UsageSentence
{
    public static string Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = HelpOf(parsed.CommandResult);
        if (parsed.UnmatchedTokens.Count > 0)
        {
            return OfUnknown(command, parsed.UnmatchedTokens[0], help);
        }

        if (command is not CliCommand && command.Subcommands.Count > 0)
        {
            return $"'{command.Name}' needs a command after it: {string.Join(", ", command.Subcommands.Select(static sub => sub.Name))}.";
        }

        var message = parsed.Errors[0].Message.TrimEnd('.', ' ');

        // Our own parsers bring their remedy; the framework's messages need one.
        return message.Contains(';', StringComparison.Ordinal) ? message + "." : $"{message}; {help} says what it takes.";
    }

    private static string OfUnknown(Command command, string token, string help)
    {
        if (token.StartsWith('-'))
        {
            var options = OptionsOf(command).SelectMany(static option => option.Aliases.Append(option.Name));
            return $"There is no option '{token}' here; {Suggest(token, options) ?? help + " lists them."}";
        }

        if (command.Subcommands.Count > 0)
        {
            return $"There is no command '{token}'; {Suggest(token, command.Subcommands.Select(static sub => sub.Name)) ?? help + " lists them."}";
        }

        return $"'{command.Name}' cannot use '{token}'; {help} says what it takes.";
    }

    private static string? Suggest(string typed, IEnumerable<string> known) =>
        Nearest(typed, known) is { } near ? $"did you mean '{near}'?" : null;

    private static string HelpOf(CommandResult result)
    {
        var names = new List<string> { "--help" };
        for (SymbolResult? node = result; node is not null; node = node.Parent)
        {
            if (node is CommandResult { Command: not RootCommand } command)
            {
                names.Insert(0, command.Command.Name);
            }
        }

        return $"'hoststack {string.Join(' ', names)}'";
    }

    private static IEnumerable<Option> OptionsOf(Command command)
    {
        foreach (var option in command.Options)
        {
            yield return option;
        }

        foreach (var option in command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(static option => option.Recursive))
        {
            yield return option;
        }
    }

    /// <summary>What of the known words is near to what was typed; null where nothing is.</summary>
    internal static string? Nearest(string typed, IEnumerable<string> known)
    {
        var limit = Math.Max(1, typed.Length / 3);
        return known.Select(word => (Word: word, Distance: Distance(typed, word)))
            .Where(candidate => candidate.Distance <= limit)
            .OrderBy(static candidate => candidate.Distance)
            .Select(static candidate => candidate.Word)
            .FirstOrDefault();
    }

    // Optimal string alignment: insertions, deletions, substitutions, swaps of neighbours.
    private static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                table[i, j] = Math.Min(
                    Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[left.Length, right.Length];
    }
}
