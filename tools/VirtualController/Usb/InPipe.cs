using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;

namespace HostStack.VirtualController.Usb;

/// <summary>An interrupt or bulk endpoint towards the host: HCI packets leave it in USB packets, and the host's requests end
/// where USB ends them, which is not where HCI packets end.</summary>
/// <remarks>A request ends when it is full, and with a packet that is shorter than the endpoint's (USB 2.0, 5.7.3 and
/// 5.8.3). So a long HCI packet goes on in the next request. Radio's loop.</remarks>
internal sealed class InPipe(ushort maximumPacket, bool endsWithShortPacket, PacketPool pool)
{
    private readonly Queue<PacketBuffer> _packets = new();
    private readonly UrbQueue _urbs = new();
    private bool _emptyPacketIsDue;
    private bool _isHeld;

    /// <summary>Octets that wait for a request of the host.</summary>
    public int Waiting { get; private set; }

    /// <summary>Requests of the host that wait for octets.</summary>
    public int Requests => _urbs.Count;

    public bool IsHalted { get; private set; }

    /// <summary>Whether it gives nothing for now.</summary>
    public bool IsHeld
    {
        get => _isHeld;
        set
        {
            _isHeld = value;
            Pump();
        }
    }

    /// <summary>Queues one HCI packet, without its H4 type octet. Borrows it.</summary>
    public void Deliver(ReadOnlySpan<byte> packet)
    {
        var buffer = pool.Rent();
        packet.CopyTo(buffer.Append(packet.Length));
        _packets.Enqueue(buffer);
        Waiting += packet.Length;
        Pump();
    }

    /// <summary>Takes a request of the host.</summary>
    public void Submit(Urb urb)
    {
        if (IsHalted)
        {
            urb.Complete(UsbTransferStatus.Stalled, 0);
        }
        else if (!_urbs.TryAdd(urb))
        {
            urb.Complete(UsbTransferStatus.Failed, 0);
        }
        else
        {
            Pump();
        }
    }

    public bool Cancel(Urb urb)
    {
        if (!_urbs.Remove(urb))
        {
            return false;
        }

        urb.Complete(UsbTransferStatus.Cancelled, urb.Actual);
        return true;
    }

    /// <summary>Every request ends as stalled, until the halt is cleared.</summary>
    public void Halt()
    {
        IsHalted = true;
        End(UsbTransferStatus.Stalled);
    }

    public void ClearHalt() => IsHalted = false;

    /// <summary>All requests end.</summary>
    public void End(UsbTransferStatus status)
    {
        // Those that are submitted by the completions come behind, through the loop's queue.
        while (_urbs.First is { } urb)
        {
            _urbs.Remove(urb);
            urb.Complete(status, urb.Actual);
        }
    }

    /// <summary>Nothing waits any more.</summary>
    public void Clear()
    {
        while (_packets.TryDequeue(out var packet))
        {
            packet.Release();
        }

        Waiting = 0;
        _emptyPacketIsDue = false;
        IsHalted = false;
    }

    private void Pump()
    {
        while (!IsHalted && !_isHeld && _urbs.First is { } urb && (_emptyPacketIsDue || _packets.Count > 0))
        {
            if (Move(urb) is { } status)
            {
                _urbs.Remove(urb);
                urb.Complete(status, urb.Actual);
            }
        }
    }

    // One USB packet; gives how the request ended, null where it goes on.
    private UsbTransferStatus? Move(Urb urb)
    {
        if (_emptyPacketIsDue)
        {
            _emptyPacketIsDue = false;
            return UsbTransferStatus.Completed;
        }

        var packet = _packets.Peek();
        var size = Math.Min(maximumPacket, packet.Length);
        var fits = size <= urb.Room;
        if (fits)
        {
            packet.Span[..size].CopyTo(urb.Octets.AsSpan(urb.Actual));
            urb.Actual += size;
        }

        // What does not fit is lost: the device has sent it, and the host controller calls it babble.
        packet.TrimStart(size);
        Waiting -= size;
        if (packet.Length == 0)
        {
            _packets.Dequeue().Release();
            _emptyPacketIsDue = endsWithShortPacket && size == maximumPacket;
        }

        return !fits ? UsbTransferStatus.Overflow
            : size < maximumPacket || urb.Room == 0 ? UsbTransferStatus.Completed
            : null;
    }
}
