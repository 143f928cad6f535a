using System.Runtime.InteropServices;
using HostStack.Ethernet;

namespace HostStack.Pan.Switching;

/// <summary>What the table makes of a source address.</summary>
internal enum LearnResult
{
    /// <summary>Known on this port, or learned now.</summary>
    Here = 0,

    /// <summary>Alive on another port.</summary>
    Elsewhere,

    /// <summary>Pinned to another port for as long as that is there.</summary>
    PinnedElsewhere,

    /// <summary>No room: the port's limit or the table's.</summary>
    Full,
}

/// <summary>Which address is behind which port: bounded, ageing, without allocation after construction.</summary>
/// <remarks>Times are whole seconds of the switch's own count. The room of a dead entry is found again by a sweep, at most
/// once a second, so that a peer which invents addresses cannot buy a sweep with each frame.</remarks>
internal sealed class MacTable
{
    private readonly Dictionary<ulong, Entry> _entries;
    private readonly ulong[] _dead;
    private readonly int _capacity;
    private readonly int _ageing;
    private int _lastSweep = -1;

    public MacTable(int capacity, TimeSpan ageing)
    {
        _capacity = Math.Max(1, capacity);
        _ageing = (int)Math.Clamp(ageing.TotalSeconds, 1, int.MaxValue / 2);
        _entries = new Dictionary<ulong, Entry>(_capacity);
        _dead = new ulong[_capacity];
    }

    /// <summary>Addresses in the table, dead ones that no sweep has found yet included.</summary>
    public int Count => _entries.Count;

    /// <summary>Ties an address to a port until <see cref="Forget"/>; takes it from whoever learned it.</summary>
    public void Pin(MacAddress address, SwitchPort port)
    {
        Remove(address.Value);
        if (_entries.Count >= _capacity)
        {
            // A pinned address is worth more than any learned one.
            foreach (var (value, entry) in _entries)
            {
                if (!entry.Pinned)
                {
                    Remove(value);
                    break;
                }
            }
        }

        _entries[address.Value] = new Entry { Port = port, Pinned = true };
    }

    /// <summary>Drops every address of a port.</summary>
    public void Forget(SwitchPort port)
    {
        foreach (var (value, entry) in _entries)
        {
            if (ReferenceEquals(entry.Port, port))
            {
                _entries.Remove(value);
            }
        }

        port.Learned = 0;
    }

    /// <summary>The port behind an address; null where it is not known or too old.</summary>
    public SwitchPort? Find(MacAddress address, int now)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, address.Value);
        return System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry) || IsDead(entry, now) ? null : entry.Port;
    }

    /// <summary>Takes note of a source address.</summary>
    /// <param name="address">Unicast.</param>
    /// <param name="port">Where it was seen.</param>
    /// <param name="limit">Learned addresses that the port may have.</param>
    /// <param name="mayMove">Whether an address that is alive elsewhere (and not pinned) moves here.</param>
    /// <param name="now">Seconds.</param>
    public LearnResult Learn(MacAddress address, SwitchPort port, int limit, bool mayMove, int now)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, address.Value);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry))
        {
            if (ReferenceEquals(entry.Port, port))
            {
                entry.LastSeen = now;
                return LearnResult.Here;
            }

            if (entry.Pinned)
            {
                return LearnResult.PinnedElsewhere;
            }

            if (!mayMove && !IsDead(entry, now))
            {
                return LearnResult.Elsewhere;
            }

            Remove(address.Value);
        }

        if (port.Learned >= limit || _entries.Count >= _capacity)
        {
            Sweep(now);
            if (port.Learned >= limit || _entries.Count >= _capacity)
            {
                return LearnResult.Full;
            }
        }

        _entries.Add(address.Value, new Entry { Port = port, LastSeen = now });
        port.Learned++;
        return LearnResult.Here;
    }

    private bool IsDead(in Entry entry, int now) => !entry.Pinned && now - entry.LastSeen >= _ageing;

    private void Sweep(int now)
    {
        if (_lastSweep == now)
        {
            return;
        }

        _lastSweep = now;
        var count = 0;
        foreach (var (value, entry) in _entries)
        {
            if (IsDead(entry, now))
            {
                _dead[count++] = value;
            }
        }

        for (var i = 0; i < count; i++)
        {
            Remove(_dead[i]);
        }
    }

    private void Remove(ulong value)
    {
        if (_entries.Remove(value, out var entry) && !entry.Pinned)
        {
            entry.Port.Learned--;
        }
    }

    private struct Entry
    {
        public SwitchPort Port;
        public int LastSeen;
        public bool Pinned;
    }
}
