using Microsoft.Extensions.Logging;

namespace HostStack.Testing;

/// <summary>A log that cannot be written.</summary>
public sealed class ThrowingLog : ILogger
{
    /// <summary>What it throws.</summary>
    public Exception Fault { get; } = new IOException("log");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw Fault;
}
