using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Service;

/// <summary>Tells the service manager how the service stands, by the protocol of sd_notify(3): datagrams of
/// <c>NAME=value</c> lines to the socket in <c>$NOTIFY_SOCKET</c>. Where there is none, nothing is told. Any thread.</summary>
internal sealed partial class ServiceNotifier : IDisposable
{
    private const int LongestStatus = 512;

    // A manager that does not read must not keep the service from its end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _manager;
    private readonly ILogger _log;
    private string _status = "";
    private bool _isStopping;

    private ServiceNotifier(Socket? socket, UnixDomainSocketEndPoint? manager, TimeSpan? watchdog, ILogger log)
    {
        _socket = socket;
        _manager = manager;
        _log = log;
        Watchdog = watchdog;
    }

    /// <summary>Within this time the manager wants a sign of life; null: it does not.</summary>
    public TimeSpan? Watchdog { get; }

    /// <summary>Reads what the service manager gave to this process.</summary>
    public static ServiceNotifier FromEnvironment(Func<string, string?> variable, ILogger log)
    {
        // Sockets of AF_VSOCK (for virtual machines) are not ours; an abstract one has a zero octet for the "@".
        var address = variable("NOTIFY_SOCKET");
        if (OperatingSystem.IsWindows() || address is not (['/', ..] or ['@', _, ..]))
        {
            return new ServiceNotifier(null, null, null, log);
        }

        try
        {
            var manager = new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address);
            var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
            {
                SendTimeout = (int)Patience.TotalMilliseconds,
            };
            return new ServiceNotifier(socket, manager, WatchdogTime(variable), log);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            LogUnused(log, address, failure);
            return new ServiceNotifier(null, null, null, log);
        }
    }

    /// <summary>The service is up.</summary>
    /// <param name="status">How it stands, a line.</param>
    public void Ready(string status)
    {
        lock (_gate)
        {
            _status = OneLine(status);
            Send($"READY=1\nSTATUS={_status}");
        }
    }

    /// <summary>How the service stands, a line; told where it changed.</summary>
    public void Status(string status)
    {
        lock (_gate)
        {
            if (!_isStopping && OneLine(status) is var line && line != _status)
            {
                _status = line;
                Send($"STATUS={line}");
            }
        }
    }

    /// <summary>The service is alive.</summary>
    public void Alive() => Send("WATCHDOG=1");

    /// <summary>The service ends.</summary>
    public void Stopping()
    {
        lock (_gate)
        {
            _isStopping = true;
            Send("STOPPING=1\nSTATUS=ending");
        }
    }

    public void Dispose() => _socket?.Dispose();

    // sd_watchdog_enabled(3): the process that is meant, and microseconds.
    private static TimeSpan? WatchdogTime(Func<string, string?> variable)
    {
        var process = variable("WATCHDOG_PID");
        var isOurs = string.IsNullOrEmpty(process) || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isOurs && long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds is > 0 and < long.MaxValue / TimeSpan.TicksPerMicrosecond
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
    }

    private static string OneLine(string text)
    {
        text = text.ReplaceLineEndings(" ");
        return text.Length <= LongestStatus ? text : text[..LongestStatus];
    }

    private void Send(string assignments)
    {
        try
        {
            _socket?.SendTo(Encoding.UTF8.GetBytes(assignments), _manager!);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // A manager that went away takes nothing from the service.
            LogUntold(_log, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The service manager's socket '{Address}' cannot be used.")]
    private static partial void LogUnused(ILogger log, string address, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The service manager could not be told.")]
    private static partial void LogUntold(ILogger log, Exception failure);
}
