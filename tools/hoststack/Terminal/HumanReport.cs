using System.Globalization;
using Spectre.Console;

namespace HostStack.Cli.Terminal;

/// <summary>Tells people: a line for each thing that happened, tables at the end, colour and a moving line where the
/// output is a terminal.</summary>
internal sealed class HumanReport(IAnsiConsole console, TextWriter error, TimeProvider time) : IReport
{
    private readonly long _start = time.GetTimestamp();
    private bool _hasWorkingLine;

    public void Working(string sentence)
    {
        if (console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal)
        {
            EraseWorkingLine();
            console.Markup($"[grey]  … {Markup.Escape(sentence)}[/]");
            _hasWorkingLine = true;
        }
    }

    public void Happened(string kind, string sentence, Tone tone, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        EraseWorkingLine();
        var (mark, colour) = tone switch
        {
            Tone.Good => ("✓", "green"),
            Tone.Warning => ("!", "yellow"),
            Tone.Bad => ("✗", "red"),
            _ => ("·", "default"),
        };
        var elapsed = time.GetElapsedTime(_start).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture).PadLeft(8);
        console.MarkupLine($"[grey]{elapsed}[/] [{colour}]{mark}[/] {Markup.Escape(sentence)}");
    }

    public void Table(string kind, string title, IReadOnlyList<string> columns, IEnumerable<object?[]> rows)
    {
        EraseWorkingLine();
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title));
        foreach (var column in columns)
        {
            table.AddColumn(Markup.Escape(column));
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(static value => Markup.Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""))]);
        }

        console.WriteLine();
        console.Write(table);
    }

    public void Failed(string sentence, int exitCode)
    {
        EraseWorkingLine();
        error.WriteLine($"hoststack: {sentence}");
    }

    private void EraseWorkingLine()
    {
        if (_hasWorkingLine)
        {
            // Return to the first column and erase the line (ECMA-48).
            console.Profile.Out.Writer.Write("\r\u001b[2K");
            _hasWorkingLine = false;
        }
    }
}
