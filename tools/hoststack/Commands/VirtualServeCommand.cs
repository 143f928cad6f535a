using System.CommandLine;
using HostStack.Cli.Options;
using HostStack.Cli.Sessions;
using HostStack.Cli.Terminal;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Transport;
using Microsoft.Extensions.Logging;
using SimulatedOptions = HostStack.VirtualController.Controllers.ControllerOptions;

namespace HostStack.Cli.Commands;

/// <summary><c>hoststack virtual serve</c>: a simulated radio whose controllers any host can open by H4.</summary>
internal sealed class VirtualServeCommand : CliCommand
{
    private const string UnixScheme = "h4:unix:";

    private readonly Option<string> _listen = new("--listen")
    {
        Description = "Where hosts connect: h4:unix:/path, or h4:tcp:127.0.0.1:PORT (port 0 takes a free one). Each connection gets a controller.",
        HelpName = "URI",
        Required = true,
    };

    private readonly Option<SimulatedOptions[]> _controllers = new("--controllers")
    {
        Description = "Controllers in the order in which hosts get them: an address, or NAME=ADDRESS. Further ones are made from the seed.",
        HelpName = "ADDRESS",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = static result => OptionParsers.ParseAll(result, ParseController),
    };

    private readonly Option<bool> _dualMode = new("--dual-mode")
    {
        Description = "Controllers say that they know LE too, and answer its commands; there is no LE air, so nobody is heard there.",
    };

    private readonly RadioChoices _radio = new();

    public VirtualServeCommand()
        : base("serve", "Serve simulated controllers that share one radio, over sockets.")
    {
        Add(_listen);
        Add(_controllers);
        Add(_dualMode);
        _radio.AddTo(this);
    }

    public override bool HasHost => false;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        var controllers = arguments.GetValue(_controllers) ?? [];
        if (controllers.DistinctBy(static controller => controller.Address).Count() < controllers.Length
            || controllers.DistinctBy(static controller => controller.Name).Count() < controllers.Length)
        {
            throw new CommandFailedException(ExitCode.Usage, "--controllers names one twice; give each its own name and address.");
        }

        var dualMode = arguments.GetValue(_dualMode);
        using var radio = new VirtualRadio(_radio.Options(arguments, context));
        radio.Start();
        await using var server = Listen(radio, arguments.GetValue(_listen)!, slot =>
            (slot < controllers.Length ? controllers[slot] : new()) with { DualMode = dualMode });
        context.Report.Happened(
            "serving",
            $"controllers are served at {server.Uri} (seed {radio.Options.Seed}, pace {radio.Options.Pace}); open one with --controller {server.Uri}",
            Tone.Good,
            ("uri", server.Uri),
            ("seed", radio.Options.Seed),
            ("pace", radio.Options.Pace));
        context.Report.Working("serving; Ctrl-C ends it");
        await Serving.WaitAsync(context, null, stop);
        return ExitCode.Success;
    }

    private static H4SocketServer Listen(VirtualRadio radio, string uri, Func<int, SimulatedOptions> options)
    {
        if (uri.StartsWith(UnixScheme, StringComparison.Ordinal)
            && Path.GetDirectoryName(Path.GetFullPath(uri[UnixScheme.Length..])) is { } folder && !Directory.Exists(folder))
        {
            throw new CommandFailedException(ExitCode.CannotCreate, $"There is no folder '{folder}' for the socket; make it, or name another one.");
        }

        try
        {
            return H4SocketServer.Listen(radio, uri, options);
        }
        catch (ArgumentException wrong) when (wrong.ParamName == "uri")
        {
            throw new CommandFailedException(
                ExitCode.Usage, $"'{uri}' is no place to serve; write h4:unix:/path or h4:tcp:127.0.0.1:PORT.", wrong);
        }
        catch (IOException refused)
        {
            throw new CommandFailedException(
                refused.InnerException is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AccessDenied }
                    ? ExitCode.NoPermission
                    : ExitCode.CannotCreate,
                refused.Message,
                refused);
        }
    }

    private static SimulatedOptions ParseController(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return BdAddr.TryParse(equals < 0 ? text : text.AsSpan(equals + 1), out var address) && equals != 0
            ? new SimulatedOptions { Name = equals < 0 ? text : text[..equals], Address = address }
            : throw new FormatException($"--controllers cannot be '{text}'; write an address like 00:1B:DC:00:00:01, or NAME=ADDRESS.");
    }
}
