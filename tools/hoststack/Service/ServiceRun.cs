using HostStack.Cli.Commands;
using HostStack.Cli.Configuration;
using HostStack.Cli.Sessions;
using HostStack.Cli.Status;
using HostStack.Cli.Terminal;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Service;

/// <summary>Runs what a configuration says until told to end, and keeps the service manager informed.</summary>
internal sealed class ServiceRun(ServiceConfiguration configuration, CommandContext context)
{
    private ControllerService[] _services = [];

    /// <summary>Runs until told to end.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        using var notifier = ServiceNotifier.FromEnvironment(context.Environment.Variable, context.Loggers.CreateLogger("HostStack.Service"));
        var socket = configuration.StatusSocket is { } path ? configuration.Resolve(path) : null;
        await using var offer = StatusOffer.Begin(context, "run", socket);
        _services = [.. configuration.Controllers.Select(
            section => new ControllerService(section, configuration, context, () => notifier.Status(Summary())))];
        foreach (var service in _services)
        {
            offer?.Board.Add(service);
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var stopping = end.Token.Register(notifier.Stopping);
        var running = _services.Select(service => RunAsync(service, end)).ToArray();
        await Task.WhenAll(_services.Select(static service => service.Tried));
        if (!end.IsCancellationRequested)
        {
            notifier.Ready(Summary());
            context.Report.Happened("ready", $"ready: {Summary()}", Tone.Good, ("status", Summary()), ("socket", offer?.Path));
            context.Report.Working("serving; Ctrl-C ends it");
        }

        using var watchdog = notifier.Watchdog is { } within
            ? new Watchdog(context.Time, within, ProbeAsync, notifier.Alive)
            : null;
        await Task.WhenAll(running);
        return ExitCode.Success;
    }

    // What ends one for good ends all: the service manager starts the whole anew.
    private static async Task RunAsync(ControllerService service, CancellationTokenSource end)
    {
        try
        {
            await service.RunAsync(end.Token);
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    private string Summary() => string.Join("; ", _services.Select(static service => service.State.ToString()));

    private Task ProbeAsync() => Task.WhenAll(_services.Select(static service => service.ProbeAsync()));
}
