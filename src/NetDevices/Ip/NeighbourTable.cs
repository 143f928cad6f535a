using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Ip;

/// <summary>Which MAC addresses the neighbours have, and who waits to know.</summary>
/// <remarks>Bounded: an answer is learned only where it was asked for, or where its sender is already known or speaks to
/// us; the oldest entry gives way.</remarks>
internal sealed class NeighbourTable(TimeProvider time)
{
    /// <summary>Neighbours that are kept.</summary>
    public const int Capacity = 256;

    /// <summary>How long an entry is good without being heard of again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<InternetAddress, (MacAddress Mac, long Heard)> _entries = [];
    private readonly Dictionary<InternetAddress, List<PendingAnswer<MacAddress>>> _waiting = [];

    /// <summary>Neighbours that are known.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Gives a neighbour's MAC address.</summary>
    /// <param name="address">The neighbour.</param>
    /// <param name="mac">Its MAC address.</param>
    /// <returns>False where it is not known, or was heard of too long ago.</returns>
    public bool TryGet(InternetAddress address, out MacAddress mac)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(address, out var entry) && time.GetElapsedTime(entry.Heard) < Lifetime)
            {
                mac = entry.Mac;
                return true;
            }

            _entries.Remove(address);
            mac = default;
            return false;
        }
    }

    /// <summary>Waits for a neighbour to be heard of.</summary>
    /// <param name="address">The neighbour.</param>
    /// <param name="answer">What to complete.</param>
    public void Wait(InternetAddress address, PendingAnswer<MacAddress> answer)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(address, out var list))
            {
                _waiting.Add(address, list = []);
            }

            list.Add(answer);
        }
    }

    /// <summary>Ends a wait.</summary>
    /// <param name="address">The neighbour.</param>
    /// <param name="answer">What was waited with.</param>
    public void StopWaiting(InternetAddress address, PendingAnswer<MacAddress> answer)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(address, out var list) && list.Remove(answer) && list.Count == 0)
            {
                _waiting.Remove(address);
            }
        }
    }

    /// <summary>Takes what a neighbour says of itself.</summary>
    /// <param name="address">The neighbour.</param>
    /// <param name="mac">Its MAC address.</param>
    /// <param name="isForUs">Whether it said so to us, rather than to everyone.</param>
    public void Heard(InternetAddress address, MacAddress mac, bool isForUs)
    {
        lock (_gate)
        {
            var isWaitedFor = _waiting.TryGetValue(address, out var list);
            if (!isForUs && !isWaitedFor && !_entries.ContainsKey(address))
            {
                return;
            }

            if (_entries.Count >= Capacity && !_entries.ContainsKey(address))
            {
                _entries.Remove(_entries.MinBy(static entry => entry.Value.Heard).Key);
            }

            _entries[address] = (mac, time.GetTimestamp());
            foreach (var answer in list ?? [])
            {
                answer.Complete(mac);
            }
        }
    }

    /// <summary>Forgets every neighbour; who waits goes on waiting.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }

    /// <summary>Ends every wait.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            foreach (var answer in _waiting.Values.SelectMany(static list => list))
            {
                answer.GiveUp();
            }
        }
    }
}
