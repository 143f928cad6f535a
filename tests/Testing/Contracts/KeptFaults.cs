using Microsoft.Extensions.Logging;

namespace HostStack.Testing.Contracts;

/// <summary>A log that keeps the exceptions which it is told of. Any thread.</summary>
public sealed class KeptFaults : ILogger
{
    private readonly List<Exception> _faults = [];

    /// <summary>The exceptions so far, oldest first.</summary>
    public IReadOnlyList<Exception> All
    {
        get
        {
            lock (_faults)
            {
                return [.. _faults];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null)
        {
            lock (_faults)
            {
                _faults.Add(exception);
            }
        }
    }
}
