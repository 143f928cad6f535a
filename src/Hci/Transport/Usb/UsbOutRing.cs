using static HostStack.Hci.Transport.Usb.UsbOutSlot;

namespace HostStack.Hci.Transport.Usb;

/// <summary>The packets of an out pipe that are not done, oldest first. Under the pipe's gate, but for
/// <see cref="IsFull"/> and <see cref="Next"/>.</summary>
internal sealed class UsbOutRing(UsbOutSlot[] slots)
{
    private int _first;

    // Read without the gate by who adds: others only lower it, after their last touch of the slot.
    private volatile int _count;

    // Of who adds alone: what is freed does not move it.
    private int _next;

    /// <summary>Whether every transfer has a packet. For who adds without the gate, too: what is not full stays so.</summary>
    public bool IsFull => _count == slots.Length;

    /// <summary>Every slot, also the free ones.</summary>
    public UsbOutSlot[] Slots => slots;

    /// <summary>The slot that the next packet goes into, while the ring is not full. For who adds alone, without the gate,
    /// too: nobody else looks at the slot.</summary>
    public UsbOutSlot Next => slots[_next];

    /// <summary>Whether a packet was done before an older one.</summary>
    public bool IsOvertaken
    {
        get
        {
            var waits = false;
            for (var i = 0; i < _count; i++)
            {
                var isWaiting = At(i).State == Stage.Waiting;
                if (waits && !isWaiting)
                {
                    return true;
                }

                waits |= isWaiting;
            }

            return false;
        }
    }

    /// <summary>The oldest packet that waits to be sent again; null where none does.</summary>
    public UsbOutSlot? FirstWaiting
    {
        get
        {
            for (var i = 0; i < _count; i++)
            {
                if (At(i).State == Stage.Waiting)
                {
                    return At(i);
                }
            }

            return null;
        }
    }

    /// <summary>Takes <see cref="Next"/> in.</summary>
    public void Add(Stage stage)
    {
        Next.State = stage;
        _next = (_next + 1) % slots.Length;
        _count++;
    }

    /// <summary>The slot of a transfer; the oldest come back first.</summary>
    public UsbOutSlot Find(IUsbTransfer transfer)
    {
        var place = 0;
        while (!ReferenceEquals(At(place).Transfer, transfer))
        {
            place++;
        }

        return At(place);
    }

    /// <summary>Frees the slots whose packets are done, as far as no older packet is before them.</summary>
    public void Free()
    {
        while (_count > 0 && At(0).State == Stage.Done)
        {
            _first = (_first + 1) % slots.Length;
            _count--;
        }
    }

    /// <summary>Gives up the packets that wait, and marks those that the device has.</summary>
    public void Void()
    {
        for (var i = 0; i < _count; i++)
        {
            var slot = At(i);
            slot.IsVoid = true;
            slot.State = slot.State == Stage.Waiting ? Stage.Done : slot.State;
        }

        Free();
    }

    private UsbOutSlot At(int place) => slots[(_first + place) % slots.Length];
}
