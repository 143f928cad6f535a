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

    /// <summary>What the maker's id alone tells.</summary>
    public static IReadOnlyList<KnownMaker> Makers { get; } =
    [
        new(0x0BDA, ChipFamily.Realtek, VendorClass: false, Btusb),
        new(0x0E8D, ChipFamily.MediaTek, VendorClass: false, Btusb),
        new(0x8087, ChipFamily.Intel, VendorClass: false, Btusb),
        new(0x0CF3, ChipFamily.Qualcomm, VendorClass: false, Btusb),
        new(0x0A5C, ChipFamily.Broadcom, VendorClass: true, Btusb),
        new(0x0B05, ChipFamily.Broadcom, VendorClass: true, Btusb),
        new(0x050D, ChipFamily.Broadcom, VendorClass: true, Btusb),
        new(0x0489, ChipFamily.Broadcom, VendorClass: true, Btusb),
        new(0x04CA, ChipFamily.Broadcom, VendorClass: true, Btusb),
        new(0x0930, ChipFamily.Broadcom, VendorClass: true, Btusb),
        new(0x0BB4, ChipFamily.Broadcom, VendorClass: true, Btusb),
        new(0x105B, ChipFamily.Broadcom, VendorClass: true, Btusb),
        new(0x13D3, ChipFamily.Broadcom, VendorClass: true, Btusb),
        new(0x413C, ChipFamily.Broadcom, VendorClass: true, Btusb),
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
        && (Makers.Any(maker => maker.VendorClass && maker.Vendor == id.Vendor) || All.Any(entry => entry.Id == id));

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
            : Find(usb, device.Release)?.Family
                ?? Makers.FirstOrDefault(maker => maker.Vendor == usb.Vendor && (!maker.VendorClass || usb.Vendor == BroadcomVendor))?.Family
                ?? ChipFamily.Unknown;
    }

    // Of the makers whose controllers hide behind their own class, only Broadcom makes the chips itself: the others also sell
    // dongles with chips of other makers.
    private const ushort BroadcomVendor = 0x0A5C;
}
