using System.Diagnostics;
using HostStack.Bench.Workloads;

namespace HostStack.Bench.Quick;

/// <summary>What one workload cost.</summary>
/// <param name="Least">Nanoseconds of one unit in the fastest batch: what the work costs when nothing disturbs it.</param>
/// <param name="Median">Nanoseconds of one unit in the middle batch.</param>
/// <param name="Allocated">Bytes allocated for one unit.</param>
internal readonly record struct Measurement(double Least, double Median, double Allocated)
{
    // A batch is so short that on a busy machine some run undisturbed between two turns of the scheduler.
    private const double BatchNanoseconds = 200_000;
    private const int MaximumBatches = 4000;

    /// <summary>Runs a workload until its code is compiled with what was learned of it.</summary>
    public static void Warm(Workload workload, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            workload.Run(100);
        }
    }

    /// <summary>Measures a workload.</summary>
    /// <param name="workload">Warm.</param>
    /// <param name="time">How long.</param>
    public static Measurement Take(Workload workload, TimeSpan time)
    {
        var units = Calibrate(workload);
        var batches = new double[MaximumBatches];
        var count = 0;
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        while (count < MaximumBatches && (count < 3 || Stopwatch.GetElapsedTime(start) < time))
        {
            var before = Stopwatch.GetTimestamp();
            workload.Run(units);
            batches[count++] = Stopwatch.GetElapsedTime(before).TotalNanoseconds / units;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        Array.Sort(batches, 0, count);
        return new Measurement(batches[0], batches[count / 2], (double)allocated / ((long)count * units));
    }

    private static int Calibrate(Workload workload)
    {
        const int trial = 100;
        var least = double.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = Stopwatch.GetTimestamp();
            workload.Run(trial);
            least = Math.Min(least, Stopwatch.GetElapsedTime(before).TotalNanoseconds / trial);
        }

        return Math.Max(1, (int)(BatchNanoseconds / Math.Max(least, 1)));
    }
}
