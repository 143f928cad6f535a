using System.CommandLine;
using HostStack.Cli.Options;
using HostStack.Cli.Terminal;
using HostStack.Pan;
using HostStack.Replay;
using HostStack.Replay.Engine;
using HostStack.Replay.Traces;

namespace HostStack.Cli.Commands;

/// <summary><c>replay</c>: drives a host by a recorded trace and says where it differs from the recorded one.</summary>
internal sealed class ReplayCommand : CliCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "A btsnoop capture (btmon -w, --btsnoop) or the text that hcidump prints.",
    };

    private readonly Option<PanRole> _role = new("--role")
    {
        Description = "What the host under replay serves: nap, gn or panu.",
        HelpName = "ROLE",
        DefaultValueFactory = static _ => PanRole.Gn,
        CustomParser = static result => OptionParsers.Parse(result, OptionParsers.Role),
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Where everything that the trace lacks comes from; the same seed gives the same run.",
        HelpName = "NUMBER",
        DefaultValueFactory = static _ => 1,
        CustomParser = static result => OptionParsers.Parse(result, OptionParsers.Seed),
    };

    private readonly Option<int?> _adapter = new("--adapter")
    {
        Description = "Which controller of a capture that holds several; without it, the first with packets.",
        HelpName = "NUMBER",
        CustomParser = static result => OptionParsers.Number("--adapter", 0, ushort.MaxValue)(result),
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v")
    {
        Description = "Tell what the peer cannot notice, too: other commands, other parameters, answers that were made up.",
    };

    public ReplayCommand()
        : base("replay", "Replay a trace against this stack on a virtual clock, and say where it differs from the recorded host.")
    {
        Add(_file);
        Add(_role);
        Add(_seed);
        Add(_adapter);
        Add(_verbose);
    }

    public override bool HasHost => false;

    public override Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        var seed = arguments.GetValue(_seed);
        var trace = Read(arguments.GetRequiredValue(_file), seed, (ushort?)arguments.GetValue(_adapter));
        context.Report.Working($"replaying {trace.Records.Count} packets");
        var result = TraceReplay.Run(
            trace, new ReplayOptions { Seed = seed, Role = arguments.GetValue(_role), LoggerFactory = context.Loggers });
        Tell(context.Report, result, arguments.GetValue(_verbose));
        var isGood = result.PingAnswered ?? result.Report.FirstDivergence is null;
        return Task.FromResult(isGood ? ExitCode.Success : ExitCode.Failed);
    }

    private static Trace Read(string file, ulong seed, ushort? adapter)
    {
        try
        {
            return TraceReplay.Read(file, seed, adapter);
        }
        catch (TraceFormatException wrong)
        {
            throw new CommandFailedException(ExitCode.NoInput, wrong.Message, wrong);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailedException(ExitCode.NoInput, $"There is no file '{file}'; give the path of a capture or of hcidump's text.", failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new CommandFailedException(ExitCode.NoPermission, $"'{file}' may not be read; check its permissions (or whether it is a folder).", failure);
        }
        catch (IOException failure)
        {
            throw new CommandFailedException(ExitCode.NoInput, $"'{file}' cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private static void Tell(IReport report, ReplayResult result, bool verbose)
    {
        var comparison = result.Report;
        report.Happened(
            "replay", ReplayNarrative.Summary(comparison), Tone.Plain,
            ("source", comparison.Source), ("seed", (long)comparison.Seed), ("steps", comparison.Steps),
            ("expectations", comparison.Expectations), ("matched", comparison.Matched), ("tolerated", comparison.Tolerated.Count));
        foreach (var sentence in comparison.Supplied)
        {
            report.Happened("supplied", $"supplied: {sentence}", Tone.Plain, ("sentence", sentence));
        }

        TellSynthesised(report, comparison, verbose);
        foreach (var difference in comparison.Divergences)
        {
            var isFirst = ReferenceEquals(difference, comparison.FirstDivergence);
            report.Happened(
                "divergence", $"{(isFirst ? "first divergence" : "then")}, record {difference.Record}: {difference.Sentence}", Tone.Warning,
                ("record", difference.Record), ("difference", difference.Kind), ("sentence", difference.Sentence), ("first", isFirst));
        }

        if (comparison.FirstDivergence is null)
        {
            report.Happened("no-divergence", "no divergence: the peer would not have known the difference", Tone.Good);
        }

        TellAccepted(report, result);
    }

    private static void TellSynthesised(IReport report, ReplayReport comparison, bool verbose)
    {
        if (!verbose)
        {
            report.Happened(
                "synthesised",
                $"synthesised answers to {comparison.Synthesised.Count} commands, {comparison.Tolerated.Count} differences that the peer cannot tell or did not ask for (--verbose lists them)",
                Tone.Plain, ("count", comparison.Synthesised.Count));
            return;
        }

        foreach (var sentence in comparison.Synthesised)
        {
            report.Happened("synthesised", $"synthesised: {sentence}", Tone.Plain, ("sentence", sentence));
        }

        foreach (var difference in comparison.Tolerated)
        {
            report.Happened(
                "tolerated", $"tolerated, record {difference.Record}: {difference.Sentence}", Tone.Plain,
                ("record", difference.Record), ("difference", difference.Kind), ("sentence", difference.Sentence));
        }
    }

    private static void TellAccepted(IReport report, ReplayResult result)
    {
        if (result.Report.Accepted is not { } accepted)
        {
            return;
        }

        report.Happened(
            "accepted-where-refused",
            $"the recorded host refused PSM {accepted.Psm} in record {accepted.RefusedAt}; this host accepts it, and a scripted peer goes on",
            Tone.Good,
            ("record", accepted.Record), ("refusedAt", accepted.RefusedAt), ("psm", (int)accepted.Psm));
        foreach (var line in result.Script)
        {
            report.Happened(
                "script", $"{(line.FromPeer ? "peer →" : "host →")} {line.Sentence}", Tone.Plain,
                ("from", line.FromPeer ? "peer" : "host"), ("sentence", line.Sentence));
        }

        var answered = result.PingAnswered == true;
        report.Happened(
            "result",
            answered ? "the ping was answered: the peer that was refused is on the network" : "the script stopped here: see the line above",
            answered ? Tone.Good : Tone.Bad,
            ("pingAnswered", answered));
    }
}
