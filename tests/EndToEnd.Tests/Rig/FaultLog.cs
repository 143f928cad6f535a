using Microsoft.Extensions.Logging;

namespace HostStack.EndToEnd.Tests.Rig;

/// <summary>Keeps warnings and errors of all hosts: an error is a fault that no octet from outside may cause.</summary>
internal sealed class FaultLog : ILoggerFactory
{
    private const int Kept = 200;

    public List<string> Faults { get; } = [];

    public Queue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
        // One sink is enough.
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Logger(FaultLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel < LogLevel.Warning)
            {
                return;
            }

            var line = $"{logLevel} {category}: {formatter(state, exception)} {exception}";
            if (exception is not null && logLevel >= LogLevel.Error)
            {
                log.Faults.Add(line);
            }

            log.Lines.Enqueue(line);
            if (log.Lines.Count > Kept)
            {
                log.Lines.Dequeue();
            }
        }
    }
}
