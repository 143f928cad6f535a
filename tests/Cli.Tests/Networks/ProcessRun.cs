using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Networks;

/// <summary><c>hoststack</c> as a process of its own, on a machine of the test.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ProcessRun : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly LineWriter _lines = new();
    private readonly LineWriter _errors = new();

    private ProcessRun(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(_lines, line.Data);
        process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Story => $"{_lines}\n{_errors}";

    public IReadOnlyList<JsonElement> Objects => [.. _lines.All.Select(static line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Starts it.</summary>
    /// <param name="machine">Where; null: on this machine, for what touches no network.</param>
    /// <param name="folder">The user's home.</param>
    /// <param name="arguments">Its arguments; <c>--json</c> is added.</param>
    public static ProcessRun Start(Machine? machine, TemporaryFolder folder, params string[] arguments) =>
        Start(machine, folder, [], arguments);

    /// <summary>Starts it by another program, that becomes it.</summary>
    public static ProcessRun Start(Machine? machine, TemporaryFolder folder, string[] before, string[] arguments)
    {
        string[] command = [.. before, "dotnet", Path.Combine(AppContext.BaseDirectory, "hoststack.dll"), .. arguments, "--json"];

        // ip becomes the program: one process, whose id is the program's.
        command = machine is null ? command : ["ip", "netns", "exec", machine.Name, .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in folder.Variables)
        {
            start.Environment[name] = value;
        }

        return new ProcessRun(Process.Start(start)!);
    }

    /// <summary>The first object of a kind, as soon as it is there; fails where the program ends without one.</summary>
    public async Task<JsonElement> WaitAsync(string kind, Func<JsonElement, bool>? wanted = null)
    {
        var line = _lines.WaitAsync(line =>
            JsonDocument.Parse(line).RootElement is var item && item.GetProperty("kind").GetString() == kind && wanted?.Invoke(item) != false);
        await Task.WhenAny(line, _process.WaitForExitAsync(), Task.Delay(Limit, TimeProvider.System));
        Assert.That(line.IsCompleted, Is.True, $"there is no '{kind}':\n{Story}");
        return JsonDocument.Parse(await line).RootElement;
    }

    /// <summary>SIGTERM, and its exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await kill.WaitForExitAsync();
        }

        return await EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        return _process.ExitCode;
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // In good order, so that it takes back what it made; the namespace and what else is there go after it.
            await StopAsync();
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static void Take(LineWriter lines, string? text)
    {
        if (text is not null)
        {
            lines.Write(text + "\n");
        }
    }
}
