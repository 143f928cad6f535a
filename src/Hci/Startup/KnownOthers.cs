namespace HostStack.Hci.Startup;

/// <summary>Controllers whose firmware the Linux kernel loads and this host does not, and a few others that get things
/// wrong.</summary>
internal static class KnownOthers
{
    private const string Btusb = "Linux, drivers/bluetooth/btusb.c";

    public static IReadOnlyList<KnownController> All { get; } =
    [
        Intel(0x0A5A, "boot loader in RAM"),
        Intel(0x07DC, "Wireless 7260"),
        Intel(0x0A2A, "Wireless 7265"),
        Intel(0x0A2B, "Wireless 8260, 8265"),
        Intel(0x0AA7, "Wireless 3168"),
        Intel(0x0AAA, "Wireless 9460, 9560"),
        Intel(0x0025, "Wireless 9260"),
        Intel(0x0026, "AX201"),
        Intel(0x0029, "AX200"),
        Intel(0x0032, "AX210"),
        Intel(0x0033, "AX211"),
        Intel(0x0035, "AX101"),
        MediaTek(0x0E8D, 0x0608, "MT7921"),
        MediaTek(0x0489, 0xE0C8, "MT7921"),
        MediaTek(0x0489, 0xE0CD, "MT7921"),
        MediaTek(0x13D3, 0x3563, "MT7921"),
        MediaTek(0x13D3, 0x3564, "MT7921"),
        MediaTek(0x13D3, 0x3567, "MT7921"),
        MediaTek(0x0489, 0xE0D8, "MT7922"),
        MediaTek(0x0489, 0xE0E2, "MT7922"),
        MediaTek(0x13D3, 0x3568, "MT7922"),
        MediaTek(0x13D3, 0x3560, "MT7615E"),
        MediaTek(0x04CA, 0x3801, "MT7663"),
        Qualcomm(0x0CF3, 0x3004, "AR3012"),
        Qualcomm(0x0CF3, 0x311D, "AR3012"),
        Qualcomm(0x0CF3, 0x0036, "AR3012"),
        Qualcomm(0x0B05, 0x17D0, "AR3012"),
        Qualcomm(0x0CF3, 0x3002, "AR3011"),
        Qualcomm(0x0CF3, 0xE007, "QCA6174"),
        Qualcomm(0x0CF3, 0xE009, "QCA9377"),
        Qualcomm(0x0CF3, 0xE300, "QCA6174"),
        Qualcomm(0x0CF3, 0xE500, "QCA9377"),
        Qualcomm(0x0CF3, 0xE600, "WCN6855"),
        Qualcomm(0x0CF3, 0xE700, "WCN785x"),

        // Linux also leaves out LE commands of it (LE Read Transmit Power, octet 38 of Supported Commands, and others), which this
        // host never sends.
        new(
            new(0x10D7, 0xB012), ChipFamily.Actions, "ATS2851",
            ControllerQuirks.ErroneousDataReporting | ControllerQuirks.EncryptionKeySize, Btusb + ", btusb_probe, BTUSB_ACTIONS_SEMI"),
        new(new(0x33FA, 0x0010), ChipFamily.Barrot, "BR8554", ControllerQuirks.StrayOctet, Btusb) { Product = "UGREEN BT 5.4" },
        new(new(0x33FA, 0x0012), ChipFamily.Barrot, "BR8554", ControllerQuirks.StrayOctet, Btusb),
    ];

    private static KnownController Intel(ushort product, string chip) =>
        new(new(0x8087, product), ChipFamily.Intel, "Intel " + chip, ControllerQuirks.None, Btusb) { Firmware = "intel/ibt-*" };

    private static KnownController MediaTek(ushort vendor, ushort product, string chip) =>
        new(new(vendor, product), ChipFamily.MediaTek, chip, ControllerQuirks.None, Btusb) { Firmware = "mediatek/BT_RAM_CODE_*" };

    private static KnownController Qualcomm(ushort vendor, ushort product, string chip) =>
        chip.StartsWith("AR", StringComparison.Ordinal)
            ? new(new(vendor, product), ChipFamily.Qualcomm, chip, ControllerQuirks.None, Btusb) { Firmware = "ar3k/*" }
            : new(new(vendor, product), ChipFamily.Qualcomm, chip, ControllerQuirks.ErroneousDataReporting, Btusb) { Firmware = "qca/*" };
}
