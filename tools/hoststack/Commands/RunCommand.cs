using System.CommandLine;
using HostStack.Cli.Configuration;
using HostStack.Cli.Service;
using HostStack.Cli.Terminal;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Commands;

/// <summary><c>hoststack run --config FILE</c>: serves and joins what a file says, as a service.</summary>
internal sealed class RunCommand : CliCommand
{
    /// <summary>The option's name; <c>hoststack --config FILE</c> means the same command.</summary>
    public const string ConfigOption = "--config";

    private readonly Option<string> _file = new(ConfigOption)
    {
        Description = "The configuration, JSON with comments; docs/service.md says what it holds.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<bool> _check = new("--check") { Description = "Say what is wrong with the configuration, and end." };

    public RunCommand()
        : base("run", "Run as a service: controllers, networks and connections from a configuration, until told to end.")
    {
        Add(_file);
        Add(_check);
    }

    public override Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        var path = arguments.GetValue(_file)!;
        var configuration = ConfigurationFile.Read(path);
        CheckControllers(configuration, context);
        if (arguments.GetValue(_check))
        {
            var networks = configuration.Controllers.Sum(static controller => controller.Networks.Count);
            var connections = configuration.Controllers.Sum(static controller => controller.Connections.Count);
            context.Report.Note(
                "configuration",
                $"'{path}' is good: {Count(configuration.Controllers.Count, "controller")}, {Count(networks, "network")}, {Count(connections, "connection")}",
                Tone.Good,
                ("file", path),
                ("controllers", configuration.Controllers.Count),
                ("networks", networks),
                ("connections", connections));
            return Task.FromResult(ExitCode.Success);
        }

        if (configuration.Log.Level != LogLevel.None)
        {
            context.LogTo(new LogChoice(configuration.Log.Level, configuration.Log.File is { } file ? configuration.Resolve(file) : null));
        }

        return new ServiceRun(configuration, context).RunAsync(stop);
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    // Which forms of URI there are is this program's knowledge, and not the file's.
    private static void CheckControllers(ServiceConfiguration configuration, CommandContext context)
    {
        var errors = new ConfigurationErrors(configuration.File);
        foreach (var controller in configuration.Controllers)
        {
            try
            {
                context.Sources.Open(controller.Uri);
            }
            catch (FormatException wrong)
            {
                errors.Add(controller.Source.PositionOf("uri"), $"{controller.PathOf("uri")}: {wrong.Message}");
            }
        }

        if (!errors.IsEmpty)
        {
            throw new ConfigurationException(errors.All);
        }
    }
}
