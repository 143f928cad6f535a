using System.CommandLine;
using HostStack.Cli.Commands;
using HostStack.Cli.Options;
using HostStack.Cli.Terminal;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli;

/// <summary>The command line as an instance: parses arguments, runs one command, turns every failure into one sentence and
/// an exit code.</summary>
/// <remarks>A further command is a class on <see cref="CliCommand"/> and a line in <see cref="CreateCommands"/>.</remarks>
internal sealed partial class CommandLine(CommandEnvironment environment)
{
    private const string Description = """
        A Bluetooth host in managed code: networks over Bluetooth (PAN) on raw HCI, without the system's own Bluetooth.

        Exit codes:
          0    done; a served network that was ended by Ctrl-C or --for is done
          1    tried and failed: nobody answered, a ping was lost
          3    refused, by the peer or by a rule here
          64   the command line cannot be understood
          66   a file cannot be read
          69   the controller is not there, or was lost
          70   a fault of hoststack itself
          73   a file cannot be written, or a network interface cannot be made
          77   the system does not allow it
          78   the configuration cannot be used
          130  ended by Ctrl-C before it was done
        """;

    // "hoststack --config FILE" is what one expects of a service.
    private const string RunCommandName = "run";

    private readonly GlobalOptions _globals = new();

    /// <summary>Runs a command.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="stop">Ctrl-C: the command ends in good order.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken stop)
    {
        var root = CreateRoot();
        var parsed = root.Parse(arguments switch
        {
            [] => ["--help"],
            [var first, ..] when first == RunCommand.ConfigOption || first.StartsWith(RunCommand.ConfigOption + "=", StringComparison.Ordinal) =>
                [RunCommandName, .. arguments],
            _ => arguments,
        });
        if (parsed.Errors.Count > 0)
        {
            return Fail(UsageSentence.Of(parsed), ExitCode.Usage, arguments.Contains("--json"));
        }

        // No default handlers: failures and Ctrl-C are this class's own.
        var configuration = new InvocationConfiguration
        {
            Output = environment.Terminal.Out,
            Error = environment.Terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration, stop);
    }

    private static Command[] CreateCommands() =>
    [
        new DemoCommand(),
        new ServeCommand(Pan.PanRole.Gn),
        new ServeCommand(Pan.PanRole.Nap),
        new PanuCommand(),
        new RunCommand(),
        new StatusCommand(),
        new ControllersCommand(),
        new ScanCommand(),
        new PairCommand(),
        new SdpCommand(),
        new Command("virtual", "Simulated Bluetooth controllers.") { new VirtualServeCommand() },
        new ReplayCommand(),
    ];

    private RootCommand CreateRoot()
    {
        var root = new RootCommand(Description);
        _globals.AddTo(root);
        foreach (var command in CreateCommands())
        {
            Bind(command);
            root.Add(command);
        }

        return root;
    }

    private void Bind(Command command)
    {
        if (command is CliCommand runnable)
        {
            runnable.SetAction((parsed, stop) => RunAsync(runnable, parsed, stop));
        }

        foreach (var child in command.Subcommands)
        {
            Bind(child);
        }
    }

#pragma warning disable CA1031 // Whatever goes wrong ends here, as one sentence and an exit code.
    private async Task<int> RunAsync(CliCommand command, ParseResult parsed, CancellationToken stop)
    {
        using var report = CreateReport(parsed.GetValue(_globals.Json));
        try
        {
            if (!command.HasHost && parsed.GetValue(_globals.Btsnoop) is not null)
            {
                throw new CommandFailedException(
                    ExitCode.Usage, $"'{command.Name}' runs no host whose packets could be captured; give --btsnoop to the command that does.");
            }

            await using var context = CommandContext.Create(environment, report, _globals, parsed);
            var logger = context.Loggers.CreateLogger("HostStack.Cli");
            try
            {
                return await command.RunAsync(parsed, context, stop);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailure(logger, failure);
                throw;
            }
        }
        catch (Exception failure)
        {
            var (sentence, exitCode) = FailureSentence.Of(failure, stop.IsCancellationRequested);
            report.Failed(sentence, exitCode);
            return exitCode;
        }
    }
#pragma warning restore CA1031

    private IReport CreateReport(bool json) =>
        json ? new JsonReport(environment)
        : environment.IsJournal ? new Service.JournalReport(environment)
        : new HumanReport(environment);

    private int Fail(string sentence, int exitCode, bool json)
    {
        using var report = CreateReport(json);
        report.Failed(sentence, exitCode);
        return exitCode;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The command failed.")]
    private static partial void LogFailure(ILogger log, Exception failure);
}
