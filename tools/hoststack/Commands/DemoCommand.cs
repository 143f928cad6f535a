using System.CommandLine;
using HostStack.Cli.Demo;
using HostStack.Cli.Options;
using HostStack.Pan;

namespace HostStack.Cli.Commands;

/// <summary><c>hoststack demo</c>: a whole network in this process, over simulated controllers.</summary>
internal sealed class DemoCommand : CliCommand
{
    private const int DefaultPeers = 2;

    private readonly RadioChoices _radio = new();

    private readonly Option<PanRole> _role = new("--role")
    {
        Description = "What the first device serves: gn, nap, or panu (a link of two).",
        HelpName = "gn|nap|panu",
        DefaultValueFactory = static _ => PanRole.Gn,
        CustomParser = static result => OptionParsers.Parse(result, OptionParsers.Role),
    };

    private readonly Option<int?> _peers = new("--peers")
    {
        Description = $"How many devices join it. Default: {DefaultPeers}; with --role panu 1.",
        HelpName = "1-7",
        CustomParser = static result => OptionParsers.Number("--peers", 1, PanRoles.DefaultClientLimit)(result),
    };

    private readonly Option<int> _count = new("--count")
    {
        Description = "How many pings go from each to each.",
        HelpName = "N",
        DefaultValueFactory = static _ => 4,
        CustomParser = OptionParsers.Number("--count", 1, 1000),
    };

    public DemoCommand()
        : base("demo", "Watch a Bluetooth network come up without hardware: controllers, inquiry, pairing, SDP, L2CAP, BNEP, pings.")
    {
        Add(_role);
        Add(_peers);
        Add(_count);
        _radio.AddTo(this);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        var role = arguments.GetValue(_role);
        var peers = arguments.GetValue(_peers) ?? (role == PanRole.Panu ? 1 : DefaultPeers);
        if (role == PanRole.Panu && peers > 1)
        {
            throw new CommandFailedException(ExitCode.Usage, "--role panu is a link of two; leave --peers out, or take --role gn.");
        }

        await using var network = new DemoNetwork(context, role, _radio.Options(arguments, context));
        await network.StartAsync(peers, stop);
        await network.JoinAsync(stop);
        await network.PingAsync(arguments.GetValue(_count), stop);
        return ExitCode.Success;
    }
}
