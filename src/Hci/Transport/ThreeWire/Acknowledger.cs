namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>The receiving side of a link's reliable packets: takes them in order, and says when an acknowledgement that
/// found no packet to travel with goes out alone (Core, Vol 4, Part D, 6).</summary>
internal sealed class Acknowledger
{
    private int _expected;
    private int _owed;

    /// <summary>How long an acknowledgement waits for a packet that can carry it.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>When it goes out alone; null while none is owed, or it is due already.</summary>
    public TimeSpan? Deadline { get; private set; }

    /// <summary>Whether it goes out now, with whatever packet or alone.</summary>
    public bool IsDue { get; private set; }

    /// <summary>Whether anything is not acknowledged yet.</summary>
    public bool IsOwed => _owed > 0 || IsDue;

    /// <summary>Judges a reliable packet by its number.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="window">How many the sender may have under way: half of them are acknowledged at once, so that it
    /// need not stop.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether it is the next one. Another one is a copy, or follows one that was lost: the sender is told at
    /// once what is expected.</returns>
    public bool Accept(int sequence, int window, TimeSpan now)
    {
        if (sequence != _expected)
        {
            Hurry();
            IsDue = true;
            return false;
        }

        _expected = (_expected + 1) % ThreeWireHeader.SequenceNumbers;
        if (++_owed * 2 >= window && window > 1)
        {
            Hurry();
        }
        else
        {
            Deadline ??= IsDue ? null : now + Delay;
        }

        return true;
    }

    /// <summary>An acknowledgement that is owed waits no longer.</summary>
    public void Hurry()
    {
        IsDue |= _owed > 0;
        Deadline = null;
    }

    /// <summary>Ends the waiting that has taken long enough.</summary>
    public void Expire(TimeSpan now)
    {
        if (Deadline <= now)
        {
            Hurry();
        }
    }

    /// <summary>The number for a frame that goes out now: it acknowledges everything.</summary>
    public int Take()
    {
        _owed = 0;
        IsDue = false;
        Deadline = null;
        return _expected;
    }
}
