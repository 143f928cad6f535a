using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Cli.Service;

/// <summary>How one controller of the service stands, from its events. Pure.</summary>
/// <param name="Name">The device's name.</param>
internal sealed record ControllerState(string Name)
{
    /// <summary>Whether the controller is there.</summary>
    public bool IsUp { get; init; }

    /// <summary>Why it is not.</summary>
    public string? Problem { get; init; }

    /// <summary>The devices on each served network.</summary>
    public IReadOnlyDictionary<PanRole, int> Peers { get; init; } = new Dictionary<PanRole, int>();

    /// <summary>Networks that are to be joined.</summary>
    public int Wanted { get; init; }

    /// <summary>Peers whose networks are joined.</summary>
    public IReadOnlySet<PeerAddress> Joined { get; init; } = new HashSet<PeerAddress>();

    /// <summary>The state after an event.</summary>
    public ControllerState After(HostEvent happened) => happened switch
    {
        ControllerOpened => this with { IsUp = true, Problem = null },
        ControllerLost lost => this with { IsUp = false, Problem = lost.Reason },
        NetworkUp up => this with { Peers = Counting(up.Role, 0) },
        PeerJoined joined => this with { Peers = Counting(joined.Role, 1) },
        PeerLeft left => this with { Peers = Counting(left.Role, -1) },
        PanConnected connected => this with { Joined = new HashSet<PeerAddress>(Joined) { connected.Peer } },
        PanDisconnected gone => this with { Joined = Joined.Where(peer => peer != gone.Peer).ToHashSet() },
        _ => this,
    };

    /// <summary>In words: <c>Hub: up, GN 2 devices, joined 1 of 1</c>.</summary>
    public override string ToString()
    {
        if (!IsUp)
        {
            return $"{Name}: {(Problem is null ? "opening the controller" : $"no controller: {Problem.TrimEnd('.')}")}";
        }

        var parts = Peers.OrderBy(static entry => entry.Key).Select(static entry => $"{entry.Key.Name()} {Devices(entry.Value)}");
        return $"{Name}: {string.Join(", ", (Wanted == 0 ? parts : parts.Append($"joined {Joined.Count} of {Wanted}")).Prepend("up"))}";
    }

    private static string Devices(int count) => count == 1 ? "1 device" : $"{count} devices";

    private Dictionary<PanRole, int> Counting(PanRole role, int change)
    {
        var peers = new Dictionary<PanRole, int>(Peers);
        peers[role] = Math.Max(0, peers.GetValueOrDefault(role) + change);
        return peers;
    }
}
