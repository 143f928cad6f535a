using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>The USB devices of this machine, through libusb-1.0 (1.0.21 or later), which is looked for at the first
/// call.</summary>
public sealed class LibUsbBus : IUsbBus
{
    // The driver of Linux behind which another program's libusb stands.
    private const string ProgramsDriver = "usbfs";

    /// <summary>Where root's processes note which drivers they have detached.</summary>
    public const string SystemRuntimeFolder = "/run/hoststack-usb";

    private readonly Func<ILibUsb> _library;
    private readonly SysfsUsbDevices? _sysfs;
    private readonly UsbPlatform _platform;
    private readonly ILogger _log;

    /// <summary>Makes the bus; nothing is loaded yet.</summary>
    /// <param name="log">Where to log.</param>
    public LibUsbBus(ILogger? log = null)
        : this(LibUsbLibrary.Load, UsbPlatforms.Current, OperatingSystem.IsLinux() ? new SysfsUsbDevices() : null, log)
    {
        RuntimeFolder = DefaultRuntimeFolder;
    }

    internal LibUsbBus(Func<ILibUsb> library, UsbPlatform platform, SysfsUsbDevices? sysfs, ILogger? log = null)
    {
        _log = log ?? NullLogger.Instance;
        _library = library;
        _platform = platform;
        _sysfs = sysfs;
    }

    /// <summary>The folder of notes unless another one is chosen: <see cref="SystemRuntimeFolder"/> for root, else
    /// <c>hoststack-usb</c> in <c>$XDG_RUNTIME_DIR</c>; null where there is none, and on other systems than Linux.</summary>
    public static string? DefaultRuntimeFolder =>
        !OperatingSystem.IsLinux() ? null
        : Environment.IsPrivilegedProcess ? SystemRuntimeFolder
        : Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own && Path.IsPathRooted(own)
            ? Path.Combine(own, "hoststack-usb")
            : null;

    /// <summary>The folder in which it is noted, on Linux, that a driver is detached, so that after a kill the next process gives
    /// the device back to it. Null: nothing is noted; also where it is a link, another user's, or group or others may write
    /// there.</summary>
    public string? RuntimeFolder { get; init; }

    /// <summary>How long the closing of a device waits for its transfers. A device that is there gives them back at once, one that
    /// is gone as soon as the system has noticed.</summary>
    internal TimeSpan TransfersEnd { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IReadOnlyList<UsbDeviceInfo> List()
    {
        using var devices = Devices();
        return [.. devices.Read().Order(UsbLocationOrder.Instance)];
    }

    /// <inheritdoc/>
    public UsbAccess Probe(UsbDeviceInfo device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var driver = _sysfs?.Driver(device);
        if (driver == ProgramsDriver)
        {
            return new UsbAccess(driver, LibUsbProblem.Opening(LibUsbError.Busy, device, _platform).Message);
        }

        var library = _library();
        using var devices = Devices();
        var error = devices.Open(device, out var handle);
        if (error != LibUsbError.Success)
        {
            return new UsbAccess(driver, LibUsbProblem.Opening(error, device, _platform).Message);
        }

        library.Close(handle);
        return new UsbAccess(driver, null) { WasLeftWithoutDriver = driver is null && Notes()?.Read(device) is { Count: > 0 } };
    }

    /// <inheritdoc/>
    public IUsbDevice Open(UsbDeviceInfo device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var library = _library();
        using var devices = Devices();
        var error = devices.Open(device, out var handle);
        return error == LibUsbError.Success
            ? new LibUsbDevice(library, devices.TakeContext(), handle, device, _platform, Notes(), TransfersEnd, _log)
            : throw LibUsbProblem.Opening(error, device, _platform);
    }

    /// <inheritdoc/>
    public bool TrySuspendOnce(UsbDeviceInfo device, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        return _sysfs?.TrySuspendOnce(device, cancellationToken) ?? false;
    }

    private DetachedDrivers? Notes() =>
        _platform == UsbPlatform.Linux && RuntimeFolder is { } folder && DetachedDrivers.CurrentBoot is { } boot
            ? new DetachedDrivers(folder, boot, _log)
            : null;

    private LibUsbDevices Devices() => new(_library(), _sysfs, _platform);
}
