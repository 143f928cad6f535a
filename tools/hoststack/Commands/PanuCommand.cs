using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using HostStack.Cli.Networks;
using HostStack.Cli.Options;
using HostStack.Cli.Sessions;
using HostStack.Cli.Terminal;
using HostStack.Hci.Wire;
using HostStack.Pan;
using HostStack.Sdp.Records;

namespace HostStack.Cli.Commands;

/// <summary><c>hoststack panu</c>: joins a peer's network; without an address, serves a link of two.</summary>
internal sealed class PanuCommand : CliCommand
{
    private const int MaximumPings = 1_000_000;

    private readonly ControllerOptions _controller = new();
    private readonly NetworkOptions _network = new(hasSwitch: false);
    private readonly AttachmentOptions _attachment = new(PanRole.Panu);

    private readonly Argument<PeerAddress?> _peer = new("address")
    {
        Description = "The device whose network is joined; without it, this device serves PANU, for a link of two.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = static result => OptionParsers.Parse<PeerAddress?>(result, static text => OptionParsers.Peer(text)),
    };

    private readonly Option<PanRole?> _to = new("--to")
    {
        Description = "The role of the other device. Default: the first of NAP, GN, PANU that it offers.",
        HelpName = "gn|nap|panu",
        CustomParser = static result => OptionParsers.Parse<PanRole?>(result, static text => OptionParsers.Role(text)),
    };

    private readonly Option<bool> _noReconnect = new("--no-reconnect")
    {
        Description = "End when the connection is lost; else it is tried again, by and by less often.",
    };

    private readonly Option<IPAddress?> _ping = new("--ping")
    {
        Description = "Ping this address, then end.",
        HelpName = "IP",
        CustomParser = static result => OptionParsers.Parse(result, OptionParsers.Host),
    };

    private readonly Option<int> _count = new("--count")
    {
        Description = "How many pings.",
        HelpName = "N",
        DefaultValueFactory = static _ => 4,
        CustomParser = OptionParsers.Number("--count", 1, MaximumPings),
    };

    private readonly Option<TimeSpan?> _interval = new("--interval")
    {
        Description = "The time between pings. Default: 1.",
        HelpName = "SECONDS",
        CustomParser = OptionParsers.Seconds("--interval", allowZero: true),
    };

    public PanuCommand()
        : base("panu", "Join the network of another device (PANU), or serve a link of two.")
    {
        Add(_peer);
        Add(_to);
        Add(_noReconnect);
        Add(_ping);
        Add(_count);
        Add(_interval);
        _controller.AddTo(this);
        _network.AddTo(this);
        _attachment.AddTo(this);
    }

    public override Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop) =>
        arguments.GetValue(_peer) is { } peer
            ? JoinAsync(peer, arguments, context, stop)
            : ServeAsync(arguments, context, stop);

    private Task<int> ServeAsync(ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        var lonely = new Option[] { _to, _ping, _noReconnect }.FirstOrDefault(option => arguments.GetResult(option) is { Implicit: false });
        return lonely is null
            ? Serving.RunAsync(PanRole.Panu, arguments, context, _controller, _network, _attachment, stop)
            : throw new CommandFailedException(
                ExitCode.Usage, $"{lonely.Name} needs the address of a device; write it like hoststack panu 5C:F3:70:66:12:34 {lonely.Name}.");
    }

    private async Task<int> JoinAsync(PeerAddress peer, ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        var request = _attachment.Request(arguments, _network.Addresses(arguments));
        await using var session = await HostSession.OpenAsync(context, _controller, arguments, stop);
        session.OfferStatus(Name);
        _ = session.Other(peer);
        await Reaching.EnsureAsync(session.Host, peer, context, stop);
        var role = arguments.GetValue(_to) ?? await FindRoleAsync(session, peer, context, stop);
        await Pairing.EnsureAsync(session.Host, peer, _network.Security(arguments), context.Report, stop);
        await using var attachment = await new AttachmentOpening(
            context, request, session.Host.Address, arguments.GetValue(_controller.Name)!).OpenUserAsync(role);
        context.Report.Working($"connecting to the {role.Name()} of {peer}");
        var options = new PanClientOptions
        {
            Security = _network.Security(arguments),
            Reconnect = arguments.GetValue(_noReconnect) ? null : ReconnectPolicy.Default,
        };
        await using var connection = await session.Host.ConnectAsync(peer, role, attachment.Port, options, stop);
        if (arguments.GetValue(_ping) is { } target)
        {
            var exitCode = await PingAsync(target, attachment, arguments, context, stop);
            session.IsEnding = true;
            await attachment.LeaveAsync();
            return exitCode;
        }

        attachment.Begin();
        TellState(context.Report, peer, isIn: true);
        session.Happened += happened =>
        {
            if (happened is PanConnected or PanDisconnected && !session.IsEnding)
            {
                TellState(context.Report, peer, happened is PanConnected);
            }
        };
        var waiting = Serving.WaitAsync(context, arguments.GetValue(_network.For), stop);
        if (await Task.WhenAny(waiting, connection.Completion) != waiting)
        {
            throw new CommandFailedException(
                ExitCode.Failed, $"The connection to {peer} is over: {await connection.Completion}; join it again.");
        }

        session.IsEnding = true;
        await attachment.LeaveAsync();
        return ExitCode.Success;
    }

    private static void TellState(IReport report, PeerAddress peer, bool isIn) =>
        report.Working(isIn ? $"in the network of {peer}; Ctrl-C leaves it" : $"waiting for {peer} to come back; Ctrl-C gives it up");

    private static async Task<PanRole> FindRoleAsync(
        HostSession session, PeerAddress peer, CommandContext context, CancellationToken stop)
    {
        context.Report.Working($"asking {peer} what it offers");
        var records = await Browsing.RunAsync(session.Host, peer, null, stop);
        (PanRole Role, Sdp.Elements.SdpUuid Class)[] wanted =
            [(PanRole.Nap, KnownUuid.Nap), (PanRole.Gn, KnownUuid.Gn), (PanRole.Panu, KnownUuid.Panu)];
        foreach (var (role, serviceClass) in wanted)
        {
            if (records.Any(record => record.Contains(serviceClass)))
            {
                return role;
            }
        }

        throw new CommandFailedException(
            ExitCode.Refused, $"{peer} offers no network (NAP, GN or PANU); start one there, or name the role with --to.");
    }

    private async Task<int> PingAsync(
        IPAddress target, HostAttachment attachment, ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        var tally = new PingTally(attachment.Port.Name, target.ToString(), target.AddressFamily == AddressFamily.InterNetwork ? "IPv4" : "IPv6");
        var count = arguments.GetValue(_count);
        var interval = arguments.GetValue(_interval) ?? TimeSpan.FromSeconds(1);
        for (var sent = 0; sent < count; sent++)
        {
            if (sent > 0)
            {
                await Task.Delay(interval, context.Time, stop);
            }

            context.Report.Working($"pinging {target}");
            PingAnswer(context, target, tally, await attachment.PingAsync(target, stop));
        }

        context.Report.Table("ping-summary", "Pings", PingTally.Columns, [tally.ToRow()]);
        return tally.IsComplete ? ExitCode.Success : ExitCode.Failed;
    }

    private static void PingAnswer(CommandContext context, IPAddress target, PingTally tally, NetDevices.Ip.PingResult result)
    {
        tally.Add(result);
        context.Report.Tell(target, result);
    }
}
