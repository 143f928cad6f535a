using HostStack.Hci.Startup;

namespace HostStack.Hci.Transport.Usb;

/// <summary>Which USB devices are Bluetooth controllers (Core, Vol 4, Part B, 6.1). Pure.</summary>
public static class UsbCandidates
{
    // A controller that only carries a high-speed radio for another one (AMP); no BR/EDR is in it.
    private static readonly UsbClass s_amp = new(0xE0, 0x01, 0x04);

    /// <summary>Whether a device says that it is a controller, or is known to be one: class E0/01/01 at device or interface
    /// level, or its maker's own class where the maker does so.</summary>
    /// <param name="device">What the bus tells of it.</param>
    public static bool IsController(UsbDeviceInfo device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.Class == UsbClass.Bluetooth
            || (!IsAmp(device)
                && (KnownControllers.Find(device.Id, device.Release) is not null
                    || device.Interfaces.Any(item =>
                        item.Class == UsbClass.Bluetooth || KnownControllers.IsVendorClass(device.Id, item.Class))));
    }

    /// <summary>The controllers among devices, by bus and port.</summary>
    /// <param name="devices">What is plugged in.</param>
    public static IReadOnlyList<UsbDeviceInfo> Among(IEnumerable<UsbDeviceInfo> devices) =>
        [.. devices.Where(IsController).Order(UsbLocationOrder.Instance)];

    /// <summary>Whether a device is an AMP controller and nothing else.</summary>
    internal static bool IsAmp(UsbDeviceInfo device) =>
        device.Class == s_amp
        || (device.Interfaces.Any(static item => item.Class == s_amp)
            && !device.Interfaces.Any(static item => item.Class == UsbClass.Bluetooth));
}
