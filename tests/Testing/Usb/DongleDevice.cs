using HostStack.Hci.Transport.Usb;
using HostStack.VirtualController.Usb;

namespace HostStack.Testing.Usb;

/// <summary>A virtual dongle as a program has it open: completions come on the thread of its radio.</summary>
public sealed class DongleDevice : IUsbDevice
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly DongleBus _bus;
    private readonly UsbDongle _dongle;
    private readonly HashSet<byte> _claimed = [];

    internal DongleDevice(DongleBus bus, UsbDongle dongle, UsbDeviceInfo info) => (_bus, _dongle, Info) = (bus, dongle, info);

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

    public IUsbTransfer CreateTransfer(UsbEndpoint endpoint, int capacity, IUsbTransferUser user) =>
        new DongleTransfer(_dongle, endpoint, capacity, user);

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
        private readonly UsbDongle _dongle;
        private readonly Urb _urb;
        private readonly IUsbTransferUser _user;

        public DongleTransfer(UsbDongle dongle, UsbEndpoint endpoint, int capacity, IUsbTransferUser user)
        {
            (_dongle, Endpoint, _user) = (dongle, endpoint, user);
            _urb = new Urb(endpoint.Address, capacity, this);
        }

        public UsbEndpoint Endpoint { get; }

        public Span<byte> Buffer => _urb.Buffer;

        public void Submit(int length) => _dongle.Submit(_urb, length);

        public void Cancel() => _dongle.Cancel(_urb);

        public void Completed(Urb urb, UsbTransferStatus status, int length) => _user.Completed(this, status, length);

        public void Dispose()
        {
        }
    }
}
