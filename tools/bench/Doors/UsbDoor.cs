using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Bench.Doors;

/// <summary>USB, over a device in memory: what is sent is taken at once, what comes fills the oldest transfer that waits, as
/// a bus does. The system's own cost of a transfer is not in it.</summary>
internal sealed class UsbDoor : IDoor
{
    private const int UsbPacket = 64;

    // More than transfers that may be outstanding from before.
    private const int Lessons = 64;

    private readonly MemoryUsbDevice _device = new();
    private readonly bool _endsTransfers;

    /// <summary>Opens the device.</summary>
    /// <param name="endsTransfers">Whether it ends an HCI packet that fills its last USB packet with an empty one: then the
    /// transport asks for whole packets, else for one USB packet at a time.</param>
    public UsbDoor(bool endsTransfers)
    {
        _endsTransfers = endsTransfers;
        Transport = UsbTransport.Open("usb:memory", _device);
    }

    /// <inheritdoc/>
    public IHciTransport Transport { get; }

    /// <inheritdoc/>
    public int Start(IHciTransportSink sink)
    {
        Transport.Start(sink);
        byte[] full = [0x02, 0x0B, 0x20, UsbPacket - 4, 0x00, .. new byte[UsbPacket - 4]];
        for (var i = 0; i < Lessons; i++)
        {
            Deliver(full);
        }

        return Lessons;
    }

    /// <inheritdoc/>
    public void Deliver(ReadOnlySpan<byte> packet)
    {
        packet = packet[1..];
        bool isFull;
        do
        {
            packet = packet[_device.Deliver(packet, out isFull)..];
        }
        while (!packet.IsEmpty || (isFull && _endsTransfers));
    }

    /// <inheritdoc/>
    public void Take(int octets)
    {
        // Taken when it was submitted.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The transport has closed the device.
    }

    private sealed class MemoryUsbDevice : IUsbDevice
    {
        private const byte DataIn = 0x82;

        private readonly object _gate = new();
        private readonly Queue<MemoryTransfer> _reads = new(64);

        public UsbDeviceInfo Info { get; } = new()
        {
            Id = new UsbId(0x0A12, 0x0001),
            Interfaces =
            [
                new UsbInterface(0, 0, UsbClass.Bluetooth,
                [
                    new UsbEndpoint(0x81, UsbTransferKind.Interrupt, 16),
                    new UsbEndpoint(0x02, UsbTransferKind.Bulk, UsbPacket),
                    new UsbEndpoint(DataIn, UsbTransferKind.Bulk, UsbPacket),
                ]),
            ],
        };

        public void Claim(byte interfaceNumber)
        {
        }

        public void Release(byte interfaceNumber)
        {
        }

        public void SelectAlternate(byte interfaceNumber, byte alternate)
        {
        }

        public void ClearHalt(byte endpoint)
        {
        }

        public IUsbTransfer CreateTransfer(UsbEndpoint endpoint, int capacity, IUsbTransferUser user) =>
            new MemoryTransfer(this, endpoint, capacity, user);

        public void Dispose()
        {
        }

        // As much as the oldest transfer asks for; whether that filled it.
        public int Deliver(ReadOnlySpan<byte> octets, out bool isFull)
        {
            MemoryTransfer transfer;
            lock (_gate)
            {
                while (!_reads.TryDequeue(out transfer!))
                {
                    Monitor.Wait(_gate);
                }
            }

            var length = Math.Min(octets.Length, transfer.Length);
            isFull = length == transfer.Length;
            octets[..length].CopyTo(transfer.Buffer);
            transfer.End(UsbTransferStatus.Completed, length);
            return length;
        }

        private void Submitted(MemoryTransfer transfer, int length)
        {
            if (!transfer.Endpoint.IsIn)
            {
                transfer.End(UsbTransferStatus.Completed, length);
            }
            else if (transfer.Endpoint.Address == DataIn)
            {
                lock (_gate)
                {
                    _reads.Enqueue(transfer);
                    Monitor.Pulse(_gate);
                }
            }
        }

        private sealed class MemoryTransfer(MemoryUsbDevice device, UsbEndpoint endpoint, int capacity, IUsbTransferUser user) : IUsbTransfer
        {
            private readonly byte[] _buffer = new byte[capacity];
            private int _submitted;

            public UsbEndpoint Endpoint => endpoint;

            public Span<byte> Buffer => _buffer;

            public int Length { get; private set; }

            public void Submit(int length)
            {
                Length = length;
                Volatile.Write(ref _submitted, 1);
                device.Submitted(this, length);
            }

            // Only when the door is closed: nobody delivers meanwhile.
            public void Cancel() => End(UsbTransferStatus.Cancelled, 0);

            public void End(UsbTransferStatus status, int length)
            {
                if (Interlocked.Exchange(ref _submitted, 0) == 1)
                {
                    user.Completed(this, status, length);
                }
            }

            public void Dispose()
            {
            }
        }
    }
}
