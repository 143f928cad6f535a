using HostStack.Hci.Packets;
using HostStack.Hci.Startup;

namespace HostStack.Hci.Transport.Usb;

/// <summary>One pipe towards the host: a ring of transfers, each submitted again when its octets have been delivered, which
/// is the back-pressure on the controller.</summary>
/// <remarks>
/// <para>Completions come on the bus's thread and only queue; everything else is done by the receiver's thread, which
/// alone submits and cancels. After any error all transfers of the pipe are called back, a halt is cleared, and all are
/// submitted again: one try, however many transfers ended badly.</para>
/// <para>A transfer ends with a USB packet that is not full, or when it is full itself. Where an HCI packet fills its last USB
/// packet, and the device sends no empty one behind it, a longer transfer would hold it back until others have come. So a
/// transfer is for one USB packet, until the device has shown that it sends empty ones.</para>
/// </remarks>
internal sealed class UsbInPipe : IUsbTransferUser, IDisposable
{
    private readonly IUsbDevice _device;
    private readonly UsbEndpoint _endpoint;
    private readonly UsbReceiver _receiver;
    private readonly UsbTransportLimits _limits;
    private readonly UsbPacketAssembler _assembler;
    private readonly IUsbTransfer[] _transfers;
    private readonly string _name;
    private readonly int _whole;
    private int _length;
    private int _back;
    private int _tries;
    private bool _halted;

    public UsbInPipe(
        IUsbDevice device, UsbEndpoint endpoint, H4PacketType type, int transfers, int capacity, UsbReceiver receiver,
        UsbTransportLimits limits)
    {
        _device = device;
        _endpoint = endpoint;
        _receiver = receiver;
        _limits = limits;
        var contents = type == H4PacketType.Event ? byte.MaxValue : H4Framer.DefaultMaximumAclData;
        var quirks = KnownControllers.Find(device.Info.Id, device.Info.Release)?.Quirks ?? ControllerQuirks.None;
        _assembler = new UsbPacketAssembler(type, endpoint.MaximumPacket, contents)
        {
            DropsStrayOctets = type == H4PacketType.Event && quirks.HasFlag(ControllerQuirks.StrayOctet),
        };

        _name = _assembler.IsEvents ? "pipe of events" : "pipe of received data";

        // A multiple of the USB packet: a device that fills its last one cannot overflow it.
        _whole = Math.Max(1, capacity / endpoint.MaximumPacket) * endpoint.MaximumPacket;
        _length = endpoint.MaximumPacket;
        _transfers = new IUsbTransfer[transfers];
        for (var i = 0; i < transfers; i++)
        {
            _transfers[i] = device.CreateTransfer(endpoint, _whole, this);
        }

        _back = transfers;
    }

    /// <summary>Transfers that the device has. Under the receiver's gate.</summary>
    public int Outstanding { get; set; }

    /// <summary>Whether transfers are called back after an error.</summary>
    public bool IsMending { get; private set; }

    void IUsbTransferUser.Completed(IUsbTransfer transfer, UsbTransferStatus status, int length) =>
        _receiver.Completed(this, transfer, status, length);

    /// <summary>Submits all transfers. The receiver's thread.</summary>
    public void Begin()
    {
        _back = 0;
        foreach (var transfer in _transfers)
        {
            _receiver.Submit(this, transfer, _length);
        }
    }

    /// <summary>Takes a transfer that has come back. The receiver's thread.</summary>
    public void Take(IUsbTransfer transfer, UsbTransferStatus status, int length)
    {
        // What was moved before an error is as good as any; what did not fit is not known.
        if (status == UsbTransferStatus.Completed
            || (length > 0 && status is not (UsbTransferStatus.Overflow or UsbTransferStatus.Gone)))
        {
            _assembler.Feed(transfer.Buffer[..length], _receiver.IsResetting, _receiver);
        }

        _length = _assembler.EndsTransfers ? _whole : _endpoint.MaximumPacket;
        switch (status)
        {
            case UsbTransferStatus.Completed when !IsMending:
                _tries = 0;
                _receiver.Submit(this, transfer, _length);
                return;
            case UsbTransferStatus.Completed or UsbTransferStatus.Cancelled when IsMending:
                break;
            case UsbTransferStatus.Gone:
                _receiver.Lost(new IOException("it was unplugged"));
                return;
            default:
                Fail(status);
                break;
        }

        if (++_back == _transfers.Length)
        {
            Mend();
        }
    }

    /// <summary>The controller has answered a Reset: data of before is dropped, in part received or lost. Events need
    /// nothing: the answer was one.</summary>
    public void ControllerRestarted()
    {
        if (!_assembler.IsEvents)
        {
            _assembler.Restart();
        }
    }

    /// <summary>Asks for all transfers back. The receiver's thread, or after it.</summary>
    public void Cancel()
    {
        foreach (var transfer in _transfers)
        {
            transfer.Cancel();
        }
    }

    /// <summary>Frees the transfers, all of which are idle.</summary>
    public void Dispose()
    {
        foreach (var transfer in _transfers)
        {
            transfer.Dispose();
        }
    }

    private void Fail(UsbTransferStatus status)
    {
        _halted |= status == UsbTransferStatus.Stalled;
        if (status == UsbTransferStatus.Overflow || _assembler.IsWithinPacket)
        {
            LoseFraming(status);
        }

        if (IsMending)
        {
            return;
        }

        IsMending = true;
        _receiver.Mending(_name, status);
        if (++_tries > _limits.Tries)
        {
            _receiver.Lost(new IOException($"its {_name} failed {_tries} times in a row"));
            return;
        }

        Cancel();
    }

    private void LoseFraming(UsbTransferStatus status)
    {
        if (!_assembler.IsLost)
        {
            _assembler.Lose();
            ((IHciTransportSink)_receiver).FramingLost(
                status == UsbTransferStatus.Overflow ? $"the {_name} got more than it asked for" : $"the {_name} failed amid a packet");
        }
    }

    private void Mend()
    {
        try
        {
            if (_halted)
            {
                _device.ClearHalt(_endpoint.Address);
                _halted = false;
            }
        }
        catch (IOException failure)
        {
            _receiver.Lost(failure);
            return;
        }

        IsMending = false;
        Begin();
    }
}
