using System.Globalization;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>What Linux tells of USB devices in <c>/sys/bus/usb/devices</c>: names without opening a device, the driver that
/// has it, and its sleep.</summary>
/// <param name="root">The folder.</param>
/// <param name="wait">Waits while the kernel works; null for the clock on the wall.</param>
internal sealed class SysfsUsbDevices(string root = SysfsUsbDevices.Root, Action<TimeSpan>? wait = null)
{
    /// <summary>Where Linux has it.</summary>
    public const string Root = "/sys/bus/usb/devices";

    private const string Asleep = "suspended";
    private const int SleepChecks = 100;
    private const int SleepChecksOfADriver = 10;
    private static readonly TimeSpan s_sleepCheck = TimeSpan.FromMilliseconds(20);

    // Linux' own driver lets such a controller sleep for as long (btusb.c).
    private static readonly TimeSpan s_sleep = TimeSpan.FromMilliseconds(200);

    private readonly Action<TimeSpan> _wait = wait ?? Wait;

    /// <summary>An attribute that is text: <c>product</c>, <c>manufacturer</c>, <c>serial</c>.</summary>
    /// <returns>Null where the device has none.</returns>
    public string? Text(UsbDeviceInfo device, string attribute) =>
        UsbText.Clean(Read(Path.Combine(Folder(device), attribute)));

    /// <summary>The driver of interface 0: <c>btusb</c>; <c>usbfs</c> where another program has it through libusb.</summary>
    /// <returns>Null where there is none.</returns>
    public string? Driver(UsbDeviceInfo device)
    {
        var configuration = Read(Path.Combine(Folder(device), "bConfigurationValue")) is { Length: > 0 } value ? value : "1";
        var link = Path.Combine(root, $"{Name(device)}:{configuration}.0", "driver");
        try
        {
            return new DirectoryInfo(link).LinkTarget is { } target ? Path.GetFileName(target.TrimEnd('/')) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Lets the device sleep, waits until it does (2 s at most), and wakes it by giving it the rules of its sleep
    /// back that it had before.</summary>
    /// <remarks>A driver that has the device lets it sleep only while its adapter is down, and at once then, so that the wait
    /// is a tenth; one whose adapter is up has let it sleep itself (btusb.c).</remarks>
    /// <returns>Whether it slept; false also where the rules may not be changed, and where it was pulled out or given up
    /// meanwhile.</returns>
    public bool TrySuspendOnce(UsbDeviceInfo device, CancellationToken cancellationToken = default)
    {
        var power = Path.Combine(Folder(device), "power");
        var control = Path.Combine(power, "control");
        var delay = Path.Combine(power, "autosuspend_delay_ms");
        var status = Path.Combine(power, "runtime_status");
        if (Read(control) is not { } controlBefore || Read(delay) is not { } delayBefore)
        {
            return false;
        }

        var mostChecks = Driver(device) is null ? SleepChecks : SleepChecksOfADriver;
        try
        {
            File.WriteAllText(delay, "0");
            File.WriteAllText(control, "auto");
            for (var checks = 0; Read(status) is { } now && now != Asleep; checks++)
            {
                if (checks == mostChecks || cancellationToken.IsCancellationRequested)
                {
                    return false;
                }

                _wait(s_sleepCheck);
            }

            if (Read(status) is null)
            {
                return false; // It was pulled out.
            }

            _wait(s_sleep);
            File.WriteAllText(control, "on");
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            TryWrite(delay, delayBefore);
            TryWrite(control, controlBefore);
        }
    }

    // 1-1.4 for the ports 1.4 of bus 1; usb1 for its root hub.
    private static string Name(UsbDeviceInfo device) =>
        device.Ports.Length == 0
            ? string.Create(CultureInfo.InvariantCulture, $"usb{device.Bus}")
            : string.Create(CultureInfo.InvariantCulture, $"{device.Bus}-{device.Ports}");

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void TryWrite(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Unplugged meanwhile, or never allowed: nothing is left behind that could be put right.
        }
    }

    private static void Wait(TimeSpan time)
    {
        using var never = new ManualResetEventSlim();
        never.Wait(time);
    }

    private string Folder(UsbDeviceInfo device) => Path.Combine(root, Name(device));
}
