using HostStack.Cli.Terminal;
using HostStack.Hci.Startup;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Cli.Controllers;

/// <summary>A controller on USB, and what is told of it before it is opened.</summary>
/// <param name="Device">What the bus tells.</param>
/// <param name="Uri">The shortest URI that means it.</param>
/// <param name="Known">What is known of its chip; null: nothing.</param>
/// <param name="Access">Its driver, and whether it can be opened.</param>
/// <param name="FirmwareTrouble">What its firmware lacks; null: nothing that is known.</param>
internal sealed record UsbController(
    UsbDeviceInfo Device, string Uri, KnownController? Known, UsbAccess Access, string? FirmwareTrouble)
{
    /// <summary>Finds the controllers on a bus, by bus and port.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="firmware">Where their firmware would be looked for.</param>
    /// <exception cref="ControllerUnavailableException">The bus cannot be asked.</exception>
    public static IReadOnlyList<UsbController> Survey(IUsbBus bus, IFirmwareSource firmware)
    {
        var devices = bus.List();
        return [.. UsbCandidates.Among(devices).Select(device => new UsbController(
            device,
            $"usb:{UsbSelector.Of(device, devices)}",
            KnownControllers.Find(device.Id, device.Release),
            bus.Probe(device),
            FirmwareAdvice.Of(Identity(device), firmware)))];
    }

    /// <summary>Whose chip it is.</summary>
    public ChipFamily Family => KnownControllers.FamilyOf(Identity(Device));

    /// <summary>The chip, or the name of its family; null where neither is known.</summary>
    public string? Chip => Known?.Chip ?? (Family == ChipFamily.Unknown ? null : $"{Family}");

    /// <summary>What people should know before they use it, in sentences.</summary>
    public IEnumerable<(string Sentence, bool IsProblem)> Advice
    {
        get
        {
            if (Access.Problem is { } problem)
            {
                yield return (problem, true);
            }

            if (Access.WasLeftWithoutDriver)
            {
                yield return ($"{Uri}: A host that was killed has left it without the kernel's driver; start and stop a host on it once, or plug it in again.", false);
            }

            if (FirmwareTrouble is { } trouble)
            {
                yield return ($"{Uri}: {trouble}", false);
            }
        }
    }

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
        ("firmwareTrouble", FirmwareTrouble),
        ("driver", Access.Driver),
        ("canOpen", Access.CanOpen),
        ("problem", Access.Problem));

    private static ControllerDevice Identity(UsbDeviceInfo device) => new() { Usb = device.Id, Release = device.Release };
}
