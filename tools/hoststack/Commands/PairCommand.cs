using System.CommandLine;
using HostStack.Cli.Options;
using HostStack.Cli.Sessions;
using HostStack.Cli.Terminal;
using HostStack.Hci.Security;
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
        context.Report.Working($"pairing with {peer}");
        var outcome = await session.Host.PairAsync(peer, null, stop);
        if (!outcome.Succeeded)
        {
            throw outcome.Rule is null && outcome.Shortfall == Hci.Links.SecurityShortfall.LinkLost
                ? Browsing.NoLink(peer, outcome.Status)
                : new CommandFailedException(ExitCode.Refused, Sentence(peer, outcome));
        }

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

    private static string Sentence(PeerAddress peer, PairingOutcome outcome)
    {
        var remedy = outcome.Rule is { } rule
            ? new SecurityRefusal(rule, peer, outcome.KeyType, 0, outcome.Status).Remedy
            : "Try again; if it stays so, remove the bond on both devices first.";
        return $"No pairing with {peer} ({outcome.Rule?.ToString() ?? outcome.Shortfall.ToString()}, {outcome.Status}): {remedy}";
    }
}
