using System.Text;
using System.Threading.Channels;

namespace HostStack.Cli.Terminal;

/// <summary>The terminal of this process.</summary>
internal sealed class ProcessTerminal : ITerminal, IDisposable
{
    private const int TypedAhead = 16;
    private const int LeastWidth = 40;
    private const int NoScreen = 10_000;

    private readonly Lock _gate = new();
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(TypedAhead);
    private readonly StreamWriter _out;
    private Thread? _reader;

    public ProcessTerminal()
    {
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        _out = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
        IsInteractive = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        HasColours = IsInteractive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        CanAsk = !Console.IsInputRedirected && !(Console.IsOutputRedirected && Console.IsErrorRedirected);
    }

    public TextWriter Out => _out;

    public TextWriter Error => Console.Error;

    public bool IsInteractive { get; }

    public bool HasColours { get; }

    public int Width => IsInteractive ? Math.Max(LeastWidth, Console.WindowWidth) : NoScreen;

    public bool CanAsk { get; }

    // CanAsk says that one of the two is a screen.
    public void Show(string text) => (Console.IsErrorRedirected ? Out : Error).Write(text);

    public void DiscardTyped()
    {
        lock (_gate)
        {
            if (_reader is null)
            {
                while (Console.KeyAvailable)
                {
                    Console.ReadKey(intercept: true);
                }
            }
        }

        while (_lines.Reader.TryRead(out _))
        {
            // Typed ahead: an old "y" must not say yes to a device that comes later.
        }
    }

    public async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        StartReading();
        try
        {
            return await _lines.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public void Dispose() => _out.Dispose();

    // Reading a console cannot be cancelled: a thread that dies with the process does it.
    private void StartReading()
    {
        lock (_gate)
        {
            if (_reader is null)
            {
                _reader = new Thread(ReadLines) { IsBackground = true, Name = "terminal" };
                _reader.Start();
            }
        }
    }

    private void ReadLines()
    {
        while (Console.In.ReadLine() is { } line)
        {
            // What is typed beyond the bound was no answer to any question.
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.TryComplete();
    }
}
