using System.Globalization;

namespace HostStack.Hci.Startup;

/// <summary>Controllers with Broadcom and Cypress chips: those that take a patch (<c>.hcd</c>) and work without it, with the
/// faults of their ROM, and those that take none.</summary>
internal static class KnownBroadcom
{
    private const string Btbcm = "Linux, drivers/bluetooth/btusb.c and btbcm.c; winterheart/broadcom-bt-firmware, DEVICES.md";
    private const string NoPatch = "Linux, drivers/bluetooth/btusb.c";

    public static IReadOnlyList<KnownController> All { get; } =
    [
        Of(0x0A5C, 0x21E8, "BCM20702A1", "generic Bluetooth 4.0 dongles, Plugable USB-BT4LE"),
        Of(0x0B05, 0x17CB, "BCM20702A1", "ASUS USB-BT400"),
        Of(0x050D, 0x065A, "BCM20702A1", "Belkin F8T065bf"),
        Of(0x19FF, 0x0239, "BCM20702B0", "Dynex, Insignia"),
        Of(0x145F, 0x01A3, "BCM20702A1", "Trust"),
        Of(0x0A5C, 0x21EC, "BCM20702A1"),
        Of(0x0A5C, 0x21E1, "BCM20702A1", "HP SoftSailing"),
        Of(0x0A5C, 0x21E3, "BCM20702A1", "HP Valentine"),
        Of(0x0A5C, 0x21E6, "BCM20702A1", "ThinkPad"),
        Of(0x0A5C, 0x21DE, "BCM20702A1"),
        Of(0x0A5C, 0x21F1, "BCM20702A1"),
        Of(0x0A5C, 0x21F3, "BCM20702A1", "ThinkPad Edge"),
        Of(0x0A5C, 0x21F4, "BCM20702A1", "ThinkPad Edge"),
        Of(0x0A5C, 0x21FB, "BCM20702A1", "HP"),
        Of(0x0A5C, 0x21FD, "BCM20702A1"),
        Of(0x0A5C, 0x216F, "BCM20702A1", "Dell DW1560"),
        Of(0x0A5C, 0x640B, "BCM20702A1", "HP"),
        Of(0x0489, 0xE032, "BCM20702A1"),
        Of(0x0489, 0xE042, "BCM20702A1"),
        Of(0x0489, 0xE07A, "BCM20702A1"),
        Of(0x04CA, 0x2003, "BCM20702A1"),
        Of(0x0930, 0x021E, "BCM20702A1", "Toshiba"),
        Of(0x0930, 0x0221, "BCM20702A1", "Toshiba"),
        Of(0x0B05, 0x17B5, "BCM20702A1", "ASUS"),
        Of(0x0B05, 0x17CF, "BCM20702A1", "ASUS PCE-AC66"),
        Of(0x0B05, 0x180A, "BCM20702A1"),
        Of(0x13D3, 0x3384, "BCM20702A1"),
        Of(0x13D3, 0x3404, "BCM20702A1"),
        Of(0x13D3, 0x3411, "BCM20702A1", "Alienware"),
        Of(0x413C, 0x8143, "BCM20702A1", "Dell DW1550"),
        Of(0x413C, 0x8197, "BCM20702A1", "Dell DW380"),
        Of(0x0A5C, 0x21D3, "BCM43142A0"),
        Of(0x0A5C, 0x21D7, "BCM43142A0"),
        Of(0x0A5C, 0x216A, "BCM43142A0", "Dell DW1708"),
        Of(0x0A5C, 0x216C, "BCM43142A0", "HP"),
        Of(0x0A5C, 0x216D, "BCM43142A0", "HP"),
        Of(0x105B, 0xE065, "BCM43142A0", "Lenovo"),
        Of(0x0A5C, 0x216E, "BCM4335C0", "HP"),
        Of(0x0A5C, 0x6410, "BCM20703A1", "Dell DW1830"),
        Of(0x0BB4, 0x0306, "BCM20703A1", "HTC Vive"),
        Of(0x0A5C, 0x6412, "BCM4350C5", "Dell"),
        Of(0x0A5C, 0x6414, "BCM4350C5", "Lenovo"),
        Of(0x0A5C, 0x640E, "BCM4356A2", "Lenovo"),
        Of(0x0B05, 0x181D, "BCM4356A2", "ASUS"),
        Rom(0x0A5C, 0x2009, "BCM2035 (BCM92035), which gets one command of its maker's first"),
        Rom(0x0A5C, 0x200A, "BCM2035"),
        Rom(0x0A5C, 0x2035, "BCM2035"),
        Rom(0x0A5C, 0x2039, "BCM2045"),
        Rom(0x0A5C, 0x2045, "BCM2045"),
        Rom(0x0A5C, 0x2101, "BCM2045"),
        Rom(0x0A5C, 0x2110, "BCM2045", "ThinkPad"),
        Rom(0x05AC, 0x8213, "Broadcom, in MacBookPro7,1"),
        Rom(0x05AC, 0x8215, "Broadcom, in iMac11,1"),
        Rom(0x05AC, 0x8218, "Broadcom, in MacBookPro6,2"),
        Rom(0x05AC, 0x821A, "Broadcom, in MacBookPro8,2"),
        Rom(0x05AC, 0x821B, "Broadcom, in MacBookAir3,1"),
        Rom(0x05AC, 0x821F, "Broadcom, in MacBookAir4,1"),
        Rom(0x05AC, 0x8281, "Broadcom, in MacMini5,1"),
    ];

    private static KnownController Of(ushort vendor, ushort product, string chip, string? name = null) =>
        new(new(vendor, product), ChipFamily.Broadcom, chip, ControllerQuirks.None, Btbcm)
        {
            Product = name,
            Firmware = string.Create(CultureInfo.InvariantCulture, $"brcm/{chip}-{vendor:x4}-{product:x4}.hcd"),
        };

    // Works as it comes, without a file.
    private static KnownController Rom(ushort vendor, ushort product, string chip, string? name = null) =>
        new(new(vendor, product), ChipFamily.Broadcom, chip, ControllerQuirks.None, NoPatch) { Product = name };
}
