using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.LibUsb;
using LibUsbDotNet.LibUsb;
using Error = LibUsbDotNet.Error;
using IUsbDevice = HostStack.Hci.Transport.Usb.IUsbDevice;

namespace HostStack.Hci.LibUsbDotNet;

/// <summary>The USB devices of this machine by the package LibUsbDotNet, version 3. Names and serial numbers are known of
/// open devices only.</summary>
/// <param name="log">Where its devices log; null: nowhere.</param>
public sealed class LibUsbDotNetBus(Microsoft.Extensions.Logging.ILogger? log = null) : IUsbBus, IDisposable
{
    private const byte Hub = 9;
    private readonly Lock _gate = new(); // The package's context is not made for several threads.
    private readonly SysfsUsbDevices? _sysfs = OperatingSystem.IsLinux() ? new SysfsUsbDevices() : null;
    private UsbContext? _context;

    /// <inheritdoc/>
    public IReadOnlyList<UsbDeviceInfo> List()
    {
        lock (_gate)
        {
            using var found = Context().List();
            return [.. found.Cast<UsbDevice>().Where(static device => device.Info.DeviceClass != Hub).Select(Describe)
                .Order(UsbLocationOrder.Instance)];
        }
    }

    /// <inheritdoc/>
    public UsbAccess Probe(UsbDeviceInfo device)
    {
        string? problem = null;
        try
        {
            Open(device).Dispose();
        }
        catch (ControllerUnavailableException refusal)
        {
            problem = refusal.Message;
        }

        return new UsbAccess(_sysfs?.Driver(device), problem);
    }

    /// <inheritdoc/>
    public IUsbDevice Open(UsbDeviceInfo device)
    {
        ArgumentNullException.ThrowIfNull(device);
        lock (_gate)
        {
            using var found = Context().List();
            var opened = (UsbDevice?)found.Cast<UsbDevice>().FirstOrDefault(other =>
                other.BusNumber == device.Bus && other.Address == device.Address && IdOf(other) == device.Id)?.Clone();
            try
            {
                (opened ?? throw new UsbException(Error.NoDevice)).Open();
                opened.SetAutoDetachKernelDriver(true); // False where the system has nothing to detach.
                return new LibUsbDotNetDevice(opened, Describe(opened), _gate, log);
            }
            catch (UsbException failure)
            {
                opened?.Dispose();
                throw LibUsbProblem.Opening((LibUsbError)failure.ErrorCode, device, UsbPlatforms.Current);
            }
        }
    }

    /// <inheritdoc/>
    public bool TrySuspendOnce(UsbDeviceInfo device, CancellationToken cancellationToken = default) =>
        _sysfs?.TrySuspendOnce(device, cancellationToken) ?? false;

    /// <summary>Ends the package's context; its devices must be disposed before.</summary>
    public void Dispose() => Interlocked.Exchange(ref _context, null)?.Dispose();

    private UsbContext Context()
    {
        try
        {
            return _context ??= new UsbContext();
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException or UsbException)
        {
            throw new ControllerUnavailableException("libusb-1.0 cannot be used; install it (Debian: libusb-1.0-0).", failure);
        }
    }

    private static UsbId IdOf(UsbDevice device) => new(device.VendorId, device.ProductId);

    private static UsbDeviceInfo Describe(UsbDevice device) => new()
    {
        Id = IdOf(device),
        Release = device.Info.Device,
        Class = new UsbClass(device.Info.DeviceClass, device.Info.DeviceSubClass, device.Info.DeviceProtocol),
        Bus = device.BusNumber,
        Ports = string.Join('.', device.PortNumbers),
        Address = device.Address,
        Interfaces = [.. device.Configs.Take(1).SelectMany(static configuration => configuration.Interfaces).Select(static one =>
            new UsbInterface((byte)one.Number, one.AlternateSetting, new((byte)one.Class, one.SubClass, one.Protocol),
                [.. one.Endpoints.Select(static end =>
                    new UsbEndpoint(end.EndpointAddress, (UsbTransferKind)(end.Attributes & 3), end.MaxPacketSize))]))],
        Product = device.Info.Product is { Length: > 0 } product ? product : null,
        Manufacturer = device.Info.Manufacturer is { Length: > 0 } maker ? maker : null,
        SerialNumber = device.Info.SerialNumber is { Length: > 0 } serial ? serial : null,
    };
}
