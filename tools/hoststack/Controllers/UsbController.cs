using HostStack.Cli.Terminal;
using HostStack.Hci.Startup;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Cli.Controllers;

/// <summary>A controller on USB, and what is told of it before it is opened.</summary>
/// <param name="Device">What the bus tells.</param>
/// <param name="Uri">The shortest URI that means it.</param>
/// <param name="Known">What is known of its chip; null: nothing.</param>
/// <param name="Access">Its driver, and whether it can be opened.</param>
internal sealed record UsbController(UsbDeviceInfo Device, string Uri, KnownController? Known, UsbAccess Access)
{
    private static readonly ChipFamily[] KernelStarted = [ChipFamily.Intel, ChipFamily.MediaTek, ChipFamily.Qualcomm];

    /// <summary>Finds the controllers on a bus, by bus and port.</summary>
    /// <param name="bus">The bus.</param>
    /// <exception cref="Hci.Transport.ControllerUnavailableException">The bus cannot be asked.</exception>
    public static IReadOnlyList<UsbController> Survey(IUsbBus bus)
    {
        var devices = bus.List();
        return [.. UsbCandidates.Among(devices).Select(device => new UsbController(
            device,
            $"usb:{UsbSelector.Of(device, devices)}",
            KnownControllers.Find(device.Id, device.Release),
            bus.Probe(device)))];
    }

    /// <summary>Whose chip it is.</summary>
    public ChipFamily Family => KnownControllers.FamilyOf(new() { Usb = Device.Id, Release = Device.Release });

    /// <summary>The chip, or the name of its family; null where neither is known.</summary>
    public string? Chip => Known?.Chip ?? (Family == ChipFamily.Unknown ? null : $"{Family}");

    /// <summary>What people should know before they use it, in one sentence; null: nothing.</summary>
    public string? Advice => Access.Problem
        ?? (KernelStarted.Contains(Family) ? $"{Uri} is started by firmware that the Linux kernel loads; use its adapter, hci-user:N."
        : Known?.Firmware is { } firmware ? $"{Uri} is given the firmware {firmware} when it is opened."
        : null);

    /// <summary>Its row.</summary>
    public ReportRow Row => new(
        [Uri, Device.Location, Device.Product, Chip, Access.Driver, Access.CanOpen ? "yes" : "no"],
        ("door", "usb"),
        ("uri", Uri),
        ("usbId", $"{Device.Id}"),
        ("location", Device.Location),
        ("product", Device.Product),
        ("manufacturer", Device.Manufacturer),
        ("serialNumber", Device.SerialNumber),
        ("chip", Known?.Chip),
        ("family", $"{Family}"),
        ("firmware", Known?.Firmware),
        ("driver", Access.Driver),
        ("canOpen", Access.CanOpen),
        ("problem", Access.Problem));
}
