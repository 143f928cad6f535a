using System.Globalization;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Startup.Broadcom;

/// <summary>The names of Broadcom chips by their LMP subversion, and of the patches by these names (Linux,
/// drivers/bluetooth/btbcm.c, bcm_usb_subver_table and bcm_uart_subver_table).</summary>
internal static class BroadcomChips
{
    /// <summary>What a chip is called whose subversion is not known.</summary>
    public const string Unknown = "BCM";

    private static readonly Dictionary<ushort, string> s_usb = new()
    {
        [0x2105] = "BCM20703A1",
        [0x210B] = "BCM43142A0",
        [0x2112] = "BCM4314A0",
        [0x2118] = "BCM20702A0",
        [0x2126] = "BCM4335A0",
        [0x220E] = "BCM20702A1",
        [0x230F] = "BCM4356A2",
        [0x4106] = "BCM4335B0",
        [0x410E] = "BCM20702B0",
        [0x6109] = "BCM4335C0",
        [0x610C] = "BCM4354",
        [0x6607] = "BCM4350C5",
    };

    private static readonly Dictionary<ushort, string> s_serial = new()
    {
        [0x1111] = "BCM4362A2",
        [0x2119] = "BCM4373A0",
        [0x2122] = "BCM4343A0",
        [0x2209] = "BCM43430A1",
        [0x220E] = "BCM20702A1",
        [0x230F] = "BCM4356A2",
        [0x4103] = "BCM4330B1",
        [0x4106] = "BCM4335A0",
        [0x410C] = "BCM43430B0",
        [0x410D] = "BCM4334B0",
        [0x410E] = "BCM43341B0",
        [0x4204] = "BCM2076B1",
        [0x420D] = "BCM4349B1",
        [0x420E] = "BCM4349B1",
        [0x4217] = "BCM4329B1",
        [0x4406] = "BCM4324B3",
        [0x4606] = "BCM4324B5",
        [0x6106] = "BCM4359C0",
        [0x6109] = "BCM4335C0",
        [0x610C] = "BCM4354",
        [0x6119] = "BCM4345C0",
        [0x6606] = "BCM4345C5",
    };

    /// <summary>The chip's name; <see cref="Unknown"/> where the table has none.</summary>
    public static string Name(ushort lmpSubversion, bool isUsb) =>
        (isUsb ? s_usb : s_serial).GetValueOrDefault(lmpSubversion, Unknown);

    /// <summary>The names that chips behind USB can have.</summary>
    public static IEnumerable<string> UsbNames => s_usb.Values;

    /// <summary>The names under which a patch may be, the better one first: the chip's, the one that is known by the ids of a
    /// USB device, the one for any chip.</summary>
    /// <param name="chip">What <see cref="Name"/> says.</param>
    /// <param name="usb">The ids of a USB device; null behind a UART.</param>
    /// <param name="known">The file that the ids are known to take; null where they are not known.</param>
    public static IReadOnlyList<string> Files(string chip, UsbId? usb, string? known = null)
    {
        string[] own = chip == Unknown ? [] : [File(chip, usb)];
        string[] listed = known is null ? [] : [known];
        return [.. own.Concat(listed).Append(File(Unknown, usb)).Distinct()];
    }

    private static string File(string chip, UsbId? usb) =>
        usb is { } id
            ? string.Create(CultureInfo.InvariantCulture, $"brcm/{chip}-{id.Vendor:x4}-{id.Product:x4}.hcd")
            : $"brcm/{chip}.hcd";
}
