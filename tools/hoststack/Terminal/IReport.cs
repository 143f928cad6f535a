using HostStack.Sdp.Client;

namespace HostStack.Cli.Terminal;

/// <summary>Where a command tells what happens: sentences for people, or one JSON object a line for programs.</summary>
internal interface IReport : IDisposable
{
    /// <summary>Something is under way; shown until the next call. Programs do not see it.</summary>
    void Working(string sentence);

    /// <summary>Something happened.</summary>
    /// <param name="kind">Its name for programs, <c>peer-joined</c>.</param>
    /// <param name="sentence">It for people.</param>
    /// <param name="tone">Whether it is good news.</param>
    /// <param name="fields">Its facts for programs.</param>
    void Happened(string kind, string sentence, Tone tone, params ReadOnlySpan<(string Name, object? Value)> fields);

    /// <summary>Something is so; unlike what happened, it has no time.</summary>
    /// <param name="kind">Its name for programs.</param>
    /// <param name="sentence">It for people.</param>
    /// <param name="tone">Whether it is good news.</param>
    /// <param name="fields">Its facts for programs.</param>
    void Note(string kind, string sentence, Tone tone, params ReadOnlySpan<(string Name, object? Value)> fields);

    /// <summary>What was shown is old: on a screen it is wiped.</summary>
    void Clear();

    /// <summary>A table.</summary>
    /// <param name="kind">The name of a row for programs.</param>
    /// <param name="title">The heading for people.</param>
    /// <param name="columns">Column headings; for programs, the field names.</param>
    /// <param name="rows">The rows, a value for each column.</param>
    void Table(string kind, string title, IReadOnlyList<string> columns, IEnumerable<object?[]> rows);

    /// <summary>A table whose rows tell programs more than people.</summary>
    /// <param name="kind">The name of a row for programs.</param>
    /// <param name="title">The heading for people.</param>
    /// <param name="columns">Column headings.</param>
    /// <param name="rows">The rows; without any, people are shown nothing.</param>
    void Table(string kind, string title, IReadOnlyList<string> columns, IReadOnlyList<ReportRow> rows);

    /// <summary>A tree, one for each root.</summary>
    /// <param name="kind">The name of a root for programs.</param>
    /// <param name="title">The heading for people.</param>
    /// <param name="roots">The roots, with facts for programs.</param>
    void Tree(string kind, string title, IEnumerable<ReportTree> roots);

    /// <summary>Leaves the terminal to somebody else, for a question; people are told what happens meanwhile later.</summary>
    void Pause();

    /// <summary>Takes the terminal back.</summary>
    void Resume();

    /// <summary>The command failed: one sentence with the remedy.</summary>
    void Failed(string sentence, int exitCode);
}

/// <summary>A row of a table.</summary>
/// <param name="Cells">A value for each column, for people.</param>
/// <param name="Fields">The facts for programs.</param>
internal sealed record ReportRow(object?[] Cells, params (string Name, object? Value)[] Fields);

/// <summary>A tree of lines.</summary>
/// <param name="Root">The lines for people.</param>
/// <param name="Fields">The facts for programs.</param>
internal sealed record ReportTree(DescriptionNode Root, params (string Name, object? Value)[] Fields);

/// <summary>The colour of a line.</summary>
internal enum Tone
{
    /// <summary>Plain.</summary>
    Plain = 0,

    /// <summary>A step succeeded.</summary>
    Good,

    /// <summary>Worth attention; the command goes on.</summary>
    Warning,

    /// <summary>Refused or failed.</summary>
    Bad,
}
