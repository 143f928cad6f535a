using HostStack.Hci.Loop;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>Holds the few ACL packets that can come before the Connection Complete of their link: on USB, data and events
/// travel in two pipes that overtake each other.</summary>
/// <remarks>Bounded in number and time; the oldest goes first. A link that has ended can be overtaken the same way, and its
/// handle can be given to another peer: what comes for a handle soon after the end of its link is not held.</remarks>
internal sealed class EarlyAclHold(TimerQueue timers, HciCounters counters)
{
    /// <summary>Packets that are held at most.</summary>
    public const int MaximumPackets = 8;

    /// <summary>How long a packet is held, and how long after its link a handle's packets may be those of before.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Queue<Packet> _held = new(MaximumPackets);
    private readonly Queue<(ConnectionHandle Handle, long At)> _ended = new();

    /// <summary>Keeps a copy of a packet.</summary>
    public void Hold(ConnectionHandle handle, bool isStart, ReadOnlySpan<byte> data)
    {
        ForgetEnded();
        foreach (var ended in _ended)
        {
            if (ended.Handle == handle)
            {
                counters.AclUnknownHandle++;
                return;
            }
        }

        if (_held.Count == MaximumPackets)
        {
            _held.Dequeue();
            counters.AclUnknownHandle++;
        }

        counters.AclHeld++;
        _held.Enqueue(new Packet(handle, timers.Now, isStart, data.ToArray()));
    }

    /// <summary>Takes the oldest packet of a link; those of other handles stay, in their order.</summary>
    public bool TryTake(ConnectionHandle handle, out bool isStart, out ReadOnlySpan<byte> data)
    {
        Packet? found = null;
        for (var i = _held.Count; i > 0; i--)
        {
            var packet = _held.Dequeue();
            if (timers.Since(packet.At) > Limit)
            {
                counters.AclUnknownHandle++;
            }
            else if (found is null && packet.Handle == handle)
            {
                found = packet;
            }
            else
            {
                _held.Enqueue(packet);
            }
        }

        isStart = found?.IsStart ?? false;
        data = found?.Data;
        return found is not null;
    }

    /// <summary>A link has ended: what is held for its handle was its own.</summary>
    public void Ended(ConnectionHandle handle)
    {
        while (TryTake(handle, out _, out _))
        {
            counters.AclUnknownHandle++;
        }

        ForgetEnded();
        _ended.Enqueue((handle, timers.Now));
    }

    /// <summary>Forgets everything that is held.</summary>
    public void Clear()
    {
        counters.AclUnknownHandle += _held.Count;
        _held.Clear();
    }

    // As many as links can end in that time: the handles of one controller, and few of them.
    private void ForgetEnded()
    {
        while (_ended.TryPeek(out var oldest) && timers.Since(oldest.At) > Limit)
        {
            _ended.Dequeue();
        }
    }

    private readonly record struct Packet(ConnectionHandle Handle, long At, bool IsStart, byte[] Data);
}
