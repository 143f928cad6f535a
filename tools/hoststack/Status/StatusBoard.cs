using System.Reflection;

namespace HostStack.Cli.Status;

/// <summary>What this process tells on its status socket: one entry for each of its sources. Looks by itself now and then,
/// so that the first question has rates already. Any thread.</summary>
internal sealed class StatusBoard : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CommandEnvironment _environment;
    private readonly string _command;
    private readonly Lock _gate = new();
    private readonly List<IStatusSource> _sources = [];
    private readonly ITimer _timer;

    /// <summary>Makes an empty board.</summary>
    public StatusBoard(CommandEnvironment environment, string command)
    {
        _environment = environment;
        _command = command;
        _timer = environment.Time.CreateTimer(_ => _ = LookAsync(), null, Interval, Interval);
    }

    /// <summary>The program's version.</summary>
    public static string Version { get; } =
        typeof(StatusBoard).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Shows a source, in the order in which they come.</summary>
    public void Add(IStatusSource source)
    {
        lock (_gate)
        {
            _sources.Add(source);
        }
    }

    /// <summary>Reads all of them.</summary>
    public async Task<StatusDocument> ReadAsync()
    {
        IStatusSource[] sources;
        lock (_gate)
        {
            sources = [.. _sources];
        }

        return new StatusDocument
        {
            Program = Version,
            Process = Environment.ProcessId,
            Command = _command,
            Uptime = _environment.Elapsed.TotalSeconds,
            Controllers = await Task.WhenAll(sources.Select(static source => source.ReadAsync())),
        };
    }

    public void Dispose() => _timer.Dispose();

#pragma warning disable CA1031 // A look that fails is no reason to fall: whoever asks is told.
    private async Task LookAsync()
    {
        try
        {
            await ReadAsync();
        }
        catch (Exception)
        {
            // The next look, or the next question, tells.
        }
    }
#pragma warning restore CA1031
}
