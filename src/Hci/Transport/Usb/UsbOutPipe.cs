namespace HostStack.Hci.Transport.Usb;

/// <summary>One pipe towards the controller: a ring of transfers that go out in the order in which they were filled, also
/// after an error.</summary>
/// <remarks>
/// <para>The loop fills and submits; completions come on the bus's thread. After an error everything is called back, a halt
/// is cleared, and what did not get through goes out again, in its order, by a thread of the pool: clearing a halt waits for
/// the device, which neither the loop nor the bus's thread may.</para>
/// <para>What got through in part, or was overtaken, cannot be mended by sending it again: that is a loss of framing. A
/// request that endpoint 0 refuses is no halt, the next one clears it (USB 2.0, 8.5.3.4): the refusal is told. One that fails
/// on the bus may have been carried out, as its last stage fails too: a command is not sent twice, except Reset.</para>
/// </remarks>
internal sealed class UsbOutPipe : IUsbTransferUser, IThreadPoolWorkItem, IDisposable
{
    private const ushort Reset = 0x0C03;

    private readonly object _gate = new();

    // Held by whoever touches the transfers that are idle, or calls others back; taken before the gate.
    private readonly Lock _submitting = new();
    private readonly IUsbDevice _device;
    private readonly UsbEndpoint _endpoint;
    private readonly IUsbPipeOwner _owner;
    private readonly UsbTransportLimits _limits;
    private readonly UsbCommandAddress? _address;
    private readonly UsbOutRing _ring;
    private int _outstanding;
    private int _tries;
    private bool _mending;
    private bool _failed;
    private bool _halted;
    private bool _broken;

    // Set under the gate; seen without it by who sends.
    private volatile bool _ended;

    /// <summary>Makes a pipe.</summary>
    /// <param name="device">Its device.</param>
    /// <param name="endpoint">Bulk out or control.</param>
    /// <param name="address">How commands are addressed; null for a bulk endpoint.</param>
    /// <param name="slots">Packets that may be on their way.</param>
    /// <param name="capacity">Octets of the usual packet.</param>
    /// <param name="owner">Told of what cannot be mended.</param>
    /// <param name="limits">How long to have patience.</param>
    public UsbOutPipe(
        IUsbDevice device, UsbEndpoint endpoint, UsbCommandAddress? address, int slots, int capacity, IUsbPipeOwner owner,
        UsbTransportLimits limits)
    {
        _device = device;
        _endpoint = endpoint;
        _address = address;
        _owner = owner;
        _limits = limits;
        _ring = new UsbOutRing(
            [.. Enumerable.Range(0, slots).Select(_ => new UsbOutSlot(device.CreateTransfer(endpoint, capacity, this)))]);
    }

    private string Name => _address is null ? "pipe of sent data" : "pipe of commands";

    /// <summary>Sends a packet. The loop; waits while all transfers are on their way.</summary>
    /// <param name="packet">Without its type octet.</param>
    public void Send(ReadOnlySpan<byte> packet)
    {
        // Only the loop takes places: one that is free stays so, and no completion changes which one is next.
        if (_ring.IsFull && !TryAwaitRoom())
        {
            return;
        }

        lock (_submitting)
        {
            // Who drains takes this lock after the end, before the slots are freed: who comes here later sees the end, and
            // who came before is waited for.
            if (_ended)
            {
                return;
            }

            var slot = _ring.Next;
            slot.Fill(_address, packet, _device, this);
            lock (_gate)
            {
                // From here the slot is everybody's; what the end or a mending overtook while it was filled is not submitted.
                if (_ended)
                {
                    return;
                }

                _ring.Add(_mending ? UsbOutSlot.Stage.Waiting : UsbOutSlot.Stage.Submitted);
                if (_mending)
                {
                    return;
                }

                _outstanding++;
            }

            slot.Transfer.Submit(slot.Length);
        }
    }

    /// <summary>Calls back what has not got through: what follows makes it void.</summary>
    public void Void()
    {
        lock (_submitting)
        {
            lock (_gate)
            {
                if (_ended)
                {
                    return;
                }

                _ring.Void();
            }

            CancelUnderLock();
        }
    }

    /// <summary>Ends the pipe: nothing more is submitted. Any thread; never blocks.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>After <see cref="End"/>: calls all transfers back and waits for them, and for a device that is asked to clear
    /// a halt.</summary>
    /// <param name="left">The limit of all pipes together.</param>
    /// <returns>Whether all came back.</returns>
    public bool Drain(TimeLeft left)
    {
        lock (_submitting)
        {
            CancelUnderLock();
        }

        lock (_gate)
        {
            while (_mending)
            {
                Monitor.Wait(_gate);
            }

            return left.Wait(_gate, this, static pipe => pipe._outstanding == 0);
        }
    }

    /// <summary>Frees the transfers, all of which are idle.</summary>
    public void Dispose()
    {
        foreach (var slot in _ring.Slots)
        {
            slot.Transfer.Dispose();
        }
    }

