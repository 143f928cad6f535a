using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Commands;

[TestFixture]
public sealed class ReplayCommandTests
{
    private static string Vector(string name) => Path.Combine(TestContext.CurrentContext.TestDirectory, "vectors", name);

    [Test]
    public async Task Replay_TheRefusedTrace_TellsTheStoryAndSucceeds()
    {
        await using var run = CommandRun.Start("replay", Vector("traces/refused-gn.hcidump.txt"), "--json");
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Success));
        var divergence = await run.WaitAsync("divergence");
        Assert.That(divergence.GetProperty("record").GetInt32(), Is.EqualTo(83));
        Assert.That(divergence.GetProperty("first").GetBoolean(), Is.True);
        Assert.That((await run.WaitAsync("accepted-where-refused")).GetProperty("refusedAt").GetInt32(), Is.EqualTo(84));
        Assert.That((await run.WaitAsync("result")).GetProperty("pingAnswered").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Replay_AnAcceptedCapture_HasNoDivergence()
    {
        await using var run = CommandRun.Start("replay", Vector("captures/nap-accepted.server.btsnoop"), "--role", "nap", "--json");
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Success));
        Assert.That((await run.WaitAsync("no-divergence")).GetProperty("t").GetDouble(), Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public async Task Replay_AsAnotherRole_DivergesAndFails()
    {
        await using var run = CommandRun.Start("replay", Vector("captures/nap-accepted.server.btsnoop"), "--role", "panu", "--json", "--verbose");
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That((await run.WaitAsync("divergence")).GetProperty("sentence").GetString(), Does.Contain("BNEP setup response"));
        Assert.That((await run.WaitAsync("tolerated")).GetProperty("sentence").GetString(), Is.Not.Empty);
    }

    [Test]
    public async Task Replay_WhatIsNoTrace_SaysSo()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("prose.txt"), "nothing here");
        await using var missing = CommandRun.Start("replay", folder.File("none"));
        await using var prose = CommandRun.Start("replay", folder.File("prose.txt"));
        Assert.That(await missing.ExitCode, Is.EqualTo(ExitCode.NoInput));
        Assert.That(missing.Error, Does.Contain("There is no file"));
        Assert.That(await prose.ExitCode, Is.EqualTo(ExitCode.NoInput));
        Assert.That(prose.Error, Does.Contain("prose.txt").And.Contain("hcidump"));
    }
}
