using System.Globalization;

namespace HostStack.Bench.Peers;

/// <summary>Two network namespaces of this run, one for each host: two interfaces in one would ping each other by the
/// loopback interface.</summary>
internal sealed class PeerNamespaces : IAsyncDisposable
{
    /// <summary>The serving host's address, with its prefix length.</summary>
    public const string ServerNetwork = ServerAddress + "/24";

    /// <summary>The serving host's address.</summary>
    public const string ServerAddress = "10.99.0.1";

    /// <summary>The joining host's address, with its prefix length.</summary>
    public const string ClientNetwork = "10.99.0.2/24";

    private PeerNamespaces(string prefix)
    {
        Server = prefix + "s";
        Client = prefix + "c";
    }

    public string Server { get; }

    public string Client { get; }

    public static async Task<PeerNamespaces> CreateAsync()
    {
        var made = new PeerNamespaces(string.Create(CultureInfo.InvariantCulture, $"hsbench{Environment.ProcessId}"));
        await ProgramRun.OutputAsync(null, "ip", "netns", "add", made.Server);
        await ProgramRun.OutputAsync(null, "ip", "netns", "add", made.Client);
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        await ProgramRun.OutputAsync(null, "ip", "netns", "delete", Server);
        await ProgramRun.OutputAsync(null, "ip", "netns", "delete", Client);
    }
}
