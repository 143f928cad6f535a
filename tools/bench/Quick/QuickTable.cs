using HostStack.Bench.Workloads;

namespace HostStack.Bench.Quick;

/// <summary>The table of <c>--quick</c>: every workload in a loop written by hand, in less than twenty seconds.</summary>
internal static class QuickTable
{
    private const double Goal = 0.5;

    private static readonly TimeSpan s_warm = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan s_measured = TimeSpan.FromMilliseconds(160);

    // Code is compiled in steps, in the background: a second round finds all of it in its last form.
    private const int WarmRounds = 3;

    /// <summary>Measures, and prints a line for each workload.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="filter">A part of the names that are wanted; null: all.</param>
    /// <returns>False where a workload lost something or allocated.</returns>
    public static bool Print(TextWriter output, string? filter = null)
    {
        var workloads = Catalog.DataPath().Concat(Catalog.Transport()).Concat(Catalog.Doors())
            .Where(entry => filter is null || entry.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))
            .Select(static entry => entry.Make()).ToArray();
        try
        {
            for (var round = 0; round < WarmRounds; round++)
            {
                Array.ForEach(workloads, static workload => Measurement.Warm(workload, s_warm));
            }

            output.WriteLine($"{"workload",-44} {"ns",8} {"median",8} {"bytes",7} {"reference",10} {"ratio",6}");
            var sound = true;
            foreach (var workload in workloads)
            {
                var result = Measurement.Take(workload, s_measured);
                output.WriteLine(Line(workload, result));
                if (workload.FindLoss() is { } loss)
                {
                    output.WriteLine(loss);
                    sound = false;
                }

                sound &= result.Allocated < 1 || workload is TransportWorkload;
            }

            output.WriteLine();
            output.WriteLine("ns: the fastest of many batches, for one frame (socket: for eight packets). bytes: allocated for one frame.");
            output.WriteLine($"reference: the best C stack, same kind of machine; the goal is a ratio of {Goal:0.0}.");
            return sound;
        }
        finally
        {
            Array.ForEach(workloads, static workload => workload.Dispose());
        }
    }

    private static string Line(Workload workload, in Measurement result)
    {
        var line = $"{workload.Name,-44} {result.Least,8:0.0} {result.Median,8:0.0} {result.Allocated,7:0.##}";
        return workload.ReferenceNanoseconds is { } reference
            ? $"{line} {reference,10:0} {result.Least / reference,6:0.00}"
            : line;
    }
}
