using HostStack.Hci.Startup.KernelLoaded;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Startup;

/// <summary>What can be said of a controller's firmware before the controller is opened, by its ids alone.</summary>
public static class FirmwareAdvice
{
    /// <summary>Says what is missing, and how to get it.</summary>
    /// <param name="device">The device behind the door.</param>
    /// <param name="source">Where its firmware would be looked for.</param>
    /// <returns>One sentence; null where the firmware is there, none is needed, or it is not known which.</returns>
    public static string? Of(ControllerDevice device, IFirmwareSource source)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(source);
        var family = KnownControllers.FamilyOf(device);
        if (family is ChipFamily.Intel or ChipFamily.MediaTek or ChipFamily.Qualcomm)
        {
            return $"The firmware of {family} chips is not loaded by this host: {KernelLoadedStartup.WayRound}.";
        }

        if (device.Usb is not { } id || KnownControllers.Find(id, device.Release) is not { Firmware: { } name } known)
        {
            return null;
        }

        var file = source.Find(name);
        return file.IsFound ? null : FirmwareSentences.Missing(
            file, source, name, known.Chip,
            family == ChipFamily.Realtek ? FirmwareSentences.RealtekPackage : FirmwareSentences.BroadcomUsbPackage);
    }
}
