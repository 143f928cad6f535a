using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace HostStack.Bench.Benchmarks;

/// <summary>The default job: in this process, so that nothing is generated, restored or built, and short, so that a full run
/// takes less than three minutes on two cores.</summary>
internal static class ShortJob
{
    private const int WarmupIterations = 4;
    private const int Iterations = 5;

    private static readonly TimeInterval s_iteration = TimeInterval.FromMilliseconds(100);

    /// <summary>The configuration.</summary>
    public static IConfig Config() => ManualConfig.CreateEmpty()
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(WarmupIterations)
            .WithIterationCount(Iterations)
            .WithIterationTime(s_iteration)
            .WithId("Short"))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddLogger(ConsoleLogger.Default)
        .AddExporter(MarkdownExporter.GitHub)
        .WithOptions(ConfigOptions.JoinSummary);
}
