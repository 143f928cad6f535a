using System.Collections.Concurrent;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.Blocking;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Tests.Contracts;

/// <summary>A device whose transfers can only be waited for, made of one that can do more.</summary>
internal sealed class WaitingDevice(IUsbDevice inner, ILogger? log = null) : BlockingUsbDevice(inner.Info, log)
{
    private readonly ConcurrentDictionary<byte, Pipe> _pipes = new();

    protected override void ClaimInterface(byte interfaceNumber) => inner.Claim(interfaceNumber);

    protected override void ReleaseInterface(byte interfaceNumber) => inner.Release(interfaceNumber);

    protected override void SelectSetting(byte interfaceNumber, byte alternate) => inner.SelectAlternate(interfaceNumber, alternate);

    protected override UsbTransferStatus? Move(UsbEndpoint endpoint, byte[] buffer, int offset, int length, out int moved) =>
        _pipes.GetOrAdd(endpoint.Address, static (_, made) => new Pipe(made.inner, made.endpoint), (inner, endpoint))
            .Move(buffer, offset, length, out moved);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        inner.Dispose();
    }

    private sealed class Pipe : IUsbTransferUser
    {
        private const int LongestTransfer = 4096;
        private const int SetupSize = 8;

        private readonly object _gate = new();
        private readonly IUsbTransfer _transfer;
        private (UsbTransferStatus Status, int Length)? _ended;

        public Pipe(IUsbDevice device, UsbEndpoint endpoint) => _transfer = device.CreateTransfer(endpoint, LongestTransfer, this);

        public UsbTransferStatus? Move(byte[] buffer, int offset, int length, out int moved)
        {
            buffer.AsSpan(offset, length).CopyTo(_transfer.Buffer);
            _transfer.Submit(length);
            lock (_gate)
            {
                var wasCancelled = false;
                while (_ended is null)
                {
                    if (!Monitor.Wait(_gate, SliceMilliseconds) && !wasCancelled)
                    {
                        wasCancelled = true;
                        _transfer.Cancel();
                    }
                }

                var (status, count) = _ended.Value;
                _ended = null;
                moved = count;
                var start = _transfer.Endpoint.Kind == UsbTransferKind.Control ? SetupSize : 0;
                _transfer.Buffer.Slice(start, count).CopyTo(buffer.AsSpan(offset + start));
                return status == UsbTransferStatus.Cancelled ? null : status;
            }
        }

        public void Completed(IUsbTransfer transfer, UsbTransferStatus status, int length)
        {
            lock (_gate)
            {
                _ended = (status, length);
                Monitor.Pulse(_gate);
            }
        }
    }
}
