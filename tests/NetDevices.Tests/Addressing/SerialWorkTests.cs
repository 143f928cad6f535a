using HostStack.NetDevices.Addressing;

namespace HostStack.NetDevices.Tests.Addressing;

[TestFixture]
public sealed class SerialWorkTests
{
    [Test]
    public async Task Work_ThatThrows_IsToldAndTheRestIsDone()
    {
        var failures = new List<Exception>();
        var done = new List<int>();
        var fault = new InvalidOperationException("work that fails");
        var work = new SerialWork(failures.Add);
        work.Add(() => done.Add(1));
        work.Add(() => throw fault);
        work.Add(() => done.Add(2));
        work.Run();
        await work.FinishAsync().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        work.Add(() => done.Add(3));
        await work.FinishAsync().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        Assert.That(done, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(failures, Is.EqualTo(new[] { fault }));
    }
}
