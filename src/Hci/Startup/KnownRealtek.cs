namespace HostStack.Hci.Startup;

/// <summary>Controllers with Realtek chips. Every Bluetooth controller of maker 0bda is one, also where it is not listed;
/// which firmware a chip takes is decided by the versions that it tells.</summary>
internal static class KnownRealtek
{
    private const string Btusb = "Linux, drivers/bluetooth/btusb.c and btrtl.c";

    public static IReadOnlyList<KnownController> All { get; } =
    [
        Of(0x0BDA, 0x8771, "RTL8761BU", "rtl8761bu", "generic Bluetooth 5 dongles"),
        Of(0x2357, 0x0604, "RTL8761BU", "rtl8761bu", "TP-Link UB500"),
        Of(0x0B05, 0x190E, "RTL8761BU", "rtl8761bu", "ASUS USB-BT500"),
        Of(0x2550, 0x8761, "RTL8761BU", "rtl8761bu", "EDUP EP-B3536"),
        Of(0x7392, 0xC611, "RTL8761BU", "rtl8761bu", "Edimax BT-8500"),
        Of(0x6655, 0x8771, "RTL8761BU", "rtl8761bu"),
        Of(0x2B89, 0x8761, "RTL8761BU", "rtl8761bu", "UGREEN CM390"),
        Of(0x2C4E, 0x0115, "RTL8761BU", "rtl8761bu", "Mercusys MA530"),
        Of(0x0930, 0x021D, "RTL8723AE", "rtl8723a"),
        Of(0x13D3, 0x3394, "RTL8723AE", "rtl8723a"),
        Of(0x0489, 0xE085, "RTL8723BE", "rtl8723b"),
        Of(0x0489, 0xE08B, "RTL8723BE", "rtl8723b"),
        Of(0x04F2, 0xB49F, "RTL8723BE", "rtl8723b"),
        Of(0x13D3, 0x3410, "RTL8723BE", "rtl8723b"),
        Of(0x13D3, 0x3416, "RTL8723BE", "rtl8723b"),
        Of(0x13D3, 0x3459, "RTL8723BE", "rtl8723b"),
        Of(0x13D3, 0x3494, "RTL8723BE", "rtl8723b"),
        Of(0x7392, 0xA611, "RTL8723BU", "rtl8723b", "Edimax EW-7611ULB"),
        Of(0x0BDA, 0xB009, "RTL8723DE", "rtl8723d"),
        Of(0x2FF8, 0xB011, "RTL8723DE", "rtl8723d"),
        Of(0x0B05, 0x17DC, "RTL8821AE", "rtl8821a"),
        Of(0x13D3, 0x3414, "RTL8821AE", "rtl8821a"),
        Of(0x13D3, 0x3458, "RTL8821AE", "rtl8821a"),
        Of(0x13D3, 0x3461, "RTL8821AE", "rtl8821a"),
        Of(0x13D3, 0x3462, "RTL8821AE", "rtl8821a"),
        Of(0x13D3, 0x3529, "RTL8821CE", "rtl8821c"),
        Of(0x13D3, 0x3526, "RTL8822BE", "rtl8822b"),
        Of(0x0B05, 0x185C, "RTL8822BE", "rtl8822b"),
        Of(0x0BDA, 0xB00C, "RTL8822CE", "rtl8822cu"),
        Of(0x0BDA, 0xC822, "RTL8822CE", "rtl8822cu"),
        Of(0x0BDA, 0xC123, "RTL8822CE", "rtl8822cu"),
        Of(0x1358, 0xC123, "RTL8822CE", "rtl8822cu"),
        Of(0x04CA, 0x4005, "RTL8822CE", "rtl8822cu"),
        Of(0x04C5, 0x161F, "RTL8822CE", "rtl8822cu"),
        Of(0x0B05, 0x18EF, "RTL8822CE", "rtl8822cu"),
        Of(0x13D3, 0x3548, "RTL8822CE", "rtl8822cu"),
        Of(0x13D3, 0x3549, "RTL8822CE", "rtl8822cu"),
        Of(0x13D3, 0x3553, "RTL8822CE", "rtl8822cu"),
        Of(0x13D3, 0x3555, "RTL8822CE", "rtl8822cu"),
        Of(0x2FF8, 0x3051, "RTL8822CE", "rtl8822cu"),
        Of(0x0CB5, 0xC547, "RTL8822CE", "rtl8822cu"),
        Of(0x0BDA, 0x2852, "RTL8852AE", "rtl8852au"),
        Of(0x0BDA, 0xC852, "RTL8852AE", "rtl8852au"),
        Of(0x0BDA, 0x385A, "RTL8852AE", "rtl8852au"),
        Of(0x0BDA, 0x4852, "RTL8852AE", "rtl8852au"),
        Of(0x04C5, 0x165C, "RTL8852AE", "rtl8852au"),
        Of(0x04CA, 0x4006, "RTL8852AE", "rtl8852au"),
        Of(0x0CB8, 0xC549, "RTL8852AE", "rtl8852au"),
        Of(0x04CA, 0x4007, "RTL8852CE", "rtl8852cu"),
        Of(0x04C5, 0x1675, "RTL8852CE", "rtl8852cu"),
        Of(0x0CB8, 0xC558, "RTL8852CE", "rtl8852cu"),
        Of(0x13D3, 0x3586, "RTL8852CE", "rtl8852cu"),
        Of(0x13D3, 0x3587, "RTL8852CE", "rtl8852cu"),
        Of(0x13D3, 0x3592, "RTL8852CE", "rtl8852cu"),
        Of(0x0489, 0xE122, "RTL8852CE", "rtl8852cu"),
        Of(0x0BDA, 0x4853, "RTL8852BE", "rtl8852bu"),
        Of(0x0BDA, 0x887B, "RTL8852BE", "rtl8852bu"),
        Of(0x0BDA, 0xB85B, "RTL8852BE", "rtl8852bu"),
        Of(0x0CB8, 0xC559, "RTL8852BE", "rtl8852bu"),
        Of(0x13D3, 0x3570, "RTL8852BE", "rtl8852bu"),
        Of(0x13D3, 0x3571, "RTL8852BE", "rtl8852bu"),
        Of(0x13D3, 0x3572, "RTL8852BE", "rtl8852bu"),
        Of(0x13D3, 0x3591, "RTL8852BE", "rtl8852bu"),
        Of(0x0489, 0xE123, "RTL8852BE", "rtl8852bu"),
        Of(0x0489, 0xE125, "RTL8852BE", "rtl8852bu"),
    ];

    private static KnownController Of(ushort vendor, ushort product, string chip, string file, string? name = null) =>
        new(new(vendor, product), ChipFamily.Realtek, chip, ControllerQuirks.None, Btusb)
        {
            Product = name,
            Firmware = $"rtl_bt/{file}_fw.bin",
        };
}
