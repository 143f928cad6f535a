using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Commands;

[TestFixture]
public sealed class CaptureTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Capture_OfADemo_IsItsOwnersAloneAndSaysSo()
    {
        var path = _folder.File("capture");
        await using var run = CommandRun.StartIn(_folder, "demo", "--peers", "1", "--count", "1", "--btsnoop", path);
        Assert.That(await run.ExitCode, Is.Zero, run.Error);
        Assert.Multiple(() =>
        {
            Assert.That(run.Terminal.Lines.ToString(), Does.Contain("link keys"));
            Assert.That(File.ReadAllBytes(path).AsSpan(0, 8).SequenceEqual("btsnoop\0"u8), Is.True);
            if (!OperatingSystem.IsWindows())
            {
                Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            }
        });
    }

    [TestCase("virtual", "serve", "--listen", "h4:tcp:127.0.0.1:0")]
    [TestCase("status")]
    [TestCase("replay", "trace.txt")]
    public async Task Capture_WhereNoHostRuns_IsRefused_AndNoFileIsMade(params string[] command)
    {
        var path = _folder.File("capture");
        await using var run = CommandRun.StartIn(_folder, [.. command, "--btsnoop", path]);
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("runs no host"));
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public async Task Capture_OverAFile_IsRefused()
    {
        var path = _folder.File("precious");
        await File.WriteAllTextAsync(path, "precious");
        await using var run = CommandRun.StartIn(_folder, "demo", "--btsnoop", path);
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.CannotCreate));
        Assert.That(run.Error, Does.Contain("--force"));
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo("precious"));
    }

    [Test]
    public async Task Capture_OverAFileByForce_IsItsOwnersAlone()
    {
        var path = _folder.File("old");
        await File.WriteAllTextAsync(path, "old");
        await using var run = CommandRun.StartIn(_folder, "demo", "--peers", "1", "--count", "1", "--btsnoop", path, "--force");
        Assert.That(await run.ExitCode, Is.Zero, run.Error);
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Test]
    public async Task Capture_InAFolderThatIsNotThere_IsRefused()
    {
        await using var run = CommandRun.StartIn(_folder, "demo", "--btsnoop", _folder.File("no/capture"));
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.CannotCreate));
        Assert.That(run.Error, Does.Contain("The capture"));
    }
}
