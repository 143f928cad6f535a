using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Shim;

/// <summary>Which MAC addresses the neighbours have, and the packets that wait to know (RFC 826; RFC 4861, 7.3).</summary>
/// <remarks>Pure. A neighbour that was not heard of for a while is still used while it is asked again; one that does not
/// answer is forgotten, and what waits for it dropped. Everything is bounded; the neighbour used longest ago gives way.
/// </remarks>
/// <param name="solicit">Asks for a neighbour: at its known MAC address, or everyone where there is none.</param>
internal sealed class NeighbourCache(Action<InternetAddress, MacAddress?> solicit)
{
    /// <summary>Neighbours that are kept.</summary>
    public const int Capacity = 256;

    /// <summary>Packets that wait for one neighbour; the oldest gives way (RFC 4861, 7.2.2).</summary>
    public const int QueueLimit = 8;

    /// <summary>Packets that wait for all neighbours together; more are dropped.</summary>
    public const int TotalLimit = 64;

    /// <summary>Times that a neighbour is asked for.</summary>
    public const int Attempts = 3;

    /// <summary>Between two times.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long a neighbour is believed without being heard of.</summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(60);

    private readonly Dictionary<InternetAddress, Entry> _entries = [];
    private readonly List<InternetAddress> _due = [];
    private int _asking;
    private int _waiting;

    /// <summary>Neighbours in the table, those that are sought included.</summary>
    public int Count => _entries.Count;

    /// <summary>Packets that were dropped: too many waited, or the neighbour did not answer.</summary>
    public long Dropped { get; private set; }

    /// <summary>When <see cref="Advance"/> is to be called; null where nobody is asked for.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? next = null;
            if (_asking > 0)
            {
                foreach (var entry in _entries.Values)
                {
                    next = entry.RetryAt is { } at && !(next <= at) ? at : next;
                }
            }

            return next;
        }
    }

    /// <summary>Gives a neighbour's MAC address, and asks again where it was not heard of for long.</summary>
    /// <param name="address">The neighbour.</param>
    /// <param name="now">The time.</param>
    /// <param name="mac">Its MAC address.</param>
    /// <returns>False where it is not known: the packet may then wait.</returns>
    public bool TryGet(InternetAddress address, TimeSpan now, out MacAddress mac)
    {
        if (!_entries.TryGetValue(address, out var entry) || !entry.IsKnown)
        {
            mac = default;
            return false;
        }

        mac = entry.Mac;
        entry.UsedAt = now;
        if (now - entry.HeardAt >= BelievedFor && entry.RetryAt is null)
        {
            Ask(address, entry, now);
        }

        return true;
    }

    /// <summary>Lets a packet wait for a neighbour that is not known, and asks for it.</summary>
    /// <param name="address">The neighbour.</param>
    /// <param name="packet">The packet; copied.</param>
    /// <param name="now">The time.</param>
    public void Wait(InternetAddress address, ReadOnlySpan<byte> packet, TimeSpan now)
    {
        if (!_entries.TryGetValue(address, out var entry))
        {
            entry = Add(address, now);
            Ask(address, entry, now);
        }

        if (entry.Waiting.Count >= QueueLimit)
        {
            entry.Waiting.Dequeue();
            _waiting--;
            Dropped++;
        }

        if (_waiting >= TotalLimit)
        {
            Dropped++;
            return;
        }

        entry.Waiting.Enqueue(packet.ToArray());
        _waiting++;
    }

    /// <summary>A neighbour tells its MAC address.</summary>
    /// <param name="address">The neighbour.</param>
    /// <param name="mac">Its MAC address.</param>
    /// <param name="isForUs">Whether it speaks to us: then it is learned where it is not known.</param>
    /// <param name="now">The time.</param>
    /// <param name="send">Takes each packet that waited.</param>
    public void Heard(InternetAddress address, MacAddress mac, bool isForUs, TimeSpan now, Action<byte[], MacAddress> send)
    {
        if (!_entries.TryGetValue(address, out var entry))
        {
            if (!isForUs)
            {
                return;
            }

            entry = Add(address, now);
        }

        entry.Mac = mac;
        entry.IsKnown = true;
        entry.HeardAt = now;
        StopAsking(entry);
        while (entry.Waiting.TryDequeue(out var packet))
        {
            _waiting--;
            send(packet, mac);
        }
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="now">The time.</param>
    public void Advance(TimeSpan now)
    {
        if (_asking == 0)
        {
            return;
        }

        foreach (var (address, entry) in _entries)
        {
            if (entry.RetryAt <= now)
            {
                _due.Add(address);
            }
        }

        foreach (var address in _due)
        {
            var entry = _entries[address];
            if (entry.Tries >= Attempts)
            {
                Remove(address, entry);
            }
            else
            {
                Ask(address, entry, now);
            }
        }

        _due.Clear();
    }

    /// <summary>Forgets everybody: the network was another.</summary>
    public void Clear()
    {
        Dropped += _waiting;
        _entries.Clear();
        (_asking, _waiting) = (0, 0);
    }

    private Entry Add(InternetAddress address, TimeSpan now)
    {
        if (_entries.Count >= Capacity)
        {
            var oldest = _entries.MinBy(static entry => entry.Value.UsedAt);
            Remove(oldest.Key, oldest.Value);
        }

        var entry = new Entry { UsedAt = now };
        _entries.Add(address, entry);
        return entry;
    }

    private void Remove(InternetAddress address, Entry entry)
    {
        StopAsking(entry);
        Dropped += entry.Waiting.Count;
        _waiting -= entry.Waiting.Count;
        _entries.Remove(address);
    }

    private void Ask(InternetAddress address, Entry entry, TimeSpan now)
    {
        if (entry.RetryAt is null)
        {
            _asking++;
        }

        entry.Tries++;
        entry.RetryAt = now + RetryInterval;
        solicit(address, entry.IsKnown ? entry.Mac : null);
    }

    private void StopAsking(Entry entry)
    {
        if (entry.RetryAt is not null)
        {
            _asking--;
            entry.RetryAt = null;
        }

        entry.Tries = 0;
    }

    private sealed class Entry
    {
        public MacAddress Mac { get; set; }

        public bool IsKnown { get; set; }

        public TimeSpan HeardAt { get; set; }

        public TimeSpan UsedAt { get; set; }

        public TimeSpan? RetryAt { get; set; }

        public int Tries { get; set; }

        public Queue<byte[]> Waiting { get; } = new();
    }
}
