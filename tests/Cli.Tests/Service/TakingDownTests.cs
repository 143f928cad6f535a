using HostStack.Cli.Service;
using HostStack.Cli.Terminal;
using HostStack.Cli.Tests.Networks;
using HostStack.Cli.Tests.Rig;
using HostStack.NetDevices.Interfaces;

namespace HostStack.Cli.Tests.Service;

/// <summary>Clean-ups that fail stop no other one.</summary>
[TestFixture]
public sealed class TakingDownTests
{
    [Test]
    public async Task Steps_BehindOneThatFails_AreDone_AndTheFirstFailureCounts()
    {
        var terminal = new TestTerminal();
        var down = new TakingDown(new JournalReport(new CommandEnvironment { Terminal = terminal }), "Hub");
        var done = new List<string>();
        await down.WorkAsync(() => Do("work"));
        await down.StepAsync("the one", () => Fail("one", "No one\nis there."));
        await down.StepAsync("the two", () => Do("two"));
        await down.StepAsync("the three", () => Fail("three", "No three."));
        Assert.That(done, Is.EqualTo(new[] { "work", "one", "two", "three" }));
        Assert.That(terminal.Errors.All, Is.EqualTo(new[]
        {
            "<4>Hub: the one could not be taken down in good order: No one is there.",
            "<4>Hub: the three could not be taken down in good order: No three.",
        }));
        Assert.That(Assert.Throws<NetDeviceException>(down.End).Message, Does.StartWith("No one"));

        Task Do(string what)
        {
            done.Add(what);
            return Task.CompletedTask;
        }

        async Task Fail(string what, string why)
        {
            await Do(what);
            throw new NetDeviceException(why);
        }
    }

    [Test]
    public async Task Failure_OfTheWork_CountsBeforeThoseOfTheStepsWithinAndBehind()
    {
        var terminal = new TestTerminal();
        using IReport report = new JournalReport(new CommandEnvironment { Terminal = terminal });
        var down = new TakingDown(report, "");
        await down.WorkAsync(async () =>
        {
            await down.StepAsync("within", static () => Task.FromException(new IOException("within")));
            throw new NetDeviceException("The first.");
        });
        await down.StepAsync("behind", static () => Task.FromException(new IOException("behind")));
        Assert.That(Assert.Throws<NetDeviceException>(down.End).Message, Is.EqualTo("The first."));
        Assert.That(terminal.Errors.All, Has.Count.EqualTo(2), "the work's is told by whoever gets it");
    }

    [Test]
    public void Nothing_ThatFailed_ThrowsNothing() =>
        Assert.That(new TakingDown(new JournalReport(new CommandEnvironment { Terminal = new TestTerminal() }), "").End, Throws.Nothing);

    [Test]
    public async Task Service_WhosePortsFailToClose_ClosesAll_AndTellsEach()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("hub.json");
        await File.WriteAllTextAsync(file, """
            { "controllers": [{ "uri": "virtual:", "name": "Hub", "networks": [
              { "role": "gn", "port": { "kind": "interface", "name": "hs-gn" } },
              { "role": "nap", "port": { "kind": "interface", "name": "hs-nap" } }] }] }
            """);
        var machine = new MemoryMachine { NoEnd = "it is stuck; restart the machine." };
        await using var run = CommandRun.StartOn(machine, folder, "run", "--json", "--config", file);
        await run.WaitAsync("ready");
        Assert.That(await run.InterruptAsync(), Is.Not.Zero, run.Story);
        Assert.That(machine.Ports.Select(static port => (port.Name, port.IsDisposed)), Is.EqualTo(new[] { ("hs-gn", true), ("hs-nap", true) }));
        Assert.That(machine.Way!.IsDisposed, Is.True);
        var told = run.Objects.Where(static item => item.GetProperty("kind").GetString() == "clean-up-failed").ToArray();
        Assert.That(told.Select(static item => item.GetProperty("what").GetString()), Is.EqualTo(new[] { "the port hs-nap", "the port hs-gn" }));
        Assert.That(run.Error, Does.Contain("hs-nap: it is stuck; restart the machine."), "the first failure ends the command");
    }
}
