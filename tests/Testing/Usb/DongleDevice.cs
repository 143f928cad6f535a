using System.Collections.Concurrent;
using HostStack.Hci.Transport.Usb;
using HostStack.VirtualController.Usb;

namespace HostStack.Testing.Usb;

/// <summary>A virtual dongle as a program has it open: completions come on the thread of its radio.</summary>
public sealed class DongleDevice : IUsbDevice
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DongleBus _bus;
    private readonly UsbDongle _dongle;
    private readonly HashSet<byte> _claimed = [];
    private readonly ConcurrentDictionary<DongleTransfer, bool> _transfers = [];
    private readonly UsbUserGuard _users;

    internal DongleDevice(DongleBus bus, UsbDongle dongle, UsbDeviceInfo info)
    {
        (_bus, _dongle, Info) = (bus, dongle, info);
        _users = new UsbUserGuard(info.Location, bus.Log);
    }

    public UsbDeviceInfo Info { get; }

    public void Claim(byte interfaceNumber)
    {
        _bus.Claim(this, interfaceNumber);
        _claimed.Add(interfaceNumber);
    }

    public void Release(byte interfaceNumber)
    {
        _bus.Release(this, interfaceNumber);
        _claimed.Remove(interfaceNumber);
    }

    public void SelectAlternate(byte interfaceNumber, byte alternate) => Request([0x01, 0x0B, alternate, 0, interfaceNumber, 0, 0, 0]);

    public void ClearHalt(byte endpoint) => Request([0x02, 0x01, 0, 0, endpoint, 0, 0, 0]);

    public IUsbTransfer CreateTransfer(UsbEndpoint endpoint, int capacity, IUsbTransferUser user)
    {
        var transfer = new DongleTransfer(this, endpoint, capacity, user);
        _transfers[transfer] = true;
        return transfer;
    }

    public void Dispose()
    {
        foreach (var claimed in _claimed.ToArray())
        {
            Release(claimed);
        }
    }

    private void Request(byte[] setup)
    {
        using var ended = new EndedRequest();
        using var transfer = CreateTransfer(UsbEndpoint.Control, setup.Length, ended);
        setup.CopyTo(transfer.Buffer);
        transfer.Submit(setup.Length);
        var status = ended.Wait(Patience);
        if (status != UsbTransferStatus.Completed)
        {
            throw new IOException($"{Info.Id} refuses a request: {status}.");
        }
    }

    private sealed class EndedRequest : IUsbTransferUser, IDisposable
    {
        private readonly ManualResetEventSlim _ended = new();
        private UsbTransferStatus _status;

        public void Completed(IUsbTransfer transfer, UsbTransferStatus status, int length)
        {
            _status = status;
            _ended.Set();
        }

        public UsbTransferStatus Wait(TimeSpan patience) =>
            _ended.Wait(patience) ? _status : throw new IOException("The dongle does not answer.");

        public void Dispose() => _ended.Dispose();
    }

    private sealed class DongleTransfer : IUsbTransfer, IUrbUser
    {
        private readonly DongleDevice _device;
        private readonly Urb _urb;
        private readonly IUsbTransferUser _user;

        public DongleTransfer(DongleDevice device, UsbEndpoint endpoint, int capacity, IUsbTransferUser user)
        {
            (_device, Endpoint, _user) = (device, endpoint, user);
            _urb = new Urb(endpoint.Address, capacity, this);
        }

        public UsbEndpoint Endpoint { get; }

        public Span<byte> Buffer => _urb.Buffer;

        public void Submit(int length)
        {
            _device._dongle.Submit(_urb, length);
            if (_device._users.HasFailed)
            {
                Cancel();
            }
        }

        public void Cancel() => _device._dongle.Cancel(_urb);

        public void Completed(Urb urb, UsbTransferStatus status, int length)
        {
            if (_device._users.TryTell(_user, this, status, length))
            {
                return;
            }

            foreach (var transfer in _device._transfers.Keys)
            {
                transfer.Cancel();
            }
        }

        public void Dispose() => _device._transfers.TryRemove(this, out _);
    }
}
