using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.Blocking;
using HostStack.Hci.Transport.Usb.LibUsb;
using LibUsbDotNet.LibUsb;
using LibUsbDotNet.Main;
using Error = LibUsbDotNet.Error;

namespace HostStack.Hci.LibUsbDotNet;

/// <summary>An open device of the package, which can neither submit nor cancel.</summary>
internal sealed class LibUsbDotNetDevice(UsbDevice device, UsbDeviceInfo info, Lock bus, Microsoft.Extensions.Logging.ILogger? log)
    : BlockingUsbDevice(info, log)
{
    private const int SetupSize = 8;
    private readonly UsbEndpointReader?[] _readers = new UsbEndpointReader?[16];
    private readonly UsbEndpointWriter?[] _writers = new UsbEndpointWriter?[16];
    private byte[] _data = [];

    protected override void ClaimInterface(byte interfaceNumber) => Do(() => device.ClaimInterface(interfaceNumber),
        error => throw LibUsbProblem.Claiming(error, Info, interfaceNumber, UsbPlatforms.Current));

    // One that is gone was released with that.
    protected override void ReleaseInterface(byte interfaceNumber) =>
        Do(() => device.ReleaseInterface(interfaceNumber), static _ => { });

    protected override void SelectSetting(byte interfaceNumber, byte alternate) =>
        Do(() => device.SetAltInterface(interfaceNumber, alternate),
            error => throw LibUsbProblem.Request(error, Info, $"alternate {alternate} of interface {interfaceNumber}"));

    protected override UsbTransferStatus? Move(UsbEndpoint endpoint, byte[] buffer, int offset, int length, out int moved)
    {
        var (number, kind) = (endpoint.Address & 0xF, (EndpointType)endpoint.Kind);
        return Status(endpoint switch
        {
            { Kind: UsbTransferKind.Control } => Request(buffer, length - SetupSize, out moved),
            { IsIn: true } => (_readers[number] ??= device.OpenEndpointReader((ReadEndpointID)endpoint.Address, length, kind))
                .Read(buffer, offset, length, SliceMilliseconds, out moved),
            _ => (_writers[number] ??= device.OpenEndpointWriter((WriteEndpointID)endpoint.Address, kind))
                .Write(buffer, offset, length, SliceMilliseconds, out moved),
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        lock (bus)
        {
            device.Dispose();
        }
    }

    private Error Request(byte[] buffer, int length, out int moved)
    {
        // In an array of its own: the package does not heed the offset of a request's data. It waits longer than a slice.
        Array.Resize(ref _data, Math.Max(_data.Length, length));
        buffer.AsSpan(SetupSize, length).CopyTo(_data);
        moved = 0;
        try
        {
            var (value, index) = (BitConverter.ToUInt16(buffer, 2), BitConverter.ToUInt16(buffer, 4));
            moved = device.ControlTransfer(new UsbSetupPacket(buffer[0], buffer[1], value, index, length), _data, 0, length);
            _data.AsSpan(0, moved).CopyTo(buffer.AsSpan(SetupSize));
            return Error.Success;
        }
        catch (UsbException failure)
        {
            return failure.ErrorCode == Error.Timeout ? Error.Io : failure.ErrorCode;
        }
    }

    private static UsbTransferStatus? Status(Error error) => error switch
    {
        Error.Success => UsbTransferStatus.Completed,
        Error.Timeout => null,
        Error.Pipe => UsbTransferStatus.Stalled,
        Error.Overflow => UsbTransferStatus.Overflow,
        Error.NoDevice => UsbTransferStatus.Gone,
        _ => UsbTransferStatus.Failed,
    };

    private static void Do(Action call, Action<LibUsbError> failed)
    {
        try
        {
            call();
        }
        catch (UsbException failure)
        {
            failed((LibUsbError)failure.ErrorCode);
        }
    }
}
