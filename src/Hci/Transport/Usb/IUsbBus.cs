namespace HostStack.Hci.Transport.Usb;

/// <summary>The USB devices of this machine. Any thread.</summary>
public interface IUsbBus
{
    /// <summary>The devices that are plugged in now, hubs left out, by bus and port.</summary>
    /// <exception cref="ControllerUnavailableException">The bus cannot be asked: the native library is missing, or there is
    /// no USB here. The message names the remedy.</exception>
    IReadOnlyList<UsbDeviceInfo> List();

    /// <summary>Says whether this process could open a device, without keeping it open and without taking it from its
    /// driver.</summary>
    /// <param name="device">One of <see cref="List"/>.</param>
    UsbAccess Probe(UsbDeviceInfo device);

    /// <summary>Opens a device. No interface is claimed yet.</summary>
    /// <param name="device">One of <see cref="List"/>.</param>
    /// <exception cref="ControllerUnavailableException">It is gone, or may not be opened; the message names the remedy.</exception>
    IUsbDevice Open(UsbDeviceInfo device);

    /// <summary>Lets the device sleep once and wakes it, which some need before they deliver data. The device is not
    /// open, and no driver has it.</summary>
    /// <param name="device">One of <see cref="List"/>.</param>
    /// <param name="cancellationToken">Gives it up, which is not an error.</param>
    /// <returns>Whether it slept; false where the system gives no way.</returns>
    bool TrySuspendOnce(UsbDeviceInfo device, CancellationToken cancellationToken = default);
}
