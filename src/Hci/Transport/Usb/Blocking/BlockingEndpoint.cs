namespace HostStack.Hci.Transport.Usb.Blocking;

/// <summary>The transfers of one endpoint of a <see cref="BlockingUsbDevice"/>. A thread moves them in the order of their
/// submission and looks, between two slices of time, for those that were cancelled.</summary>
internal sealed class BlockingEndpoint : IDisposable
{
    private readonly BlockingUsbDevice _device;
    private readonly UsbEndpoint _endpoint;
    private readonly List<Transfer> _submitted = [];
    private readonly Thread _thread;
    private bool _closed;

    public BlockingEndpoint(BlockingUsbDevice device, UsbEndpoint endpoint)
    {
        (_device, _endpoint) = (device, endpoint);
        _thread = new Thread(Run) { IsBackground = true, Name = $"usb endpoint {endpoint.Address:x2}" };
        _thread.Start();
    }

    public IUsbTransfer CreateTransfer(int capacity, IUsbTransferUser user) => new Transfer(this, capacity, user);

    /// <summary>Ends the thread, which takes a slice at most. What is still submitted never completes.</summary>
    public void Dispose()
    {
        lock (_submitted)
        {
            _closed = true;
            Monitor.Pulse(_submitted);
        }

        _thread.Join();
    }

    private void Run()
    {
        while (Next() is { } transfer)
        {
            var moved = 0;
            var status = transfer.IsCancelled
                ? UsbTransferStatus.Cancelled
                : _device.MoveSlice(_endpoint, transfer.Octets, transfer.Moved, transfer.Length - transfer.Moved, out moved);
            transfer.Moved += moved;

            // What is received is handed on; what is sent goes on until all of it is.
            if (status is null && (moved == 0 || !_endpoint.IsIn))
            {
                continue;
            }

            lock (_submitted)
            {
                _submitted.Remove(transfer);
                transfer.IsSubmitted = false;
            }

            _device.Complete(transfer.User, transfer, status ?? UsbTransferStatus.Completed, transfer.Moved);
        }
    }

    private Transfer? Next()
    {
        lock (_submitted)
        {
            while (_submitted.Count == 0 && !_closed)
            {
                Monitor.Wait(_submitted);
            }

            return _closed ? null : _submitted.Find(static transfer => transfer.IsCancelled) ?? _submitted[0];
        }
    }

    private sealed class Transfer(BlockingEndpoint owner, int capacity, IUsbTransferUser user) : IUsbTransfer
    {
        public byte[] Octets { get; } = new byte[capacity];

        public IUsbTransferUser User => user;

        public int Length { get; private set; }

        public int Moved { get; set; }

        public bool IsSubmitted { get; set; }

        public bool IsCancelled { get; private set; }

        public UsbEndpoint Endpoint => owner._endpoint;

        public Span<byte> Buffer => Octets;

        public void Submit(int length)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)capacity, nameof(length));
            lock (owner._submitted)
            {
                if (IsSubmitted)
                {
                    throw new InvalidOperationException("The transfer is submitted already; wait for its completion.");
                }

                (Length, Moved, IsSubmitted, IsCancelled) = (length, 0, true, false);
                owner._submitted.Add(this);
                Monitor.Pulse(owner._submitted);
            }
        }

        public void Cancel()
        {
            lock (owner._submitted)
            {
                IsCancelled = IsSubmitted;
            }
        }

        public void Dispose()
        {
            // Nothing of the system is held: the endpoint's thread ends with the endpoint.
        }
    }
}
