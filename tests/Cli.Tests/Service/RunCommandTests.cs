using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Service;

/// <summary><c>hoststack run</c> in this process, on a simulated radio behind sockets.</summary>
[TestFixture]
public sealed class RunCommandTests
{
    private const string HubAddress = "00:1B:DC:00:00:42";

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Check_OfAGoodFile_SaysSo()
    {
        var file = Write("good.json", """{ "controllers": [{ "uri": "virtual:", "networks": [{ "role": "gn" }] }] }""");
        await using var run = CommandRun.StartIn(_folder, "run", "--config", file, "--check");
        Assert.That(await run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Terminal.Lines.All.Single(), Is.EqualTo($"✓ '{file}' is good: 1 controller, 1 network, 0 connections"));
    }

    [Test]
    public async Task BadFile_IsSaidLineByLine()
    {
        var file = Write("bad.json", "{\n  \"controllers\": [{ \"uri\": \"usb\", \"networks\": [{ \"role\": \"gm\" }] }]\n}");
        await using var run = CommandRun.StartIn(_folder, "--config", file);
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Configuration));
        Assert.That(run.Terminal.Errors.All, Is.EqualTo(new[]
        {
            "hoststack: The configuration has 2 errors; correct them:",
            $"{file}:2:28: controllers[0].uri cannot be 'usb'; write one like h4:unix:/run/controller.sock.",
            $"{file}:2:58: controllers[0].networks[0].role cannot be 'gm'; write gn, nap or panu.",
        }));
    }

    [Test]
    public async Task Controller_OfAnUnknownForm_IsSaidWithItsPlace()
    {
        var file = Write("bad.json", """{ "controllers": [{ "uri": "carrier:pigeon", "networks": [{ "role": "gn" }] }] }""");
        await using var run = CommandRun.StartIn(_folder, "run", "--check", "--config", file);
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Configuration));
        Assert.That(run.Error, Does.Contain($"{file}:1:28: controllers[0].uri: 'carrier:pigeon' does not name a controller; write one of "));
    }

    [Test]
    public async Task Run_WithoutAFile_SaysWhichOption()
    {
        await using var run = CommandRun.StartIn(_folder, "run");
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("--config"));
    }

    [Test]
    public async Task Service_ServesAndJoins_OnSeveralControllers_AndTellsIt()
    {
        await using var radio = await RadioRun.StartAsync("--controllers", $"hub={HubAddress}");
        var hub = Write("hub.json", $$"""
            { "controllers": [{ "uri": "{{radio.Uri}}", "name": "Hub", "io": "none", "pairing": 600, "keys": "hub-keys.json",
              "networks": [{ "role": "gn" }, { "role": "nap", "authorize": "listed" }] }],
              "devices": [{ "address": "00:00:00:00:00:01" }] }
            """);
        await using var server = CommandRun.StartIn(_folder, "run", "--json", "--config", hub);
        Assert.That((await server.WaitAsync("ready")).GetProperty("status").GetString(), Is.EqualTo("Hub: up, NAP 0 devices, GN 0 devices"));

        var client = Write("client.json", $$"""
            { "controllers": [
              { "uri": "{{radio.Uri}}", "name": "Client", "io": "none", "keys": "client-keys.json",
                "connections": [{ "peer": "{{HubAddress}}", "role": "gn" }] },
              { "uri": "virtual:", "name": "Other", "networks": [{ "role": "panu" }] }],
              "statusSocket": "client.sock" }
            """);
        await using var joining = CommandRun.StartIn(_folder, "run", "--json", "--config", client);
        var joined = await joining.WaitAsync("pan-connected");
        Assert.That((joined.GetProperty("host").GetString(), joined.GetProperty("role").GetString()), Is.EqualTo(("Client", "GN")));
        await server.WaitAsync("peer-joined");
        await joining.WaitAsync("ready"); // The other controller, too.

        await using var status = CommandRun.StartIn(_folder, "status", "--json", "--socket", _folder.File("client.sock"));
        Assert.That(await status.ExitCode, Is.Zero, status.Error);
        var kinds = status.Objects.Select(static item => item.GetProperty("kind").GetString()).ToArray();
        Assert.That(kinds.Count(static kind => kind == "controller"), Is.EqualTo(2));
        Assert.That(status.Objects.Single(static item => item.GetProperty("kind").GetString() == "connection").GetProperty("state").GetString(), Is.EqualTo("connected"));
        Assert.That(status.Objects.Single(static item => item.GetProperty("kind").GetString() == "network").GetProperty("role").GetString(), Is.EqualTo("PANU"));

        Assert.That(await joining.InterruptAsync(), Is.Zero, joining.Error);
        await server.WaitAsync("peer-left");
        Assert.That(await server.InterruptAsync(), Is.Zero, server.Error);
        Assert.That(File.Exists(_folder.File("hub-keys.json")), Is.True, "a relative path begins at the configuration's folder");
        Assert.That(File.Exists(_folder.File("client.sock")), Is.False, "nothing is left");
    }

    [Test]
    public async Task Connection_ToNobody_IsTriedAgain_AndShownWaiting()
    {
        await using var radio = await RadioRun.StartAsync();
        var file = Write("lonely.json", $$"""
            { "controllers": [{ "uri": "{{radio.Uri}}", "name": "Lonely", "io": "none",
              "connections": [{ "peer": "00:1B:DC:0F:FF:FF", "reconnect": { "firstWait": 0.1, "longestWait": 0.2, "attempts": 2 } }] }] }
            """);
        await using var run = CommandRun.StartIn(_folder, "run", "--json", "--config", file);
        var first = await run.WaitAsync("connection-waiting");
        Assert.That(first.GetProperty("reason").GetString(), Does.Contain("cannot be reached").And.EndWith("It is tried again in 0.1 s."));
        var last = await run.WaitAsync("connection-waiting", static item => item.GetProperty("wait").ValueKind == System.Text.Json.JsonValueKind.Null);
        Assert.That(last.GetProperty("reason").GetString(), Does.EndWith("It is given up after 2 attempts, as configured."));
        await using var status = CommandRun.StartIn(_folder, "status", "--json");
        Assert.That(await status.ExitCode, Is.Zero, status.Error);
        var connection = status.Objects.Single(static item => item.GetProperty("kind").GetString() == "connection");
        Assert.That(connection.GetProperty("state").GetString(), Is.EqualTo("given up"));
        Assert.That(await run.InterruptAsync(), Is.Zero, run.Error);
    }

    [Test]
    public async Task Controller_ThatIsNotThere_IsWaitedFor_AndServedWhenItComes()
    {
        var uri = $"h4:unix:{_folder.File("late")}";
        var file = Write("late.json", $$"""
            { "controllers": [{ "uri": "{{uri}}", "name": "Late", "firstWait": 0.1, "longestWait": 0.2, "networks": [{ "role": "gn" }] }] }
            """);
        await using var run = CommandRun.StartIn(_folder, "run", "--json", "--config", file);
        var waiting = await run.WaitAsync("controller-waiting");
        Assert.That(waiting.GetProperty("wait").GetDouble(), Is.EqualTo(0.1));
        Assert.That((await run.WaitAsync("ready")).GetProperty("status").GetString(), Does.StartWith("Late: no controller: There is no socket"));
        await using (var status = CommandRun.StartIn(_folder, "status", "--json"))
        {
            Assert.That(await status.ExitCode, Is.Zero, status.Error);
            Assert.That(status.Objects[0].GetProperty("state").GetString(), Is.EqualTo("waiting"));
        }

        await using var radio = CommandRun.StartIn(_folder, "virtual", "serve", "--json", "--listen", uri);
        await run.WaitAsync("network-up");
        Assert.That(await run.InterruptAsync(), Is.Zero, run.Error);
    }

    [Test]
    public async Task Controller_ThatIsNotWaitedFor_EndsTheService()
    {
        var file = Write("now.json", $$"""
            { "controllers": [{ "uri": "h4:unix:{{_folder.File("none")}}", "wait": false, "networks": [{ "role": "gn" }] },
                              { "uri": "virtual:", "networks": [{ "role": "gn" }] }] }
            """);
        await using var run = CommandRun.StartIn(_folder, "run", "--json", "--config", file);
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Unavailable), run.Error);
        Assert.That(run.Error, Does.Contain("There is no socket"));
    }

    [Test]
    public async Task Port_ThatTheMachineDoesNotAllow_EndsTheServiceWithTheRemedy()
    {
        var file = Write("tap.json", """{ "controllers": [{ "uri": "virtual:", "networks": [{ "role": "gn", "port": { "kind": "interface" } }] }] }""");
        await using var run = CommandRun.StartIn(_folder, "run", "--json", "--config", file);
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.NoPermission), run.Error);
        Assert.That(run.Error, Does.Contain("makes no interface").And.Contain(";"));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "sd_notify needs datagram sockets with paths: run this on Linux.")]
    public async Task Manager_IsToldTheWholeLife()
    {
        using var manager = new NotifySocket(_folder.File("notify"));
        var file = Write("hub.json", """{ "controllers": [{ "uri": "virtual:", "name": "Hub", "networks": [{ "role": "gn" }] }] }""");
        await using var run = CommandRun.StartWith(
            _folder, [("NOTIFY_SOCKET", manager.Address), ("WATCHDOG_USEC", "200000")], "run", "--json", "--config", file);
        Assert.That(await manager.UntilAsync(static told => told.StartsWith("READY=1", StringComparison.Ordinal)), Is.EqualTo("READY=1\nSTATUS=Hub: up, GN 0 devices"));
        await manager.UntilAsync(static told => told == "WATCHDOG=1");
        await manager.UntilAsync(static told => told == "WATCHDOG=1");

        // Read while it ends: a manager that does not keeps the sender waiting.
        var ended = run.InterruptAsync();
        await manager.UntilAsync(static told => told == "STOPPING=1\nSTATUS=ending");
        Assert.That(await ended, Is.Zero, run.Error);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }
}
