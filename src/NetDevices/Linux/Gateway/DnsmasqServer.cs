using System.Globalization;
using HostStack.NetDevices.Interfaces;
using Microsoft.Extensions.Logging;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>A dnsmasq of our own: started, read, started again with growing waits where it dies, ended with us.</summary>
internal sealed partial class DnsmasqServer : IAsyncDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    // What ran for so long died of something else than its start.
    private static readonly TimeSpan StableTime = TimeSpan.FromMinutes(1);

    private readonly IReadOnlyList<string> _command;
    private readonly string? _namespace;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource _serving = NewSignal();
    private OwnedProcess? _process;
    private string _lastLine = "";
    private Task _keeping = Task.CompletedTask;

    private DnsmasqServer(IReadOnlyList<string> command, string? networkNamespace, TimeProvider time, ILogger log)
    {
        _command = command;
        _namespace = networkNamespace;
        _time = time;
        _log = log;
    }

    /// <summary>Raised for each granted address, on the server's thread.</summary>
    public event Action<DhcpLease>? LeaseGranted;

    /// <summary>Raised where the server died, with what it said and the wait before it is started again.</summary>
    public event Action<string, TimeSpan>? Died;

    /// <summary>Raised for each further process.</summary>
    public event Action<ProcessIdentity>? Restarted;

    /// <summary>The process that serves.</summary>
    public ProcessIdentity? Identity => _process?.Identity;

    /// <summary>Starts the server, and waits until it serves.</summary>
    /// <param name="command">The command line, the program first.</param>
    /// <param name="networkNamespace">Its namespace; null: this process's.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="log">Takes its lines.</param>
    /// <exception cref="NetDeviceException">It ended instead.</exception>
    public static async Task<DnsmasqServer> StartAsync(
        IReadOnlyList<string> command, string? networkNamespace, TimeProvider time, ILogger log)
    {
        var server = new DnsmasqServer(command, networkNamespace, time, log);
        var process = await server.StartProcessAsync();
        await Task.WhenAny(server._serving.Task, process.Completion);
        if (process.Completion.IsCompleted)
        {
            var exitCode = process.ExitCode;
            await process.DisposeAsync();
            throw new NetDeviceException(string.Create(
                CultureInfo.InvariantCulture,
                $"dnsmasq ended at once (exit code {exitCode}): {server._lastLine.TrimEnd('.')}. Where another server has the port, end it; without DHCP of ours, use --no-dhcp."));
        }

        server._keeping = server.KeepAsync();
        return server;
    }

    /// <summary>The wait before an attempt.</summary>
    /// <param name="deaths">How often it died in a row, from 1.</param>
    internal static TimeSpan WaitAfter(int deaths) =>
        TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, FirstWait.Ticks << Math.Min(deaths - 1, 10)));

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        try
        {
            await _keeping;
        }
        finally
        {
            if (_process is { } process)
            {
                await process.DisposeAsync();
            }

            _closing.Dispose();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<OwnedProcess> StartProcessAsync()
    {
        _serving = NewSignal();
        return _process = await OwnedProcess.StartAsync(_command, _namespace, Read, _time);
    }

    private async Task KeepAsync()
    {
        var deaths = 0;
        try
        {
            while (true)
            {
                var started = _time.GetTimestamp();
                await _process!.Completion.WaitAsync(_closing.Token);
                deaths = _time.GetElapsedTime(started) >= StableTime ? 1 : Math.Max(deaths, 1);
                do
                {
                    var wait = WaitAfter(deaths);
                    LogDied(_log, _lastLine, wait);
                    Died?.Invoke(_lastLine, wait);
                    await Task.Delay(wait, _time, _closing.Token);
                }
                while (!await TryAgainAsync(deaths++));
            }
        }
        catch (OperationCanceledException)
        {
            // Ended by us.
        }
    }

    private async Task<bool> TryAgainAsync(int attempt)
    {
        try
        {
            if (_process is { } dead)
            {
                _process = null;
                await dead.DisposeAsync();
            }

            var process = await StartProcessAsync();
            LogRestarted(_log, attempt, process.Identity.Id);
            Restarted?.Invoke(process.Identity);
            return true;
        }
        catch (NetDeviceException refused)
        {
            _lastLine = refused.Message;
            return false;
        }
    }

    private void Read(string line)
    {
        _lastLine = DnsmasqLog.Text(line);
        LogLine(_log, _lastLine);
        if (DnsmasqLog.IsStarted(line))
        {
            _serving.TrySetResult();
        }
        else if (DnsmasqLog.TryParseLease(line, out var lease))
        {
            LeaseGranted?.Invoke(lease!);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "dnsmasq: {Line}")]
    private static partial void LogLine(ILogger log, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "dnsmasq ended: {Line}; it is started again in {Wait}.")]
    private static partial void LogDied(ILogger log, string line, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Information, Message = "dnsmasq runs again after {Attempt} attempts, as process {Process}.")]
    private static partial void LogRestarted(ILogger log, int attempt, int process);
}
