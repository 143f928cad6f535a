using System.Diagnostics;
using HostStack.Hci.Transport.Usb;

namespace HostStack.UsbGuest;

/// <summary>Asks for the dongle to be pulled and put back, and waits until the system has seen it.</summary>
internal sealed class PluggingHand(IUsbBus bus, string folder)
{
    public const string Driver = "btusb";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static bool IsDongle(UsbDeviceInfo device) =>
        device.Class == UsbClass.Bluetooth || device.Interfaces.Any(static one => one.Class == UsbClass.Bluetooth);

    /// <summary>Returns once the system does not list it any more.</summary>
    public void Pull()
    {
        File.WriteAllText(Path.Combine(folder, "pull"), string.Empty);
        WaitUntil(() => !bus.List().Any(IsDongle), "the dongle was pulled");
    }

    /// <summary>Returns once its driver has it.</summary>
    public void Plug()
    {
        File.WriteAllText(Path.Combine(folder, "plug"), string.Empty);
        WaitUntil(() => bus.List().FirstOrDefault(IsDongle) is { } dongle && bus.Probe(dongle).Driver == Driver, "the dongle was put back");
    }

    private static void WaitUntil(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        using var never = new ManualResetEventSlim();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                throw new TimeoutException($"Waited until {what}, {Limit.TotalSeconds} s.");
            }

            never.Wait(10);
        }
    }
}
