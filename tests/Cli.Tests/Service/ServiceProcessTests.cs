using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Service;

/// <summary>The program itself as a service: a process of its own, ended by a signal.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "Signals and sd_notify are Unix's: run this on Linux or macOS.")]
public sealed partial class ServiceProcessTests
{
    private const int Terminate = 15;
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Process_UnderAManager_IsReady_AnswersStatus_AndEndsBySigterm()
    {
        await using var radio = await RadioRun.StartAsync();
        using var folder = new TemporaryFolder();
        using var manager = new NotifySocket(folder.File("notify"));
        var file = folder.File("hub.json");
        await File.WriteAllTextAsync(file, $$"""
            { "controllers": [{ "uri": "{{radio.Uri}}", "name": "Hub", "networks": [{ "role": "gn" }] }] }
            """);
        using var service = Start(folder, manager.Address, "--config", file);
        try
        {
            await manager.UntilAsync(static told => told.StartsWith("READY=1\n", StringComparison.Ordinal));
            await manager.UntilAsync(static told => told == "WATCHDOG=1");

            await using var status = CommandRun.StartIn(folder, "status", "--json", "--socket", SocketOf(folder, service));
            Assert.That(await status.ExitCode, Is.Zero, status.Error);
            var controller = status.Objects.Single(static item => item.GetProperty("kind").GetString() == "controller");
            Assert.That(controller.GetProperty("process").GetInt32(), Is.EqualTo(service.Id));
            Assert.That((controller.GetProperty("state").GetString(), controller.GetProperty("command").GetString()), Is.EqualTo(("up", "run")));

            Assert.That(Kill(service.Id, Terminate), Is.Zero);
            await manager.UntilAsync(static told => told.StartsWith("STOPPING=1\n", StringComparison.Ordinal));
            await WaitAsync(service);
            Assert.That(service.ExitCode, Is.Zero, await service.StandardError.ReadToEndAsync());
            Assert.That(Directory.EnumerateFiles(folder.File("run")), Is.Empty, "its socket is gone");
            Assert.That(File.Exists(Path.Combine(folder.File("state"), "link-keys.json.lock")), Is.True, "keys live in the state folder");
        }
        finally
        {
            End(service);
        }
    }

    [Test]
    public async Task Process_ThatWasKilled_LeavesASocket_ThatTheNextOneRemoves()
    {
        using var folder = new TemporaryFolder();
        using var manager = new NotifySocket(folder.File("notify"));
        var file = folder.File("hub.json");
        await File.WriteAllTextAsync(file, """{ "controllers": [{ "uri": "virtual:", "networks": [{ "role": "gn" }] }] }""");
        using var killed = Start(folder, manager.Address, "--config", file);
        string left;
        try
        {
            await manager.UntilAsync(static told => told.StartsWith("READY=1\n", StringComparison.Ordinal));
            left = SocketOf(folder, killed);
            Assert.That(File.Exists(left), Is.True);
        }
        finally
        {
            End(killed);
        }

        await WaitAsync(killed);
        Assert.That(File.Exists(left), Is.True, "nobody could remove it");
        using var next = Start(folder, manager.Address, "--config", file);
        try
        {
            await manager.UntilAsync(static told => told.StartsWith("READY=1\n", StringComparison.Ordinal));
            Assert.That(Directory.EnumerateFiles(folder.File("run")), Is.EqualTo(new[] { SocketOf(folder, next) }));
        }
        finally
        {
            End(next);
        }
    }

    [Test]
    public async Task Process_WithABadConfiguration_EndsWithTheCodeThatNoRestartHelps()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("bad.json");
        await File.WriteAllTextAsync(file, "{ \"controllers\": [] ");
        using var service = Start(folder, "", "run", "--config", file);
        await WaitAsync(service);
        Assert.That(service.ExitCode, Is.EqualTo(ExitCode.Configuration));
        Assert.That(await service.StandardError.ReadToEndAsync(), Does.Contain($"{file}:1:21: The JSON cannot be read from here on"));
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    public async Task StatusSocket_OfAnotherUser_IsNotAnswered()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/setpriv"))
        {
            Assert.Ignore("Another user is needed: run this as root on Linux with util-linux (setpriv).");
        }

        using var folder = new TemporaryFolder();
        var file = folder.File("hub.json");
        await File.WriteAllTextAsync(file, $$"""
            { "controllers": [{ "uri": "virtual:", "networks": [{ "role": "gn" }] }], "statusSocket": "open.sock" }
            """);
        await using var service = CommandRun.StartIn(folder, "run", "--json", "--config", file);
        await service.WaitAsync("ready");

        // Everything that keeps others out by permissions is opened: the kernel's word about the user is left.
        var everyone = (UnixFileMode)0x1FF;
        File.SetUnixFileMode(folder.Path, everyone);
        File.SetUnixFileMode(folder.File("open.sock"), everyone);
        using var stranger = Process.Start(new ProcessStartInfo("/usr/bin/setpriv")
        {
            ArgumentList =
            {
                "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/env", "perl", "-MIO::Socket::UNIX", "-e",
                "$s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die \"no socket: $!\"; print $s \"hoststack-status 1\\n\"; $s->flush; local $/; print length(<$s> // '')",
                folder.File("open.sock"),
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await WaitAsync(stranger);
        Assert.That(await stranger.StandardError.ReadToEndAsync(), Is.Empty, "it could connect");
        Assert.That(await stranger.StandardOutput.ReadToEndAsync(), Is.EqualTo("0"), "and was told nothing");
        await using var own = CommandRun.StartIn(folder, "status", "--json", "--socket", folder.File("open.sock"));
        Assert.That(await own.ExitCode, Is.Zero, own.Error);
    }

    private static string SocketOf(TemporaryFolder folder, Process service) => Path.Combine(folder.File("run"), $"{service.Id}.sock");

    private static Process Start(TemporaryFolder folder, string manager, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hoststack.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["NOTIFY_SOCKET"] = manager;
        start.Environment["WATCHDOG_USEC"] = "500000";
        start.Environment["RUNTIME_DIRECTORY"] = folder.File("run");
        start.Environment["STATE_DIRECTORY"] = Directory.CreateDirectory(folder.File("state")).FullName;
        start.Environment.Remove("WATCHDOG_PID");
        return Process.Start(start)!;
    }

    private static async Task WaitAsync(Process process)
    {
        using var limit = new CancellationTokenSource(HangLimit, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"The process {process.Id} did not end within {HangLimit}.");
        }
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
