using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

[TestFixture]
public sealed class GatewayLockTests
{
    private const uint Nobody = 65534;
    private string _folder = "";

    [SetUp]
    public void SetUp()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Linux: gateways are Linux's; run this test there.");
        }

        _folder = Directory.CreateTempSubdirectory("hs-lock-").FullName;
    }

    [TearDown]
    public void TearDown()
    {
        if (_folder.Length > 0)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test]
    public async Task Lock_ThatSomebodyHas_IsWaitedFor()
    {
        var held = GatewayLock.Take(_folder);
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = Task.Factory.StartNew(
            () => GatewayLock.Take(_folder, TimeSpan.FromSeconds(60), () => refused.TrySetResult()),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await refused.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        Assert.That(second.IsCompleted, Is.False, "somebody has it");

        held.Dispose();
        using var got = await second.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        Assert.That(got, Is.Not.Null);
    }

    [Test]
    public void Lock_ThatSomebodyKeeps_IsGivenUp()
    {
        using var held = GatewayLock.Take(_folder);
        Assert.That(
            () => GatewayLock.Take(_folder, TimeSpan.FromMilliseconds(50)),
            Throws.TypeOf<NetDeviceException>().With.Message.Contain("keeps the lock").And.Message.Contain("fuser"));
        Assert.That(GatewayLock.TryTake(_folder, out var why, TimeSpan.Zero), Is.Null);
        Assert.That(why, Does.Contain("keeps the lock"));
    }

    [Test]
    public void Folder_ThatOthersCouldRead_IsTightened()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var path = Path.Combine(_folder, "lock");
        File.WriteAllText(path, "");
        File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        var folder = new GatewayStateFolder(_folder);
        folder.Write(new GatewayState { Interface = "a", Namespace = "1", Owner = ProcessIdentity.Own });
        var leases = folder.LeasesOf("a", "1");
        GatewayStateFolder.MakeLeases(leases);
        using var held = GatewayLock.Take(_folder);
        var modes = new[] { _folder, path, Path.ChangeExtension(leases, ".json"), leases }.Select(static made => (int)ModeOf(made));
        Assert.That(modes, Is.EqualTo(new[] { 0b111_001_001, 0b110_000_000, 0b110_000_000, 0b110_000_000 }), "others pass through the folder, no more");
    }

    [Test]
    public async Task Lock_AskedForByAnotherUser_IsOutOfReach()
    {
        if (!GatewayCalls.IsRoot || SystemPrograms.Find("setpriv") is not { } setpriv || SystemPrograms.Find("flock") is not { } flock)
        {
            Assert.Ignore("root, setpriv or flock is missing: install util-linux and run the tests as root");
            return;
        }

        _ = new GatewayStateFolder(_folder);
        GatewayLock.Take(_folder).Dispose();
        var lockFile = Path.Combine(_folder, "lock");
        Assert.That(await SystemPrograms.RunAsync([flock, "-n", lockFile, "true"], null, ""), Is.Null, "root has it for the asking");
        Assert.That(
            await SystemPrograms.RunAsync([setpriv, "--reuid=65534", "--clear-groups", "--regid=65534", flock, "-s", "-n", lockFile, "true"], null, ""),
            Does.Contain("Permission denied"));
    }

    [Test]
    public void Folder_OfSomebodyElse_IsRefused()
    {
        if (!GatewayCalls.IsRoot)
        {
            Assert.Ignore("giving a folder away needs root: run the tests as root");
        }

        GatewayCalls.GiveTo(_folder, Nobody);
        Assert.That(
            () => new GatewayStateFolder(_folder),
            Throws.TypeOf<NetDeviceException>().With.Message.Contain("user 65534's").And.Property("IsPermission").True);
        Assert.That(GatewayStateFolder.TryOpen(_folder), Is.Null);
    }

    [Test]
    public void Folder_ThatIsALink_IsRefused()
    {
        var link = Path.Combine(_folder, "link");
        Directory.CreateSymbolicLink(link, Directory.CreateDirectory(Path.Combine(_folder, "there")).FullName);
        Assert.That(() => new GatewayStateFolder(link), Throws.TypeOf<NetDeviceException>().With.Message.Contain("no folder"));
    }

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);
}
