using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Startup;

/// <summary>The USB controllers that are known by their ids.</summary>
public static class KnownControllers
{
    /// <summary>The entries; one for a release stands before the one for all releases of its product.</summary>
    public static IReadOnlyList<KnownController> All { get; } =
    [
        new(new(0x0A12, 0x0001), ChipFamily.Csr, "CSR 8510 A10", ControllerQuirks.None, "Linux, drivers/bluetooth/btusb.c"),
    ];

    /// <summary>Finds what is known of a controller.</summary>
    /// <param name="id">Maker and product.</param>
    /// <param name="release">bcdDevice.</param>
    /// <returns>The entry for its release, else the one for its product; null where it is not known.</returns>
    public static KnownController? Find(UsbId id, ushort release) =>
        All.FirstOrDefault(entry => entry.Id == id && entry.Release == release)
        ?? All.FirstOrDefault(entry => entry.Id == id && entry.Release is null);
}
