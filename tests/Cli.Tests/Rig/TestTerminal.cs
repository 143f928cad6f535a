using System.Text;
using System.Threading.Channels;
using HostStack.Cli.Terminal;

namespace HostStack.Cli.Tests.Rig;

/// <summary>A terminal whose lines a test can wait for, and whose person types what the test says.</summary>
internal sealed class TestTerminal : ITerminal
{
    private readonly Channel<string> _typed = Channel.CreateBounded<string>(16);
    private readonly StringBuilder _shown = new();

    public LineWriter Lines { get; } = new();

    public LineWriter Errors { get; } = new();

    public TextWriter Out => Lines;

    public TextWriter Error => Errors;

    public bool IsInteractive { get; init; }

    public bool HasColours { get; init; }

    public int Width { get; init; } = 10_000;

    public bool CanAsk { get; init; }

    /// <summary>What only the person saw.</summary>
    public string Shown
    {
        get
        {
            lock (_shown)
            {
                return _shown.ToString();
            }
        }
    }

    public void Type(string line) => _typed.Writer.TryWrite(line);

    public void Show(string text)
    {
        lock (_shown)
        {
            _shown.Append(text);
        }
    }

    /// <summary>What the test typed is meant for the next question, so that a test need not wait for it.</summary>
    public void DiscardTyped()
    {
    }

    public async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await _typed.Reader.ReadAsync(cancellationToken);
}

/// <summary>Collects text by lines, and ends waits for a line as it comes. Any thread.</summary>
internal sealed class LineWriter : TextWriter
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waits = [];

    public override Encoding Encoding => Encoding.UTF8;

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The first line that is wanted, as soon as it is there.</summary>
    public Task<string> WaitAsync(Func<string, bool> wanted)
    {
        lock (_gate)
        {
            if (_lines.Find(new Predicate<string>(wanted)) is { } line)
            {
                return Task.FromResult(line);
            }

            var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((wanted, found));
            return found.Task;
        }
    }

    public override void Write(char value)
    {
        lock (_gate)
        {
            if (value != '\n')
            {
                _text.Append(value);
                return;
            }

            var line = _text.ToString().TrimEnd('\r');
            _text.Clear();
            _lines.Add(line);
            foreach (var wait in _waits.Where(wait => wait.Wanted(line)))
            {
                wait.Found.TrySetResult(line);
            }
        }
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return string.Join('\n', _lines) + (_text.Length > 0 ? "\n" + _text : "");
        }
    }
}
