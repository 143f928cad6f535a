using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Commands;

[TestFixture]
public sealed class InterruptTests
{
    [Test]
    public async Task Scan_Interrupted_IsNotDone()
    {
        await using var radio = await RadioRun.StartAsync();
        await using var scan = radio.Start("scanner", "scan");
        await scan.WaitAsync("controller-opened");
        Assert.That(await scan.InterruptAsync(), Is.EqualTo(ExitCode.Interrupted));
        Assert.That(scan.Error, Is.EqualTo("hoststack: Interrupted."));
    }

    [Test]
    public async Task Everything_Interrupted_LeavesNothingBehind()
    {
        var radio = await RadioRun.StartAsync();
        using var folder = radio.Folder;
        await using (var server = radio.Start("server", "gn", "--pair", "600", "--io", "none"))
        {
            await server.WaitAsync("pairing-window");
            Assert.That(await server.InterruptAsync(), Is.Zero);
        }

        Assert.That(await radio.StopAsync(), Is.Zero);
        var left = Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Where(static name => !name!.StartsWith("server.json", StringComparison.Ordinal));
        Assert.That(left, Is.Empty, "only the key file may stay");
    }

    [Test]
    public async Task Radio_RestartedOnItsSocket_ServesAgain()
    {
        using var folder = new TemporaryFolder();
        var uri = $"h4:unix:{folder.File("radio")}";
        for (var i = 0; i < 2; i++)
        {
            await using var serve = CommandRun.StartIn(folder, "virtual", "serve", "--json", "--listen", uri, "--controllers", "hub=00:1B:DC:00:00:42");
            await serve.WaitAsync("serving");
            await using var host = CommandRun.StartIn(folder, "gn", "--json", "-c", uri);
            var opened = await host.WaitAsync("controller-opened");
            Assert.That(opened.GetProperty("address").GetString(), Is.EqualTo("00:1B:DC:00:00:42"));
        }
    }

    [Test]
    public async Task Radio_OnTcp_SaysItsRealPort()
    {
        await using var serve = CommandRun.Start("virtual", "serve", "--json", "--listen", "h4:tcp:127.0.0.1:0", "--pace", "3-DH5", "--seed", "9");
        var serving = await serve.WaitAsync("serving");
        var uri = serving.GetProperty("uri").GetString()!;
        Assert.That(uri, Does.Match("^h4:tcp:127.0.0.1:[1-9][0-9]*$"));
        using var folder = new TemporaryFolder();
        await using var host = CommandRun.StartIn(folder, "nap", "--json", "-c", uri);
        await host.WaitAsync("network-up");
    }
}
