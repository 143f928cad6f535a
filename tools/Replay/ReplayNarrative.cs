using HostStack.Replay.Engine;

namespace HostStack.Replay;

/// <summary>What came of a replay, in sentences.</summary>
public static class ReplayNarrative
{
    /// <summary>The whole story, a line each.</summary>
    /// <param name="result">The replay.</param>
    /// <param name="verbose">Whether differences that the peer cannot tell, and every synthesised answer, are told too.</param>
    public static IEnumerable<string> Tell(ReplayResult result, bool verbose = false)
    {
        ArgumentNullException.ThrowIfNull(result);
        var report = result.Report;
        yield return Summary(report) + ".";
        foreach (var line in Supplied(report, verbose))
        {
            yield return line;
        }

        if (verbose)
        {
            foreach (var difference in report.Tolerated)
            {
                yield return $"  tolerated, record {difference.Record}: {difference.Sentence}";
            }
        }
        else if (report.Tolerated.Count > 0)
        {
            yield return $"{report.Tolerated.Count} differences that the peer cannot tell or does not ask for (--verbose lists them).";
        }

        yield return report.FirstDivergence is { } first
            ? $"First divergence, record {first.Record}: {first.Sentence}."
            : "No divergence: the peer would not have known the difference.";
        foreach (var later in report.Divergences.Skip(1))
        {
            yield return $"  then, record {later.Record}: {later.Sentence}.";
        }

        foreach (var line in Story(result))
        {
            yield return line;
        }
    }

    /// <summary>The first line: how much of the recorded host's behaviour this host showed.</summary>
    /// <param name="report">The comparison.</param>
    public static string Summary(ReplayReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return $"{report.Source}: {report.Steps} steps; of {report.Expectations} packets of the recorded host, this host sent {report.Matched} (seed {report.Seed})";
    }

    private static IEnumerable<string> Supplied(ReplayReport report, bool verbose)
    {
        foreach (var sentence in report.Supplied)
        {
            yield return $"  supplied: {sentence}";
        }

        if (verbose)
        {
            foreach (var sentence in report.Synthesised)
            {
                yield return $"  synthesised: {sentence}";
            }
        }
        else if (report.Synthesised.Count > 0)
        {
            yield return $"  synthesised: answers to {report.Synthesised.Count} commands that the trace does not hold (--verbose lists them)";
        }
    }

    private static IEnumerable<string> Story(ReplayResult result)
    {
        if (result.Report.Accepted is not { } accepted)
        {
            yield break;
        }

        yield return $"The recorded host refused PSM 0x{accepted.Psm:X4} in record {accepted.RefusedAt}; this host accepts it. "
            + $"A scripted peer goes on over the same channels (ours 0x{accepted.HostChannel:x4}, the peer's 0x{accepted.PeerChannel:x4}):";
        foreach (var line in result.Script)
        {
            yield return $"  {(line.FromPeer ? "peer ->" : "host ->")} {line.Sentence}";
        }

        yield return result.PingAnswered == true
            ? "The ping was answered: the peer that was refused is on the network."
            : "The script stopped here: see the last line.";
    }
}
