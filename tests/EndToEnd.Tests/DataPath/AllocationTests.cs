using HostStack.Bench.Workloads;

namespace HostStack.EndToEnd.Tests.DataPath;

/// <summary>A frame costs no allocation, whatever way it goes through a whole host: the same workloads that tools/bench
/// measures. Counted, never timed.</summary>
[TestFixture]
internal sealed class AllocationTests
{
    // Enough for pools to be stocked, tables to have grown, and every branch of the path to have been compiled.
    private const int WarmUp = 500;
    private const int Frames = 2000;

    private static IEnumerable<TestCaseData> Workloads() =>
        Catalog.DataPath().Select(static entry => new TestCaseData(entry.Make).SetArgDisplayNames(entry.Name));

    [TestCaseSource(nameof(Workloads))]
    public void Frame_SteadyState_AllocatesNothingAndArrives(Func<Workload> make)
    {
        using var workload = make();
        workload.Run(WarmUp);
        var before = GC.GetAllocatedBytesForCurrentThread();
        workload.Run(Frames);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.Zero, $"{(double)allocated / Frames:0.##} bytes for one frame");
        Assert.That(workload.FindLoss(), Is.Null);
    }

    [Test]
    public void Catalog_CoversEveryCombination()
    {
        string[] expected =
        [
            .. from way in new[] { "receive", "send" }
               from payload in new[] { 64, 576, 1500 }
               from acl in new[] { 310, 1021 }
               from header in new[] { HeaderForm.General, HeaderForm.Compressed }
               select $"{way}-{payload}-{acl}-{header}",
        ];
        Assert.That(Catalog.DataPath().Select(static entry => entry.Name), Is.SupersetOf(expected).And.Unique);
    }
}
