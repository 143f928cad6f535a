namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>What libusb's errors mean to a user: one sentence with the remedy. Pure.</summary>
internal static class LibUsbProblem
{
    /// <summary>Why a device cannot be opened.</summary>
    public static ControllerUnavailableException Opening(LibUsbError error, UsbDeviceInfo device, UsbPlatform platform) =>
        Make(error, device, platform, "be opened");

    /// <summary>Why an interface of it cannot be taken.</summary>
    public static ControllerUnavailableException Claiming(
        LibUsbError error, UsbDeviceInfo device, byte interfaceNumber, UsbPlatform platform) =>
        Make(error, device, platform, $"be used (interface {interfaceNumber})");

    /// <summary>Why the bus cannot be asked.</summary>
    public static ControllerUnavailableException Listing(LibUsbError error, UsbPlatform platform) => error switch
    {
        LibUsbError.Access => new(
            "This system does not let the program see its USB devices; run it as root, or outside the sandbox.",
            new UnauthorizedAccessException()),
        _ when platform == UsbPlatform.Linux => new(
            $"The USB devices cannot be listed ({Code(error)}); check that /dev/bus/usb is there, in a container also, and that the kernel has USB."),
        _ => new($"The USB devices cannot be listed ({Code(error)}); check that this machine has USB."),
    };

    /// <summary>A device that <see cref="IUsbBus.List"/> told of, and that is there no more.</summary>
    public static ControllerUnavailableException Gone(UsbDeviceInfo device) =>
        new($"The USB device {device.Title} is gone; plug it in again.");

    /// <summary>A request to an open device that failed.</summary>
    public static IOException Request(LibUsbError error, UsbDeviceInfo device, string what) =>
        new($"The USB device {device.Title} {(error == LibUsbError.NoDevice ? "is gone" : "refuses")}: {what} ({Code(error)}).");

    private static ControllerUnavailableException Make(
        LibUsbError error, UsbDeviceInfo device, UsbPlatform platform, string what)
    {
        var name = device.Title;
        return (error, platform) switch
        {
            (LibUsbError.NoDevice, _) => Gone(device),
            (LibUsbError.Access, UsbPlatform.Linux) => new(
                $"No permission to open the USB device {name}; put packaging/udev/70-hoststack.rules into /etc/udev/rules.d and plug it in again, or run as root.",
                new UnauthorizedAccessException()),
            (LibUsbError.Access, UsbPlatform.MacOs) => new(
                $"macOS does not let this program have the USB device {name}; run it as root, docs/usb.md says when that helps.",
                new UnauthorizedAccessException()),
            (LibUsbError.Access, _) => new(
                $"Windows does not let this program have the USB device {name}; end the program that has it, and see that its driver is WinUSB (docs/usb.md).",
                new UnauthorizedAccessException()),
            (LibUsbError.NotSupported or LibUsbError.NotFound, UsbPlatform.Windows) => new(
                $"The USB device {name} has not the WinUSB driver, which it needs here; docs/usb.md says how to give it one."),
            (LibUsbError.Busy, UsbPlatform.Linux) => new(
                $"Another program has the USB device {name}; end it, 'fuser /dev/bus/usb/{device.Bus:000}/{device.Address:000}' says which it is."),
            (LibUsbError.Busy, _) => new($"Another program has the USB device {name}; end it."),
            _ => new($"The USB device {name} cannot {what}, {Code(error)}; unplug it and plug it in again."),
        };
    }

    private static string Code(LibUsbError error) => error switch
    {
        LibUsbError.InputOutput => "LIBUSB_ERROR_IO",
        LibUsbError.InvalidParameter => "LIBUSB_ERROR_INVALID_PARAM",
        LibUsbError.Access => "LIBUSB_ERROR_ACCESS",
        LibUsbError.NoDevice => "LIBUSB_ERROR_NO_DEVICE",
        LibUsbError.NotFound => "LIBUSB_ERROR_NOT_FOUND",
        LibUsbError.Busy => "LIBUSB_ERROR_BUSY",
        LibUsbError.Timeout => "LIBUSB_ERROR_TIMEOUT",
        LibUsbError.Overflow => "LIBUSB_ERROR_OVERFLOW",
        LibUsbError.Pipe => "LIBUSB_ERROR_PIPE",
        LibUsbError.Interrupted => "LIBUSB_ERROR_INTERRUPTED",
        LibUsbError.NoMemory => "LIBUSB_ERROR_NO_MEM",
        LibUsbError.NotSupported => "LIBUSB_ERROR_NOT_SUPPORTED",
        LibUsbError.Other => "LIBUSB_ERROR_OTHER",
        _ => $"libusb error {(int)error}",
    };
}
