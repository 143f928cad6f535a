using HostStack.Cli.Terminal;

namespace HostStack.Cli.Service;

/// <summary>Tells the system's journal: a line on standard error for each thing that happened, with its priority before it in
/// the form of sd-daemon(3), <c>&lt;6&gt;</c>. The journal knows the time itself. Any thread.</summary>
internal sealed class JournalReport(CommandEnvironment environment) : IReport
{
    private readonly Lock _gate = new();

    public void Working(string sentence)
    {
    }

    public void Happened(string kind, string sentence, Tone tone, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var who = fields.Length > 0 && fields[0].Name == EventReporter.HostField ? $"{fields[0].Value}: " : "";
        Write(tone is Tone.Bad or Tone.Warning ? JournalPriority.Warning : JournalPriority.Information, who + sentence);
    }

    public void Note(string kind, string sentence, Tone tone, params ReadOnlySpan<(string Name, object? Value)> fields) =>
        Happened(kind, sentence, tone, fields);

    public void Clear()
    {
    }

    public void Table(string kind, string title, IReadOnlyList<string> columns, IEnumerable<object?[]> rows)
    {
        foreach (var row in rows)
        {
            var cells = columns.Zip(row, static (name, value) => string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{name} {(value is string text ? PlainText.Of(text) : value ?? "-")}"));
            Write(JournalPriority.Information, $"{title}: {string.Join(", ", cells)}");
        }
    }

    public void Table(string kind, string title, IReadOnlyList<string> columns, IReadOnlyList<ReportRow> rows) =>
        Table(kind, title, columns, rows.Select(static row => row.Cells));

    public void Tree(string kind, string title, IEnumerable<ReportTree> roots)
    {
        foreach (var root in roots)
        {
            Write(JournalPriority.Information, $"{title}: {root.Root.Text}");
        }
    }

    public void Pause()
    {
    }

    public void Resume()
    {
    }

    public void Failed(string sentence, int exitCode) => Write(JournalPriority.Error, sentence);

    public void Dispose()
    {
    }

    private void Write(JournalPriority priority, string text)
    {
        lock (_gate)
        {
            foreach (var line in PlainText.Lines(text).Split('\n'))
            {
                environment.Terminal.Error.WriteLine(priority.Prefix() + line);
            }
        }
    }
}
