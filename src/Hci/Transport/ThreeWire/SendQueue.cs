namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>Packets that wait to be sent or acknowledged, oldest first, in one fixed buffer. Allocates nothing.</summary>
internal sealed class SendQueue
{
    private readonly byte[] _octets;
    private readonly Entry[] _entries;
    private int _first;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="octets">How many all packets may have together.</param>
    /// <param name="packets">How many packets it takes.</param>
    public SendQueue(int octets, int packets)
    {
        _octets = new byte[octets];
        _entries = new Entry[packets];
    }

    /// <summary>How many packets it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a packet at the end.</summary>
    /// <param name="type">What it is.</param>
    /// <param name="payload">Copied.</param>
    /// <returns>False where there is no room.</returns>
    public bool TryAdd(ThreeWirePacketType type, ReadOnlySpan<byte> payload)
    {
        if (Count == _entries.Length || !TryPlace(payload.Length, out var start))
        {
            return false;
        }

        payload.CopyTo(_octets.AsSpan(start));
        _entries[(_first + Count++) % _entries.Length] = new Entry(type, start, payload.Length);
        return true;
    }

    /// <summary>How many packets find room at any time, in whatever order they come and go, among others.</summary>
    /// <param name="length">Octets of the longest of them.</param>
    /// <param name="otherLength">Octets of the longest other one.</param>
    /// <param name="others">How many others there are at most.</param>
    /// <returns>At least 1.</returns>
    public int RoomFor(int length, int otherLength, int others)
    {
        // A packet stands in one piece: less than one of the longest is lost at the end, and as much at the gap.
        var lost = 2 * Math.Max(length, otherLength);
        return Math.Max(1, Math.Min(
            _entries.Length - others, (_octets.Length - lost - (others * otherLength)) / Math.Max(1, length)));
    }

    /// <summary>A packet, counted from the oldest.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <param name="type">What it is.</param>
    public ReadOnlySpan<byte> Peek(int index, out ThreeWirePacketType type)
    {
        var entry = _entries[(_first + index) % _entries.Length];
        type = entry.Type;
        return _octets.AsSpan(entry.Start, entry.Length);
    }

    /// <summary>Drops the oldest packets.</summary>
    /// <param name="count">How many.</param>
    public void Remove(int count)
    {
        _first = (_first + count) % _entries.Length;
        Count -= count;
    }

    // A packet stands in one piece: behind the newest one, or, where the end is too near, at the start again.
    private bool TryPlace(int length, out int start)
    {
        start = 0;
        if (Count == 0)
        {
            return length <= _octets.Length;
        }

        var oldest = _entries[_first].Start;
        var newest = _entries[(_first + Count - 1) % _entries.Length];
        var end = newest.Start + newest.Length;
        if (newest.Start < oldest)
        {
            start = end;
            return length <= oldest - end;
        }

        if (length <= _octets.Length - end)
        {
            start = end;
            return true;
        }

        return length <= oldest;
    }

    private readonly record struct Entry(ThreeWirePacketType Type, int Start, int Length);
}
