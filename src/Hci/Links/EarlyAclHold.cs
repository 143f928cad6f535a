using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>Holds the few ACL packets that can come before the Connection Complete of their link: on USB, data and events
/// travel in two pipes that overtake each other.</summary>
/// <remarks>Bounded in packets and octets; the oldest goes first. What is held waits for the next link that comes up and
/// is forgotten with it, whether it was for that link or not.</remarks>
internal sealed class EarlyAclHold(HciCounters counters)
{
    /// <summary>Packets that are held at most.</summary>
    public const int MaximumPackets = 8;

    private readonly Queue<(ConnectionHandle Handle, bool IsStart, byte[] Data)> _held = new(MaximumPackets);

    /// <summary>Packets that are held.</summary>
    public int Count => _held.Count;

    /// <summary>Keeps a copy of a packet.</summary>
    public void Hold(ConnectionHandle handle, bool isStart, ReadOnlySpan<byte> data)
    {
        if (_held.Count == MaximumPackets)
        {
            _held.Dequeue();
            counters.AclUnknownHandle++;
        }

        counters.AclHeld++;
        _held.Enqueue((handle, isStart, data.ToArray()));
    }

    /// <summary>Takes the oldest packet of a link; packets of other handles before it are forgotten.</summary>
    public bool TryTake(ConnectionHandle handle, out bool isStart, out ReadOnlySpan<byte> data)
    {
        while (_held.TryDequeue(out var packet))
        {
            if (packet.Handle == handle)
            {
                isStart = packet.IsStart;
                data = packet.Data;
                return true;
            }

            counters.AclUnknownHandle++;
        }

        isStart = false;
        data = default;
        return false;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        counters.AclUnknownHandle += _held.Count;
        _held.Clear();
    }
}
