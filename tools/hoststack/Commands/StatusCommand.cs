using System.CommandLine;
using HostStack.Cli.Options;
using HostStack.Cli.Status;
using HostStack.Cli.Terminal;

namespace HostStack.Cli.Commands;

/// <summary><c>hoststack status</c>: how a running hoststack stands.</summary>
internal sealed class StatusCommand : CliCommand
{
    private readonly Option<string?> _socket = new("--socket")
    {
        Description = "The status socket. Default: that of the one hoststack that runs.",
        HelpName = "PATH",
    };

    private readonly Option<bool> _watch = new("--watch") { Description = "Show it again and again until Ctrl-C." };

    private readonly Option<TimeSpan?> _interval = new("--interval")
    {
        Description = "The time between two looks of --watch. Default: 2.",
        HelpName = "SECONDS",
        CustomParser = OptionParsers.Seconds("--interval"),
    };

    public StatusCommand()
        : base("status", "Show controllers, links, networks, rates and refusals of a running hoststack.")
    {
        Add(_socket);
        Add(_watch);
        Add(_interval);
    }

    public override bool HasHost => false;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        var socket = arguments.GetValue(_socket);
        if (socket is null)
        {
            var found = await StatusSearch.RunAsync(context.Environment, stop);
            foreach (var (path, sentence) in found.Troubles)
            {
                context.Report.Note("status-trouble", sentence, Tone.Bad, ("socket", path), ("reason", sentence));
            }

            if (found.Hosts.Count > 1)
            {
                TellSeveral(context.Report, found.Hosts);
                return ExitCode.Success;
            }

            socket = found.Hosts[0].Path;
        }

        if (!arguments.GetValue(_watch))
        {
            context.Report.Tell(await StatusClient.AskAsync(socket, context.Time, stop));
            return ExitCode.Success;
        }

        while (!stop.IsCancellationRequested)
        {
            var status = await StatusClient.AskAsync(socket, context.Time, stop);
            context.Report.Clear();
            context.Report.Tell(status);
            await Sessions.Serving.WaitAsync(context, arguments.GetValue(_interval) ?? TimeSpan.FromSeconds(2), stop);
        }

        return ExitCode.Success;
    }

    private static void TellSeveral(IReport report, IReadOnlyList<RunningHost> found)
    {
        report.Table(
            "running",
            "Running: choose one with --socket",
            ["Process", "Command", "Up", "Socket"],
            [.. found.Select(static host => new ReportRow(
                [host.Status.Process, host.Status.Command, StatusView.Time(host.Status.Uptime), host.Path],
                ("process", host.Status.Process),
                ("command", host.Status.Command),
                ("uptime", host.Status.Uptime),
                ("controllers", host.Status.Controllers.Select(static controller => controller.Uri)),
                ("socket", host.Path)))]);
    }
}
