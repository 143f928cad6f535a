using HostStack.Hci.Startup.Broadcom;
using HostStack.Hci.Startup.Csr;
using HostStack.Hci.Startup.KernelLoaded;
using HostStack.Hci.Startup.Realtek;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Startup;

/// <summary>Chooses the start-up of a controller by its ids and by what the operator said: no maker's command is sent to a
/// controller to find out whose it is.</summary>
internal static class ControllerStartups
{
    /// <summary>Finds a start-up.</summary>
    /// <param name="device">The device behind the door; null where the door cannot tell. One that the system has
    /// started is left as it is.</param>
    /// <returns>The start-up; null for a controller that needs none.</returns>
    /// <exception cref="ControllerUnavailableException">The operator named a maker that is not known.</exception>
    public static IControllerStartup? For(ControllerDevice? device) =>
        device is null or { IsStarted: true } ? null : KnownControllers.FamilyOf(device) switch
        {
            ChipFamily.Realtek => new RealtekStartup(),
            ChipFamily.Broadcom when WorksAsItComes(device) => Bcm92035Startup.Fits(device) ? new Bcm92035Startup() : null,
            ChipFamily.Broadcom => new BroadcomStartup(),
            ChipFamily.Csr => new CsrStartup(),
            ChipFamily.Intel => new IntelStartup(),
            ChipFamily.MediaTek => new KernelLoadedStartup("MediaTek"),
            ChipFamily.Qualcomm => new KernelLoadedStartup("Qualcomm"),
            _ => null,
        };

    // Known, and known to take no patch. Whatever the operator said is not found by ids.
    private static bool WorksAsItComes(ControllerDevice device) =>
        device is { Vendor: null, Usb: { } id } && KnownControllers.Find(id, device.Release) is { Firmware: null };
}
