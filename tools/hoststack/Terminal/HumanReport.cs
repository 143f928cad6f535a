using System.Globalization;
using System.Text;
using HostStack.Sdp.Client;
using Spectre.Console;

namespace HostStack.Cli.Terminal;

/// <summary>Tells people: a line for each thing that happened, tables at the end; on a screen, colours, and a moving line
/// that says what is under way. Any thread.</summary>
internal sealed class HumanReport : IReport
{
    private const string Frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private const int TimeWidth = 8;
    private const int HostWidth = 6;
    private const int NoteIndent = 2;
    private const int NarrowestText = 20;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(80);
    private static readonly string[] HostColours = ["aqua", "fuchsia", "yellow", "lime", "blue", "orange1", "silver", "salmon1"];

    private readonly Lock _gate = new();
    private readonly ITerminal _terminal;
    private readonly CommandEnvironment _environment;
    private readonly IAnsiConsole _console;
    private readonly Dictionary<string, string> _hosts = [];
    private readonly ITimer? _animation;
    private readonly List<string> _held = [];
    private string? _working;
    private int _pauses;
    private bool _isLineShown;
    private int _frame;

    public HumanReport(CommandEnvironment environment)
    {
        var terminal = environment.Terminal;
        _environment = environment;
        _terminal = terminal;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal.IsInteractive ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = terminal.HasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(terminal.Out),
        });
        _console.Profile.Width = terminal.Width;
        _console.Profile.Capabilities.Unicode = true;
        _animation = terminal.IsInteractive ? environment.Time.CreateTimer(_ => Animate(), null, FrameTime, FrameTime) : null;
    }

    public void Working(string sentence)
    {
        lock (_gate)
        {
            _working = sentence;
            DrawWorkingLine();
        }
    }

    public void Happened(string kind, string sentence, Tone tone, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var host = fields is [(EventReporter.HostField, string name), ..] ? PlainText.Of(name) : null;
        lock (_gate)
        {
            EraseWorkingLine();
            var (mark, colour) = Look(tone);
            var elapsed = _environment.Elapsed.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
            var line = $"[grey]{elapsed.PadLeft(TimeWidth)}[/] [{colour}]{mark}[/] ";
            var indent = TimeWidth + 3;
            if (host is not null)
            {
                line += $"[{ColourOf(host)}]{Markup.Escape(host.PadRight(HostWidth))}[/] ";
                indent += Math.Max(host.Length, HostWidth) + 1;
            }

            var words = Markup.Escape(Wrap(PlainText.Lines(sentence), indent));
            line += tone == Tone.Bad ? $"[red]{words}[/]" : words;
            if (_pauses > 0)
            {
                _held.Add(line);
                return;
            }

            _console.MarkupLine(line);
            DrawWorkingLine();
        }
    }

    public void Note(string kind, string sentence, Tone tone, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        lock (_gate)
        {
            EndWork();
            var (mark, colour) = Look(tone);
            _console.MarkupLine($"[{colour}]{mark}[/] {Markup.Escape(Wrap(PlainText.Lines(sentence), NoteIndent))}");
        }
    }

    public void Clear()
    {
        if (_terminal.IsInteractive)
        {
            lock (_gate)
            {
                // Home, and erase the screen (ECMA-48).
                _terminal.Out.Write("\u001b[H\u001b[2J");
                _isLineShown = false;
            }
        }
    }

    public void Table(string kind, string title, IReadOnlyList<string> columns, IEnumerable<object?[]> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(PlainText.Lines(title)));
        var isNumeric = new bool[columns.Count];
        var cells = new List<string[]>();
        foreach (var row in rows)
        {
            cells.Add([.. row.Select(static value => Markup.Escape(Cell(value)))]);
            for (var i = 0; i < row.Length; i++)
            {
                isNumeric[i] |= row[i] is double or int or long or sbyte;
            }
        }

        // On a narrow screen the widest column gives way, and the headings of the others stay whole.
        var widths = columns.Select((_, i) => cells.Select(row => row[i].Length).DefaultIfEmpty().Max()).ToArray();
        var widest = Array.IndexOf(widths, widths.Max());
        for (var i = 0; i < columns.Count; i++)
        {
            var column = new TableColumn(Markup.Escape(columns[i])) { NoWrap = i != widest };
            table.AddColumn(isNumeric[i] ? column.RightAligned() : column);
        }

        foreach (var row in cells)
        {
            table.AddRow(row);
        }

        lock (_gate)
        {
            EndWork();
            _console.WriteLine();
            _console.Write(table);
        }
    }

    public void Table(string kind, string title, IReadOnlyList<string> columns, IReadOnlyList<ReportRow> rows)
    {
        if (rows.Count > 0)
        {
            Table(kind, title, columns, rows.Select(static row => row.Cells));
        }
    }

    public void Tree(string kind, string title, IEnumerable<ReportTree> roots)
    {
        var tree = new Tree(Markup.Escape(PlainText.Lines(title)));
        foreach (var root in roots)
        {
            Add(tree, root.Root, isRoot: true);
        }

        lock (_gate)
        {
            EndWork();
            _console.WriteLine();
            _console.Write(tree);
        }
    }

    public void Pause()
    {
        lock (_gate)
        {
            EraseWorkingLine();
            _pauses++;
        }
    }

    public void Resume()
    {
        lock (_gate)
        {
            if (--_pauses > 0)
            {
                return;
            }

            foreach (var line in _held)
            {
                _console.MarkupLine(line);
            }

            _held.Clear();
            DrawWorkingLine();
        }
    }

    public void Failed(string sentence, int exitCode)
    {
        lock (_gate)
        {
            EndWork();
            _terminal.Error.WriteLine($"hoststack: {PlainText.Lines(sentence)}");
        }
    }

    public void Dispose()
    {
        _animation?.Dispose();
        lock (_gate)
        {
            EndWork();
        }
    }

    private static void Add(IHasTreeNodes parent, DescriptionNode node, bool isRoot)
    {
        var text = Markup.Escape(PlainText.Lines(node.Text));
        var added = parent.AddNode(isRoot ? $"[bold]{text}[/]" : text);
        foreach (var child in node.Children)
        {
            Add(added, child, isRoot: false);
        }
    }

    private static (string Mark, string Colour) Look(Tone tone) => tone switch
    {
        Tone.Good => ("✓", "green"),
        Tone.Warning => ("!", "yellow"),
        Tone.Bad => ("✗", "red"),
        _ => ("·", "grey"),
    };

    private static string Cell(object? value) => value switch
    {
        null => "–",
        double number => number.ToString("0.000", CultureInfo.InvariantCulture),
        bool flag => flag ? "yes" : "no",
        string text => PlainText.Of(text),
        IEnumerable<string> list => string.Join(' ', list.Select(PlainText.Of)),
        _ => PlainText.Of(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    private string ColourOf(string host)
    {
        if (!_hosts.TryGetValue(host, out var colour))
        {
            colour = HostColours[_hosts.Count % HostColours.Length];
            _hosts.Add(host, colour);
        }

        return colour;
    }

    // Long sentences go on under their own beginning, not under the time.
    private string Wrap(string sentence, int indent)
    {
        var room = _terminal.Width - indent - 1;
        if (sentence.Length <= room || room < NarrowestText)
        {
            return sentence;
        }

        var text = new StringBuilder();
        var column = 0;
        foreach (var word in sentence.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > room)
            {
                text.Append('\n').Append(' ', indent);
                column = 0;
            }
            else if (column > 0)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        return text.ToString();
    }

    private void Animate()
    {
        lock (_gate)
        {
            _frame = (_frame + 1) % Frames.Length;
            if (_isLineShown)
            {
                DrawWorkingLine();
            }
        }
    }

    private void EndWork()
    {
        EraseWorkingLine();
        _working = null;
    }

    private void DrawWorkingLine()
    {
        if (!_terminal.IsInteractive || _working is null || _pauses > 0)
        {
            return;
        }

        EraseWorkingLine();
        var room = _terminal.Width - TimeWidth - 5;
        var sentence = _working.Length > room ? _working[..room] : _working;
        _console.Markup($"{new string(' ', TimeWidth)} [aqua]{Frames[_frame]}[/] [grey]{Markup.Escape(sentence)} …[/]");
        _isLineShown = true;
    }

    private void EraseWorkingLine()
    {
        if (_isLineShown)
        {
            // Return to the first column and erase the line (ECMA-48).
            _terminal.Out.Write("\r\u001b[2K");
            _isLineShown = false;
        }
    }
}
