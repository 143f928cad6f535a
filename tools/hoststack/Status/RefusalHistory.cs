using HostStack.Cli.Terminal;
using HostStack.Host;

namespace HostStack.Cli.Status;

/// <summary>The last refusals of a host. Those that repeat the one before are counted with it. Any thread.</summary>
internal sealed class RefusalHistory
{
    /// <summary>Refusals that are kept.</summary>
    public const int Capacity = 16;

    private readonly Lock _gate = new();
    private readonly LinkedList<(Refused Refusal, int Times)> _last = [];
    private long _count;

    /// <summary>All since the start.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void Add(Refused refusal)
    {
        Interlocked.Increment(ref _count);
        lock (_gate)
        {
            if (_last.Last is { } last && IsSame(last.Value.Refusal, refusal))
            {
                last.Value = (refusal, last.Value.Times + 1);
                return;
            }

            _last.AddLast((refusal, 1));
            if (_last.Count > Capacity)
            {
                _last.RemoveFirst();
            }
        }
    }

    /// <summary>The last ones, the newest at the end.</summary>
    public IReadOnlyList<RefusalEntry> Read(DateTimeOffset now)
    {
        lock (_gate)
        {
            return [.. _last.Select(entry => new RefusalEntry(
                Math.Max(0, (now - entry.Refusal.Time).TotalSeconds),
                entry.Refusal.Layer.ToString().ToLowerInvariant(),
                entry.Refusal.Rule,
                entry.Refusal.Peer.ToString(),
                entry.Refusal.Role,
                entry.Refusal.KeyType is { } type ? EventReporter.Words(type) : null,
                entry.Refusal.ByPeer,
                entry.Refusal.Remedy,
                entry.Times))];
        }
    }

    private static bool IsSame(Refused one, Refused other) =>
        (one.Layer, one.Rule, one.Peer, one.Role, one.ByPeer) == (other.Layer, other.Rule, other.Peer, other.Role, other.ByPeer);
}
