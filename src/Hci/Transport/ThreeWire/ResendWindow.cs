namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>The reliable packets of one direction: numbered, kept until acknowledged, and all sent again from the oldest
/// where that takes too long (Core, Vol 4, Part D, 6).</summary>
internal sealed class ResendWindow
{
    // Operation code, length, and as many octets of parameters as that can tell; more under way than hosts have.
    private const int LongestCommand = 2 + 1 + 255;
    private const int Commands = 8;

    private readonly SendQueue _queue;
    private int _oldest;
    private int _next;
    private int _sent;

    /// <summary>Makes a window that begins with number 0.</summary>
    /// <param name="octets">Octets that it keeps.</param>
    public ResendWindow(int octets) => _queue = new SendQueue(octets, packets: Math.Max(16, octets / 256));

    /// <summary>How many may be under way at once.</summary>
    public int Size { get; set; } = 1;

    /// <summary>How long an acknowledgement may take.</summary>
    public TimeSpan Timeout { get; set; }

    /// <summary>When the packets under way count as lost; null while none is.</summary>
    public TimeSpan? Deadline { get; private set; }

    /// <summary>How often the oldest packet was sent again.</summary>
    public int Tries { get; private set; }

    /// <summary>Packets that were sent again.</summary>
    public long Resent { get; private set; }

    /// <summary>Acknowledgements of what was never sent.</summary>
    public long Nonsense { get; private set; }

    /// <summary>Whether everything is acknowledged.</summary>
    public bool IsEmpty => _queue.Count == 0;

    /// <summary>Whether a packet may be sent now.</summary>
    public bool CanSend => _next < Math.Min(Size, _queue.Count);

    /// <summary>Takes a packet; false where there is no room.</summary>
    public bool TryAdd(ThreeWirePacketType type, ReadOnlySpan<byte> payload) => _queue.TryAdd(type, payload);

    /// <summary>How many packets of data always find room, commands besides.</summary>
    public int RoomFor(int payload) => _queue.RoomFor(payload, LongestCommand, Commands);

    /// <summary>The next packet to send. Only where <see cref="CanSend"/>.</summary>
    /// <param name="now">The time.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="type">What it is.</param>
    public ReadOnlySpan<byte> Send(TimeSpan now, out int sequence, out ThreeWirePacketType type)
    {
        sequence = (_oldest + _next) % ThreeWireHeader.SequenceNumbers;
        Deadline ??= now + Timeout;
        var payload = _queue.Peek(_next++, out type);
        Resent += _next <= _sent ? 1 : 0;
        _sent = Math.Max(_sent, _next);
        return payload;
    }

    /// <summary>Takes an acknowledgement: everything before that number has arrived.</summary>
    /// <param name="number">The number that the other side expects next.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether it freed anything.</returns>
    public bool Acknowledge(int number, TimeSpan now)
    {
        var arrived = (number - _oldest + ThreeWireHeader.SequenceNumbers) % ThreeWireHeader.SequenceNumbers;
        if (arrived > _sent)
        {
            Nonsense++;
            return false;
        }

        if (arrived == 0)
        {
            return false;
        }

        _queue.Remove(arrived);
        _oldest = number;
        _sent -= arrived;
        _next = Math.Max(0, _next - arrived);
        Tries = 0;
        Deadline = _next > 0 ? now + Timeout : null;
        return true;
    }

    /// <summary>Sends everything under way again, where its time is over.</summary>
    /// <param name="now">The time.</param>
    public void Expire(TimeSpan now)
    {
        if (Deadline <= now)
        {
            Deadline = null;
            _next = 0;
            Tries++;
        }
    }

    /// <summary>Gives what is under way more time: it could not be sent again anyway.</summary>
    public void Postpone(TimeSpan until) => Deadline = Deadline is null ? null : until;
}
