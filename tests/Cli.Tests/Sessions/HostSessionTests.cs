using System.CommandLine;
using HostStack.Cli.Commands;
using HostStack.Cli.Options;
using HostStack.Cli.Service;
using HostStack.Cli.Sessions;
using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Sessions;

[TestFixture]
public sealed class HostSessionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Close_WithPartsThatFail_ClosesTheOthers_TellsEach_AndTheFirstFailureCounts()
    {
        using var folder = new TemporaryFolder();
        var terminal = new TestTerminal();
        var environment = new CommandEnvironment
        {
            Terminal = terminal, Variable = folder.Variables.GetValueOrDefault, SystemRun = folder.Path,
        };
        var globals = new GlobalOptions();
        var root = new RootCommand();
        globals.AddTo(root);
        await using var context = CommandContext.Create(environment, new JournalReport(environment), globals, root.Parse([]));
        var session = await HostSession.OpenAsync(context, new HostChoices { Uri = "virtual:", Name = "Hub" }, CancellationToken.None);
        session.OfferStatus("test");
        var happened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Happened += _ =>
        {
            happened.TrySetResult();
            throw new IOException("Nobody hears this.");
        };
        await session.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        await happened.Task.WaitAsync(Limit, TimeProvider.System);

        // The status socket cannot be removed: its folder is gone.
        Directory.Delete(folder.File("hoststack"), recursive: true);

        Assert.That(
            async () => await session.DisposeAsync().AsTask().WaitAsync(Limit, TimeProvider.System),
            Throws.InstanceOf<DirectoryNotFoundException>());
        Assert.That(async () => await session.Host.Loop.InvokeAsync(static () => true), Throws.InstanceOf<ObjectDisposedException>());
        var told = terminal.Errors.All.Where(static line => line.Contains("could not be taken down", StringComparison.Ordinal)).ToArray();
        Assert.That(told, Has.Length.EqualTo(2));
        Assert.That(told[0], Does.Contain("the status socket"));
        Assert.That(told[1], Does.Contain("the report of events").And.Contain("Nobody hears this."));
    }
}
