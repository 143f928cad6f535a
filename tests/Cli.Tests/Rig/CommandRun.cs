using System.Text.Json;
using HostStack.Cli.Networks;

namespace HostStack.Cli.Tests.Rig;

/// <summary>One run of the command line in this process.</summary>
internal sealed class CommandRun : IAsyncDisposable
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();

    private CommandRun(
        TestTerminal terminal, IReadOnlyDictionary<string, string> variables, string[] arguments, IMachineNetworks? networks = null,
        Func<CommandEnvironment, CommandEnvironment>? with = null)
    {
        Terminal = terminal;
        var environment = new CommandEnvironment
        {
            Terminal = terminal,
            Variable = variables.GetValueOrDefault,
            SystemRun = variables.GetValueOrDefault("HOME", "/no/such/folder"),
            Networks = networks ?? new UntouchedMachine(),
            Start = TimeProvider.System.GetTimestamp(),
        };
        ExitCode = new CommandLine(with?.Invoke(environment) ?? environment).RunAsync(arguments, _stop.Token);
    }

    public TestTerminal Terminal { get; }

    public Task<int> ExitCode { get; }

    public string Error => Terminal.Errors.ToString();

    /// <summary>All that was said, for the message of a test that fails.</summary>
    public string Story => $"{Terminal.Lines}\n{Terminal.Errors}";

    public IReadOnlyList<JsonElement> Objects => [.. Terminal.Lines.All.Select(static line => JsonDocument.Parse(line).RootElement)];

    public static CommandRun Start(params string[] arguments) => new(new TestTerminal(), new Dictionary<string, string>(), arguments);

    public static CommandRun StartIn(TemporaryFolder folder, params string[] arguments) =>
        new(new TestTerminal(), folder.Variables, arguments);

    /// <summary>Starts where the status socket is in a folder that nobody else looks into.</summary>
    public static CommandRun StartAlone(TestTerminal terminal, TemporaryFolder folder, params string[] arguments) =>
        new(terminal, new Dictionary<string, string>(folder.Variables) { ["XDG_RUNTIME_DIR"] = Directory.CreateDirectory(folder.File("alone")).FullName }, arguments);

    /// <summary>Starts with further variables in the environment.</summary>
    public static CommandRun StartWith(TemporaryFolder folder, (string Name, string Value)[] variables, params string[] arguments) =>
        new(new TestTerminal(), folder.Variables.Concat(variables.ToDictionary(static item => item.Name, static item => item.Value)).ToDictionary(), arguments);

    public static CommandRun StartAt(TestTerminal terminal, TemporaryFolder folder, params string[] arguments) =>
        new(terminal, folder.Variables, arguments);

    /// <summary>Starts a command on a machine that the test made.</summary>
    public static CommandRun StartOn(IMachineNetworks networks, TemporaryFolder folder, params string[] arguments) =>
        new(new TestTerminal(), folder.Variables, arguments, networks);

    /// <summary>Starts a command in an environment that the test changes.</summary>
    public static CommandRun StartWith(
        Func<CommandEnvironment, CommandEnvironment> with, TestTerminal terminal, params string[] arguments) =>
        new(terminal, new Dictionary<string, string>(), arguments, with: with);

    /// <summary>The first object of a kind, as soon as it is there; fails where the command ends without one.</summary>
    public async Task<JsonElement> WaitAsync(string kind, Func<JsonElement, bool>? wanted = null)
    {
        var line = Terminal.Lines.WaitAsync(line =>
            JsonDocument.Parse(line).RootElement is var item && item.GetProperty("kind").GetString() == kind && wanted?.Invoke(item) != false);

        // The limit only ends a test that would hang: what is awaited comes as soon as it happens.
        await Task.WhenAny(line, ExitCode, Task.Delay(HangLimit, TimeProvider.System));
        Assert.That(line.IsCompleted, Is.True, $"there is no '{kind}':\n{Terminal.Lines}\n{Terminal.Errors}");
        return JsonDocument.Parse(await line).RootElement;
    }

    /// <summary>Ctrl-C.</summary>
    public async Task<int> InterruptAsync()
    {
        await _stop.CancelAsync();
        return await ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await InterruptAsync();
        _stop.Dispose();
    }
}

/// <summary>A folder of one test, gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hs").FullName;

    /// <summary>The environment of a user who lives here.</summary>
    public Dictionary<string, string> Variables => new()
    {
        ["XDG_DATA_HOME"] = Path,
        ["LOCALAPPDATA"] = Path,
        ["HOME"] = Path,
        ["XDG_RUNTIME_DIR"] = Path,
    };

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
