using System.Net.Sockets;
using HostStack.Cli.Commands;
using HostStack.Cli.Tests.Rig;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Cli.Tests.Commands;

[TestFixture]
public sealed class FailureTests
{
    private static readonly PeerAddress Peer = new(BdAddr.Parse("5C:F3:70:66:12:34"));

    private static IEnumerable<TestCaseData> Failures()
    {
        yield return Case("interrupted", new OperationCanceledException(), ExitCode.Interrupted, interrupted: true);
        yield return Case("command", new CommandFailedException(ExitCode.NoInput, "No file; name one."), ExitCode.NoInput);
        yield return Case("controller", new ControllerUnavailableException("Gone; plug it in."), ExitCode.Unavailable);
        yield return Case(
            "no permission", new ControllerUnavailableException("No.", new SocketException((int)SocketError.AccessDenied)), ExitCode.NoPermission);
        yield return Case("keys", new KeyStoreException("Damaged; name another file."), ExitCode.CannotCreate);
        yield return Case("keys, no permission", new KeyStoreException("No.", new UnauthorizedAccessException()), ExitCode.NoPermission);
        yield return Case("nobody there", Refusal(RefusalLayer.Link), ExitCode.Failed);
        yield return Case("refused", Refusal(RefusalLayer.Bnep), ExitCode.Refused);
        yield return Case("unexpected", new InvalidOperationException("Two\nlines."), ExitCode.Internal);
    }

    [TestCaseSource(nameof(Failures))]
    public void Failure_OfAKind_IsOneSentenceAndItsCode(Exception failure, int exitCode, bool interrupted)
    {
        var (sentence, code) = FailureSentence.Of(failure, interrupted);
        Assert.That(code, Is.EqualTo(exitCode));
        Assert.That(sentence, Is.Not.Empty.And.Not.Contain('\n'));
    }

    [Test]
    public async Task Controller_NotThere_IsSaidWithTheRemedy()
    {
        using var folder = new TemporaryFolder();
        await using var run = CommandRun.StartIn(folder, "scan", "--controller", $"h4:unix:{folder.File("none")}");
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Unavailable));
        Assert.That(run.Error, Does.Contain("There is no socket").And.Contain("start the controller"));
    }

    [Test]
    public async Task DeviceAddress_ThatTheControllerDoesNotTake_IsSaidWithTheRemedy()
    {
        using var folder = new TemporaryFolder();
        await using var run = CommandRun.StartIn(
            folder, "scan", "-c", "virtual:", "--device-address", "00:11:22:33:44:55", "--firmware", folder.Path, "--keys", folder.File("keys"));
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Unavailable), run.Error);
        Assert.That(run.Error, Does.Contain("The controller cannot be given the address 00:11:22:33:44:55").And.Contain("leave out --device-address"));
    }

    [Test]
    public async Task Keys_InAFolderThatIsAFile_AreRefused()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("file"), "");
        await using var run = CommandRun.StartIn(folder, "gn", "-c", "virtual:", "--keys", folder.File("file/keys.json"));
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.CannotCreate).Or.EqualTo(ExitCode.NoPermission));
        Assert.That(run.Error, Does.Contain("link key file").And.Not.Contain("   at "));
    }

    [Test]
    public async Task Log_ThatCannotBeWritten_IsSaid()
    {
        using var folder = new TemporaryFolder();
        await using var run = CommandRun.StartIn(folder, "demo", "--log", $"debug={folder.File("no/log")}");
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.CannotCreate));
        Assert.That(run.Error, Does.Contain("The log"));
    }

    [Test]
    public async Task Serve_AtAFolderThatIsNotThere_IsSaid()
    {
        using var folder = new TemporaryFolder();
        await using var run = CommandRun.StartIn(folder, "virtual", "serve", "--listen", $"h4:unix:{folder.File("no/radio")}");
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.CannotCreate));
        Assert.That(run.Error, Does.Contain("There is no folder"));
    }

    private static PanRefusedException Refusal(RefusalLayer layer) =>
        new(new SetupRefused(null, PanRole.Panu, PanRole.Gn, layer, "rule", Peer, null, "Do something."));

    private static TestCaseData Case(string name, Exception failure, int exitCode, bool interrupted = false) =>
        new TestCaseData(failure, exitCode, interrupted).SetArgDisplayNames(name);
}
