using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>Holds the few ACL packets that can come before the Connection Complete of their link: on USB, data and events
/// travel in two pipes that overtake each other.</summary>
/// <remarks>Bounded; the oldest goes first. What is held waits for its link to come up, and is forgotten when no link is
/// left that could.</remarks>
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

    /// <summary>Takes the oldest packet of a link; those of other handles stay, in their order.</summary>
    public bool TryTake(ConnectionHandle handle, out bool isStart, out ReadOnlySpan<byte> data)
    {
        byte[]? found = null;
        isStart = false;
        for (var i = _held.Count; i > 0; i--)
        {
            var packet = _held.Dequeue();
            if (found is null && packet.Handle == handle)
            {
                (isStart, found) = (packet.IsStart, packet.Data);
            }
            else
            {
                _held.Enqueue(packet);
            }
        }

        data = found;
        return found is not null;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        counters.AclUnknownHandle += _held.Count;
        _held.Clear();
    }
}
