using System.CommandLine;
using HostStack.Cli.Commands;
using HostStack.Cli.Service;
using HostStack.Cli.Status;
using HostStack.Cli.Terminal;
using HostStack.Hci.Security;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Host;
using ControllerOptions = HostStack.Cli.Options.ControllerOptions;

namespace HostStack.Cli.Sessions;

/// <summary>A host on the controller that was named, whose events are told as they come.</summary>
internal sealed class HostSession : IAsyncDisposable
{
    private readonly CommandContext _context;
    private readonly string _who;
    private readonly HostEventReader _events;
    private readonly Task _telling;
    private readonly HostStatusSource _status;
    private StatusOffer? _offer;

    private HostSession(CommandContext context, BluetoothHost host, string who)
    {
        _context = context;
        _who = who;
        Host = host;
        _status = new HostStatusSource(host, context.Environment);
        _events = host.Events.Subscribe();
        _telling = TellAsync();
    }

    public BluetoothHost Host { get; }

    /// <summary>Whether the command has done its work, and takes down what it has put up.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Raised for each event, after it was told.</summary>
    public event Action<HostEvent>? Happened;

    /// <summary>Tells how the host stands.</summary>
    public IStatusSource Status => _status;

    /// <summary>Opens the controller.</summary>
    /// <param name="context">The run.</param>
    /// <param name="options">The command's options.</param>
    /// <param name="arguments">What was typed.</param>
    /// <param name="stop">Ctrl-C.</param>
    public static Task<HostSession> OpenAsync(
        CommandContext context, ControllerOptions options, ParseResult arguments, CancellationToken stop) =>
        OpenAsync(
            context,
            new HostChoices
            {
                Uri = arguments.GetValue(options.Controller),
                Name = arguments.GetValue(options.Name)!,
                Keys = arguments.GetValue(options.Keys),
                Io = arguments.GetValue(options.Io),
                Pin = arguments.GetValue(options.Pin),
                Capture = context.Capture,
                Host = new BluetoothHostOptions
                {
                    Hci = HostChoices.Start(arguments.GetValue(options.Firmware), arguments.GetValue(options.DeviceAddress)),
                    AdoptsBonds = arguments.GetValue(options.AcceptController),
                    AcceptsOtherController = HostChoices.OperatorsWord(arguments.GetValue(options.AcceptController)),
                },
            },
            stop);

    /// <summary>Opens the controller.</summary>
    /// <param name="context">The run.</param>
    /// <param name="choices">How.</param>
    /// <param name="stop">Ctrl-C.</param>
    public static async Task<HostSession> OpenAsync(CommandContext context, HostChoices choices, CancellationToken stop)
    {
        var source = Source(context, choices.Uri);
        var keys = KeyFile.Open(choices.Keys, context.Environment.Variable, context.Loggers);
        context.Report.Working($"opening {source.Uri}");
        var host = await BluetoothHost.OpenAsync(
            source,
            choices.Host with
            {
                Name = choices.Name,
                KeyStore = keys,
                PairingAgent = new TerminalAgent(context.Questions, choices.Io, choices.Pin),
                Security = new SecurityOptions { AllowLegacyPairing = choices.Pin is not null },
                Time = context.Time,
                Capture = choices.Capture,
            },
            context.Loggers,
            stop);
        context.Report.Tell(new ControllerOpened(host.Uri, host.Address, 1), choices.Who);
        var status = await host.GetStatusAsync();
        foreach (var sentence in (string[])[.. status.Controller?.Quirks ?? [], .. status.Warning is { } warning ? [warning] : Array.Empty<string>()])
        {
            context.Report.Tell(new ControllerWarned(host.Uri, sentence), choices.Who);
        }

        return new HostSession(context, host, choices.Who);
    }

    /// <summary>Answers 'hoststack status' while the session lives.</summary>
    /// <param name="command">The command's name.</param>
    public void OfferStatus(string command)
    {
        _offer = StatusOffer.Begin(_context, command);
        _offer?.Board.Add(_status);
    }

    /// <summary>The address of another device.</summary>
    /// <exception cref="CommandFailedException">It is this device's own.</exception>
    public PeerAddress Other(PeerAddress peer) =>
        peer.Address == Host.Address
            ? throw new CommandFailedException(ExitCode.Usage, $"{peer} is this device itself; give the address of another one, 'hoststack scan' lists them.")
            : peer;

    /// <summary>Closes the host: links end, the controller is reset. What happens meanwhile is told. What fails to close is
    /// told, too, and keeps nothing else open; the first failure is thrown.</summary>
    public async ValueTask DisposeAsync()
    {
        _context.Report.Working("closing");
        var down = new TakingDown(_context.Report, _who);
        if (_offer is { } offer)
        {
            await down.StepAsync("the status socket", () => offer.DisposeAsync().AsTask());
        }

        await down.StepAsync("the host", () => Host.DisposeAsync().AsTask());

        // What has happened is still told; where the host could not be closed, nothing more is waited for.
        _events.Dispose();
        await down.StepAsync("the report of events", () => _telling);
        down.End();
    }

    /// <summary>Where the controller is opened.</summary>
    public static IControllerSource Source(CommandContext context, string? uri)
    {
        uri ??= context.Environment.Variable(ControllerOptions.Variable);
        if (string.IsNullOrEmpty(uri))
        {
            throw new CommandFailedException(
                ExitCode.Usage,
                $"No controller was named; give one with --controller ({string.Join(", ", context.Sources.Forms)}) or ${ControllerOptions.Variable}.");
        }

        try
        {
            return context.Sources.Open(uri);
        }
        catch (FormatException wrong)
        {
            throw new CommandFailedException(ExitCode.Usage, wrong.Message, wrong);
        }
    }

    private async Task TellAsync()
    {
        await foreach (var happened in _events)
        {
            // First, so that whoever reads of it finds it in the status.
            _status.Happened(happened);
            _context.Report.Tell(happened, _who, IsEnding);
            Happened?.Invoke(happened);
        }
    }
}
