namespace HostStack.Cli.Tests.Rig;

/// <summary><c>virtual serve</c> on a Unix socket of its own, for commands that attach to it.</summary>
internal sealed class RadioRun : IAsyncDisposable
{
    private readonly CommandRun _serve;

    private RadioRun(TemporaryFolder folder, CommandRun serve, string uri)
    {
        Folder = folder;
        _serve = serve;
        Uri = uri;
    }

    public TemporaryFolder Folder { get; }

    public string Uri { get; }

    public string Socket => Folder.File("radio");

    public static async Task<RadioRun> StartAsync(params string[] more)
    {
        var folder = new TemporaryFolder();
        var uri = $"h4:unix:{folder.File("radio")}";
        var serve = CommandRun.StartIn(folder, ["virtual", "serve", "--json", "--listen", uri, .. more]);
        await serve.WaitAsync("serving");
        return new RadioRun(folder, serve, uri);
    }

    /// <summary>Starts a command on a controller of this radio, with a key file of its own.</summary>
    public CommandRun Start(string who, params string[] arguments) => Start(new TestTerminal(), who, arguments);

    public CommandRun Start(TestTerminal terminal, string who, params string[] arguments) =>
        CommandRun.StartAt(
            terminal, Folder, [.. arguments, "--json", "--controller", Uri, "--keys", Folder.File($"{who}.json"), "--name", who]);

    /// <summary>The same, where <see cref="Ask(string[])"/> does not find its status socket.</summary>
    public CommandRun StartAlone(string who, params string[] arguments) =>
        CommandRun.StartAlone(
            new TestTerminal(), Folder, [.. arguments, "--json", "--controller", Uri, "--keys", Folder.File($"{who}.json"), "--name", who]);

    /// <summary>Starts <c>hoststack status</c>.</summary>
    public CommandRun Ask(params string[] arguments) => Ask(new TestTerminal(), arguments);

    public CommandRun Ask(TestTerminal terminal, params string[] arguments) => CommandRun.StartAt(terminal, Folder, ["status", .. arguments]);

    /// <summary>Starts a command on a machine that the test made.</summary>
    public CommandRun StartOn(Networks.MemoryMachine machine, string who, params string[] arguments) =>
        CommandRun.StartOn(
            machine, Folder, [.. arguments, "--json", "--controller", Uri, "--keys", Folder.File($"{who}.json"), "--name", who]);

    /// <summary>Ends the radio.</summary>
    public Task<int> StopAsync() => _serve.InterruptAsync();

    public async ValueTask DisposeAsync()
    {
        await _serve.DisposeAsync();
        Folder.Dispose();
    }
}
