using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Cli.Terminal;

/// <summary>What <c>--log LEVEL[=FILE]</c> says.</summary>
/// <param name="Level">The least level that is logged.</param>
/// <param name="Path">The file; null for standard error.</param>
internal sealed record LogChoice(LogLevel Level, string? Path)
{
    public static LogChoice Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var level = (equals < 0 ? text : text[..equals]).ToLowerInvariant() switch
        {
            "trace" => LogLevel.Trace,
            "debug" => LogLevel.Debug,
            "info" or "information" => LogLevel.Information,
            "warning" or "warn" => LogLevel.Warning,
            "error" => LogLevel.Error,
            "critical" => LogLevel.Critical,
            "none" => LogLevel.None,
            _ => throw new FormatException($"--log cannot be '{text}'; write trace, debug, info, warning or error, and =FILE behind it for a file."),
        };
        return equals < 0 || equals + 1 < text.Length
            ? new LogChoice(level, equals < 0 ? null : text[(equals + 1)..])
            : throw new FormatException($"--log '{text}' names no file; write it like debug=hoststack.log.");
    }
}

/// <summary>The log of one run, a line an entry.</summary>
internal sealed class LogOutput : IDisposable
{
    private readonly StreamWriter? _file;

    private LogOutput(ILoggerFactory factory, StreamWriter? file)
    {
        Factory = factory;
        _file = file;
    }

    public ILoggerFactory Factory { get; }

    /// <summary>Opens the log; null gives one that keeps nothing.</summary>
    /// <exception cref="CommandFailedException">The file cannot be written.</exception>
    /// <param name="choice">What is logged, and where to.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isJournal">Whether standard error is the system's journal, which wants priorities and knows the time.</param>
    public static LogOutput Open(LogChoice? choice, TextWriter error, TimeProvider time, bool isJournal = false)
    {
        if (choice is null or { Level: LogLevel.None })
        {
            return new LogOutput(NullLoggerFactory.Instance, null);
        }

        var file = choice.Path is { } path ? Create(path) : null;
        var writer = TextWriter.Synchronized(file ?? error);
        return new LogOutput(
            LoggerFactory.Create(builder => builder.SetMinimumLevel(choice.Level).AddProvider(new LineProvider(writer, time, isJournal && file is null))), file);
    }

    public void Dispose()
    {
        Factory.Dispose();
        _file?.Dispose();
    }

    private static StreamWriter Create(string path)
    {
        try
        {
            return new StreamWriter(path, append: false) { AutoFlush = true };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(
                failure is UnauthorizedAccessException ? ExitCode.NoPermission : ExitCode.CannotCreate,
                $"The log '{path}' cannot be written; name a file in a folder that exists and is yours.",
                failure);
        }
    }

    private sealed class LineProvider(TextWriter writer, TimeProvider time, bool isJournal) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, writer, time, isJournal);

        public void Dispose()
        {
        }
    }

    private sealed class LineLogger(string category, TextWriter writer, TimeProvider time, bool isJournal) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (isJournal)
            {
                WriteToJournal(JournalPriorities.PriorityOf(logLevel).Prefix(), $"{category}: {formatter(state, exception)}", exception);
                return;
            }

            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{time.GetUtcNow():HH:mm:ss.ffffff} {Word(logLevel)} {category}: {formatter(state, exception)}");
            writer.WriteLine(exception is null ? line : $"{line}{Environment.NewLine}{exception}");
        }

        // Each line of an entry carries the priority, and the entry is written at once.
        private void WriteToJournal(string prefix, string line, Exception? exception)
        {
            var text = exception is null ? line : $"{line}\n{exception}";
            writer.WriteLine(prefix + text.ReplaceLineEndings("\n").Replace("\n", Environment.NewLine + prefix, StringComparison.Ordinal));
        }

        private static string Word(LogLevel level) => level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
    }
}
