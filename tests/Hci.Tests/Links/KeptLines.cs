using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Tests.Links;

/// <summary>A log that keeps what it is told, without its details.</summary>
internal sealed class KeptLines : ILogger
{
    private readonly List<(LogLevel Level, string Text)> _lines = [];

    public IEnumerable<string> All => _lines.Select(static line => line.Text);

    public IEnumerable<string> Warnings => _lines.Where(static line => line.Level == LogLevel.Warning).Select(static line => line.Text);

    /// <summary>What the log does with a line, after it was kept: it may throw.</summary>
    public Action<string>? Then { get; set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    // What is told in the order of data would cost the tests of allocations.
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        _lines.Add((logLevel, text));
        Then?.Invoke(text);
    }
}