    void IUsbTransferUser.Completed(IUsbTransfer transfer, UsbTransferStatus status, int length)
    {
        ushort? refused = null;
        var mends = false;
        lock (_gate)
        {
            _outstanding--;
            var slot = _ring.Find(transfer);
            if (status == UsbTransferStatus.Completed && (_address is not null || length == slot.Length))
            {
                _tries = 0;
                _address?.Settle(slot.ToInterface);
                slot.State = UsbOutSlot.Stage.Done;
            }
            else if (slot.IsVoid || status == UsbTransferStatus.Gone)
            {
                slot.State = UsbOutSlot.Stage.Done;
            }
            else if (_address is not null && status == UsbTransferStatus.Stalled && !_address.TryOther(slot.ToInterface))
            {
                slot.State = UsbOutSlot.Stage.Done;
                refused = slot.OpCode;
            }
            else
            {
                slot.State = UsbOutSlot.Stage.Waiting;
                mends = FailUnderGate(slot, status, length);
            }

            _ring.Free();
            Monitor.PulseAll(_gate);
        }

        if (refused is { } opCode)
        {
            _owner.Refused(opCode);
        }

        if (status == UsbTransferStatus.Gone)
        {
            _owner.Lost(new IOException("it was unplugged"));
        }

        if (mends)
        {
            // First, as the end waits for the mending: a log that throws would leave it undone.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            _owner.Mending(Name, status);
        }
    }

#pragma warning disable CA1031 // Whatever fails here ends the transport by the one path.
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            while (TryCallBack(out var halted))
            {
                if (halted)
                {
                    _device.ClearHalt(_endpoint.Address);
                }

                if (TrySubmitAgain())
                {
                    return;
                }
            }
        }
        catch (Exception failure)
        {
            _owner.Lost(failure);
        }

        lock (_gate)
        {
            _mending = false;
            Monitor.PulseAll(_gate);
        }
    }
#pragma warning restore CA1031

    // Until there is room, or the end. Without the other lock: who mends the pipe needs that to make room.
    private bool TryAwaitRoom()
    {
        lock (_gate)
        {
            if (new TimeLeft(_limits.Send, _limits.Clock).Wait(
                _gate, this, static pipe => !pipe._ring.IsFull || pipe._ended))
            {
                return true;
            }
        }

        _owner.Lost(new IOException($"it took nothing for {_limits.Send.TotalSeconds:0.#} s"));
        return false;
    }

    // Whether it is the first failure: the pipe is to be mended.
    private bool FailUnderGate(UsbOutSlot slot, UsbTransferStatus status, int length)
    {
        var mends = !_mending && !_ended;
        _mending |= mends;
        _failed = true;
        _halted |= _address is null && status == UsbTransferStatus.Stalled;
        _broken |= _address is null ? length > 0 : MayHaveRun(slot, status, length);
        return mends;
    }

    // What the device refused was not carried out, nor what was called back before its octets went out.
    private static bool MayHaveRun(UsbOutSlot slot, UsbTransferStatus status, int length) =>
        slot.OpCode != Reset && status switch
        {
            UsbTransferStatus.Stalled => false,
            UsbTransferStatus.Cancelled => length > 0,
            _ => true,
        };

    private void CancelUnderLock()
    {
        foreach (var slot in _ring.Slots)
        {
            bool submitted;
            lock (_gate)
            {
                submitted = slot.State == UsbOutSlot.Stage.Submitted;
            }

            if (submitted)
            {
                slot.Transfer.Cancel();
            }
        }
    }

    // Everything is called back before anything goes out again: that alone keeps the order.
    private bool TryCallBack(out bool halted)
    {
        halted = false;
        lock (_submitting)
        {
            CancelUnderLock();
        }

        var broken = false;
        lock (_gate)
        {
            if (!new TimeLeft(_limits.Reap, _limits.Clock).Wait(
                _gate, this, static pipe => pipe._outstanding == 0 || pipe._ended))
            {
                throw new IOException("its transfers do not come back");
            }

            if (_ended)
            {
                return false;
            }

            if (++_tries > _limits.Tries)
            {
                throw new IOException($"its {Name} failed {_tries} times in a row");
            }

            broken = _broken || _ring.IsOvertaken;
            if (broken)
            {
                _ring.Void();
            }

            (halted, _halted, _broken, _failed) = (_halted, false, false, false);
        }

        if (broken)
        {
            _owner.OutFramingLost(
                _address is null
                    ? "a packet got to the controller in part, or out of order"
                    : "a command failed on its way, and the controller may have carried it out");
        }

        return true;
    }

    // False where something failed again meanwhile.
    private bool TrySubmitAgain()
    {
        while (true)
        {
            lock (_submitting)
            {
                UsbOutSlot? next;
                lock (_gate)
                {
                    if (_failed)
                    {
                        return false;
                    }

                    next = _ended ? null : _ring.FirstWaiting;
                    if (next is null)
                    {
                        _mending = false;
                        Monitor.PulseAll(_gate);
                        return true;
                    }

                    next.State = UsbOutSlot.Stage.Submitted;
                    _outstanding++;
                }

                next.Readdress(_address);
                next.Transfer.Submit(next.Length);
            }
        }
    }
}
