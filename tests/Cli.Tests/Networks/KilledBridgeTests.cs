using System.Runtime.Versioning;
using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Networks;

/// <summary>A bridge does not go with the process that made it; it goes at the next start of any.</summary>
[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
[NonParallelizable]
public sealed class KilledBridgeTests
{
    [TestCase("hs-other")]
    [TestCase("hs-left")]
    public async Task Gn_KilledInItsBridge_LeavesItToTheNext(string bridge)
    {
        await using var machine = await Machine.CreateAsync();
        using var folder = new TemporaryFolder();
        await using var killed = ProcessRun.Start(machine, folder, "gn", "--controller", "virtual:", "--bridge", "hs-left");
        await killed.WaitAsync("network-up");
        await killed.KillAsync();
        await Machine.WaitAsync("the end of the interface", async () => !await machine.HasInterfaceAsync("hs-gn0"));
        Assert.That(await machine.HasInterfaceAsync("hs-left"), Is.True, "this is what a kill leaves");

        await using var next = ProcessRun.Start(machine, folder, "gn", "--controller", "virtual:", "--bridge", bridge);
        await next.WaitAsync("network-up");
        Assert.That(await machine.HasInterfaceAsync("hs-left"), Is.EqualTo(bridge == "hs-left"));
        Assert.That(await next.StopAsync(), Is.Zero, next.Story);
        Assert.That(await machine.HasInterfaceAsync("hs-left") || await machine.HasInterfaceAsync(bridge), Is.False);
    }
}
