using System.CommandLine;
using HostStack.Cli.Options;
using HostStack.Cli.Sessions;
using HostStack.Cli.Terminal;
using HostStack.Hci.Wire;

namespace HostStack.Cli.Commands;

/// <summary><c>hoststack pair</c>: pairs with a device and keeps the key.</summary>
internal sealed class PairCommand : CliCommand
{
    private readonly ControllerOptions _controller = new();

    private readonly Argument<PeerAddress> _peer = new("address")
    {
        Description = "The device.",
        CustomParser = static result => OptionParsers.Parse(result, OptionParsers.Peer),
    };

    public PairCommand()
        : base("pair", "Pair with a device and keep its link key.")
    {
        Add(_peer);
        _controller.AddTo(this);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        var peer = arguments.GetValue(_peer);
        await using var session = await HostSession.OpenAsync(context, _controller, arguments, stop);
        _ = session.Other(peer);
        context.Report.Working($"pairing with {peer}");
        var outcome = await Pairing.RunAsync(session.Host, peer, null, stop);
        context.Report.Happened(
            "pair",
            outcome.Model is { } model
                ? $"{peer} is paired by {EventReporter.Words(model)}: {EventReporter.Words(outcome.KeyType)}"
                : $"{peer} was bonded already, and proved it: {EventReporter.Words(outcome.KeyType)}",
            Tone.Good,
            ("peer", peer),
            ("model", outcome.Model),
            ("keyType", outcome.KeyType),
            ("bonded", outcome.IsBonded));
        return ExitCode.Success;
    }
}
