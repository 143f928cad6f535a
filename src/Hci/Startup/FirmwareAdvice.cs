using HostStack.Hci.Startup.Broadcom;
using HostStack.Hci.Startup.KernelLoaded;
using HostStack.Hci.Startup.Realtek;
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

        return family == ChipFamily.Realtek
            ? Realtek(known, name, source)
            : Missing(BroadcomChips.Files(known.Chip, id, name), known, source, FirmwareSentences.BroadcomUsbPackage);
    }

    private static string? Realtek(KnownController known, string name, IFirmwareSource source)
    {
        var chip = RealtekChips.OfFile(name);
        return Missing(chip?.Firmware ?? [name], known, source, FirmwareSentences.RealtekPackage)
            ?? (chip is { NeedsConfiguration: true } ? Missing([chip.Configuration], known, source, FirmwareSentences.RealtekPackage) : null);
    }

    // The names are those that the start-ups ask for.
    private static string? Missing(IReadOnlyList<string> names, KnownController known, IFirmwareSource source, string package)
    {
        var missing = default(FirmwareFile);
        foreach (var name in names)
        {
            var file = source.Find(name);
            if (file.IsFound)
            {
                return null;
            }

            missing = missing.Problem is null ? file : missing;
        }

        return FirmwareSentences.Missing(missing, source, string.Join(" or ", names), known.Chip, package);
    }
}
