using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Startup;

/// <summary>The USB controllers that are known by their ids.</summary>
public static class KnownControllers
{
    private const string Btusb = "Linux, drivers/bluetooth/btusb.c";

    /// <summary>The entries; one for a release stands before the one for all releases of its product.</summary>
    public static IReadOnlyList<KnownController> All { get; } =
    [
        .. KnownCsr.All, .. KnownRealtek.All, .. KnownBroadcom.All, .. KnownOthers.All,
    ];

    /// <summary>The makers that put only their own chips behind their ids. Others sell dongles with chips of several makers.</summary>
    public static IReadOnlyList<KnownMaker> Makers { get; } =
    [
        new(0x0A5C, ChipFamily.Broadcom, Btusb),
        new(0x0BDA, ChipFamily.Realtek, Btusb),
        new(0x0CF3, ChipFamily.Qualcomm, Btusb),
        new(0x0E8D, ChipFamily.MediaTek, Btusb),
        new(0x8087, ChipFamily.Intel, Btusb),
    ];

    /// <summary>idVendor of those whose interfaces of class <see cref="VendorClass"/> are Bluetooth, whosever chip it is (Linux,
    /// drivers/bluetooth/btusb.c, btusb_table).</summary>
    public static IReadOnlyList<ushort> VendorClassUsers { get; } =
    [
        0x0489, 0x04CA, 0x050D, 0x0930, 0x0A5C, 0x0B05, 0x0BB4, 0x105B, 0x13D3, 0x413C,
    ];

    /// <summary>The class that a maker's controllers have where they do not say E0/01/01.</summary>
    public static UsbClass VendorClass { get; } = new(0xFF, 0x01, 0x01);

    /// <summary>Finds what is known of a controller.</summary>
    /// <param name="id">Maker and product.</param>
    /// <param name="release">bcdDevice.</param>
    /// <returns>The entry for its release, else the one for its product; null where it is not known.</returns>
    public static KnownController? Find(UsbId id, ushort release) =>
        All.FirstOrDefault(entry => entry.Id == id && entry.Release == release)
        ?? All.FirstOrDefault(entry => entry.Id == id && entry.Release is null);

    /// <summary>Says whether a device is a Bluetooth controller although its class is its maker's own.</summary>
    /// <param name="id">Maker and product.</param>
    /// <param name="interfaceClass">Class of the interface in question.</param>
    public static bool IsVendorClass(UsbId id, UsbClass interfaceClass) =>
        interfaceClass == VendorClass
        && (VendorClassUsers.Contains(id.Vendor) || All.Any(entry => entry.Id == id));

    /// <summary>Whose chip a controller is: by what the operator said, by its ids, by its maker. Nothing is asked of the
    /// controller.</summary>
    /// <param name="device">The device behind the door.</param>
    /// <exception cref="ControllerUnavailableException">The operator named a maker that is not known; the message lists those
    /// that are.</exception>
    public static ChipFamily FamilyOf(ControllerDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Vendor is { } said)
        {
            return ChipFamilyNames.Parse(said);
        }

        return device.Usb is not { } usb ? ChipFamily.Unknown
            : Find(usb, device.Release)?.Family ?? Makers.FirstOrDefault(maker => maker.Vendor == usb.Vendor)?.Family ?? ChipFamily.Unknown;
    }
}
