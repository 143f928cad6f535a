using System.Runtime.Versioning;
using System.Text.Json;
using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Networks;

/// <summary>A radio, a machine that serves a network on it, and one that joins; each command is a process.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TwoMachines : IAsyncDisposable
{
    private readonly List<ProcessRun> _runs = [];
    private readonly TemporaryFolder _folder = new();
    private readonly List<Machine> _machines = [];

    public Machine Server { get; private set; } = null!;

    public Machine Client { get; private set; } = null!;

    private string Uri => $"h4:unix:{_folder.File("radio")}";

    public static async Task<TwoMachines> CreateAsync(params string[] programs)
    {
        var rig = new TwoMachines();
        try
        {
            rig.Server = await rig.AddMachineAsync(programs);
            rig.Client = await rig.AddMachineAsync(programs);
            var radio = ProcessRun.Start(null, rig._folder, "virtual", "serve", "--listen", rig.Uri);
            rig._runs.Add(radio);
            await radio.WaitAsync("serving");
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>A further machine.</summary>
    public async Task<Machine> AddMachineAsync(params string[] programs)
    {
        var machine = await Machine.CreateAsync(programs);
        _machines.Add(machine);
        return machine;
    }

    /// <summary>Starts a command on a controller of the radio.</summary>
    public ProcessRun Start(Machine machine, string who, params string[] arguments) => StartBy([], machine, who, arguments);

    /// <summary>The same, by a program that becomes the command.</summary>
    public ProcessRun StartBy(string[] before, Machine machine, string who, params string[] arguments)
    {
        var run = ProcessRun.Start(
            machine, _folder, before, [.. arguments, "--io", "none", "--controller", Uri, "--keys", _folder.File($"{who}.json"), "--name", who]);
        _runs.Add(run);
        return run;
    }

    /// <summary>Lets every user into the rig's folder, where the radio is.</summary>
    public string OpenToAll(string below)
    {
        const UnixFileMode everybody = (UnixFileMode)0b111_111_111;
        File.SetUnixFileMode(_folder.Path, everybody);
        File.SetUnixFileMode(_folder.File("radio"), everybody);
        Directory.CreateDirectory(_folder.File(below));
        File.SetUnixFileMode(_folder.File(below), everybody);
        return _folder.File(below);
    }

    /// <summary>Starts <c>hoststack run</c>.</summary>
    /// <param name="machine">Where.</param>
    /// <param name="name">The configuration's name.</param>
    /// <param name="configuration">The configuration; <c>RADIO</c> stands for the radio's URI.</param>
    public ProcessRun StartService(Machine machine, string name, string configuration)
    {
        File.WriteAllText(_folder.File(name), configuration.Replace("RADIO", Uri, StringComparison.Ordinal));
        var run = ProcessRun.Start(machine, _folder, "run", "--config", _folder.File(name));
        _runs.Add(run);
        return run;
    }

    /// <summary>Serves a role, open for pairing.</summary>
    /// <returns>The run, and its device's address.</returns>
    public Task<(ProcessRun Run, string Address)> ServeAsync(string role, params string[] arguments) => ServeByAsync([], role, arguments);

    /// <summary>The same, by a program that becomes the command.</summary>
    public async Task<(ProcessRun Run, string Address)> ServeByAsync(string[] before, string role, params string[] arguments)
    {
        var run = StartBy(before, Server, "server", [role, "--pair", "600", .. arguments]);
        await run.WaitAsync("pairing-window", static item => item.GetProperty("open").GetBoolean());
        return (run, Text(await run.WaitAsync("controller-opened"), "address"));
    }

    public static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    public async ValueTask DisposeAsync()
    {
        foreach (var run in Enumerable.Reverse(_runs))
        {
            await run.DisposeAsync();
        }

        foreach (var machine in _machines)
        {
            await machine.DisposeAsync();
        }

        _folder.Dispose();
    }
}
