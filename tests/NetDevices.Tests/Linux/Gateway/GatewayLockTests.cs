using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

[TestFixture]
public sealed class GatewayLockTests
{
    [Test]
    public async Task Lock_ThatSomebodyHas_IsWaitedFor()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Linux: gateways are Linux's; run this test there.");
        }

        var folder = Directory.CreateTempSubdirectory("hs-lock-").FullName;
        try
        {
            var held = GatewayLeftovers.Lock(folder);
            var second = Task.Factory.StartNew(
                () => GatewayLeftovers.Lock(folder), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Task.WhenAny(second, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System));
            Assert.That(second.IsCompleted, Is.False, "somebody has it");

            held.Dispose();
            using var got = await second.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
            Assert.That(got.IsInvalid, Is.False);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
