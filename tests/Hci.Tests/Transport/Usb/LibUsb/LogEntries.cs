using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>What was logged: level and sentence.</summary>
internal sealed class LogEntries : ILogger
{
    private readonly ConcurrentQueue<string> _all = new();

    public IEnumerable<string> All => _all;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _all.Enqueue($"{logLevel} {formatter(state, exception)}");
}
