using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Startup;

/// <summary>Controllers by CSR, and those that use its ids. What the copies get wrong besides is found by the versions that
/// they tell (<see cref="VersionQuirks"/>): a release alone does not say it, for copies use those of originals.</summary>
internal static class KnownCsr
{
    private const string Btusb = "Linux, drivers/bluetooth/btusb.c, btusb_setup_csr";
    private const string Copies = Btusb + "; bugzilla.kernel.org 60824";

    private static readonly UsbId s_id = new(0x0A12, 0x0001);

    public static IReadOnlyList<KnownController> All { get; } =
    [
        Copy(0x0100, "copy of a CSR chip"),
        Copy(0x0134, "Barrot 8041a02 or Conwise CW6629d, as CSR"),
        Copy(0x1915, "copy of a CSR chip"),
        Copy(0x2520, "copy of a CSR chip, as CSR8510 A10"),
        Copy(0x7558, "FR3191, as CSR"),
        Copy(0x8891, "CSR8510 A10, or a copy"),
        new(s_id, ChipFamily.Csr, "CSR BlueCore", ControllerQuirks.None, Btusb) { Product = "most cheap dongles up to Bluetooth 4.0" },
        new(new(0x8087, 0x07DA), ChipFamily.Csr, "Intel Centrino 2230, with a CSR chip", ControllerQuirks.None, Btusb),
    ];

    // To sleep once harms no device that follows USB; Linux lets every copy do so.
    private static KnownController Copy(ushort release, string chip) =>
        new(s_id, ChipFamily.Csr, chip, ControllerQuirks.SuspendOnce, Copies) { Release = release };
}
