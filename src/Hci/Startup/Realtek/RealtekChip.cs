using HostStack.Hci.Packets;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Startup.Realtek;

/// <summary>A Realtek chip in its ROM's state: what it tells, and what it takes.</summary>
/// <param name="Name">The chip.</param>
/// <param name="LmpSubversion">LMP subversion of the ROM; firmware tells another one.</param>
/// <param name="HciRevision">HCI revision of the ROM.</param>
/// <param name="HciVersion">HCI version of the ROM; null where any will do.</param>
/// <param name="IsUsb">Whether it sits behind USB, or behind a UART.</param>
/// <param name="File">The files' name: <c>rtl_bt/FILE_fw.bin</c> and <c>rtl_bt/FILE_config.bin</c>.</param>
/// <param name="Project">The project that firmware for it names.</param>
internal sealed record RealtekChip(
    string Name, ushort LmpSubversion, ushort HciRevision, byte? HciVersion, bool IsUsb, string File, byte Project)
{
    /// <summary>Whether it does not work without its configuration.</summary>
    public bool NeedsConfiguration { get; init; }

    /// <summary>Whether its firmware is the patch itself, without a container: the first chip of the family.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Whether a file of the second format goes first, where there is one.</summary>
    public bool HasSecondFormat { get; init; }

    /// <summary>The firmware's names, the better one first.</summary>
    public IReadOnlyList<string> Firmware =>
        HasSecondFormat ? [$"rtl_bt/{File}_fw_v2.bin", $"rtl_bt/{File}_fw.bin"] : [$"rtl_bt/{File}_fw.bin"];

    /// <summary>The configuration's name.</summary>
    public string Configuration => $"rtl_bt/{File}_config.bin";
}

/// <summary>The Realtek chips that take firmware (Linux, drivers/bluetooth/btrtl.c, ic_id_table and
/// project_id_to_lmp_subver).</summary>
internal static class RealtekChips
{
    private const byte V40 = 0x06;
    private const byte V41 = 0x07;
    private const byte V42 = 0x08;
    private const byte V51 = 0x0A;
    private const byte V52 = 0x0B;
    private const byte V53 = 0x0C;

    public static IReadOnlyList<RealtekChip> All { get; } =
    [
        new("RTL8723A", 0x1200, 0x000B, V40, true, "rtl8723a", 0) { IsPlain = true },
        new("RTL8723BS", 0x8723, 0x000B, V40, false, "rtl8723bs", 1) { NeedsConfiguration = true },
        new("RTL8723B", 0x8723, 0x000B, V40, true, "rtl8723b", 1),
        new("RTL8723D", 0x8723, 0x000D, V42, true, "rtl8723d", 9) { NeedsConfiguration = true },
        new("RTL8723DS", 0x8723, 0x000D, V42, false, "rtl8723ds", 9) { NeedsConfiguration = true },
        new("RTL8821A", 0x8821, 0x000A, V40, true, "rtl8821a", 2),
        new("RTL8821C", 0x8821, 0x000C, V42, true, "rtl8821c", 10),
        new("RTL8821CS", 0x8821, 0x000C, V42, false, "rtl8821cs", 10) { NeedsConfiguration = true },
        new("RTL8761A", 0x8761, 0x000A, V40, true, "rtl8761a", 3),
        new("RTL8761B", 0x8761, 0x000B, V51, false, "rtl8761b", 14),
        new("RTL8761BU", 0x8761, 0x000B, V51, true, "rtl8761bu", 14),
        new("RTL8761CU", 0x8761, 0x000E, null, true, "rtl8761cu", 51),
        new("RTL8822CS", 0x8822, 0x000C, V42, false, "rtl8822cs", 13) { NeedsConfiguration = true },
        new("RTL8822CS", 0x8822, 0x000C, V51, false, "rtl8822cs", 13) { NeedsConfiguration = true },
        new("RTL8822CU", 0x8822, 0x000C, V51, true, "rtl8822cu", 13),
        new("RTL8822B", 0x8822, 0x000B, V41, true, "rtl8822b", 8) { NeedsConfiguration = true },
        new("RTL8852AU", 0x8852, 0x000A, V52, true, "rtl8852au", 18),
        new("RTL8852BS", 0x8852, 0x000B, V52, false, "rtl8852bs", 20) { NeedsConfiguration = true },
        new("RTL8852BU", 0x8852, 0x000B, V52, true, "rtl8852bu", 20),
        new("RTL8852CU", 0x8852, 0x000C, V53, true, "rtl8852cu", 25) { HasSecondFormat = true },
        new("RTL8851BU", 0x8851, 0x000B, V53, true, "rtl8851bu", 36),
        new("RTL8852BTU", 0x8852, 0x0087, V53, true, "rtl8852btu", 47),
    ];

    /// <summary>The LMP subversions that ROMs tell, and the chips of those that no row is for. Firmware tells others.</summary>
    private static readonly Dictionary<ushort, string> s_roms = new()
    {
        [0x1200] = "RTL8723A",
        [0x8703] = "RTL8723CS",
        [0x8723] = "RTL8723",
        [0x8761] = "RTL8761",
        [0x8821] = "RTL8821",
        [0x8822] = "RTL8822",
        [0x8851] = "RTL8851",
        [0x8852] = "RTL8852",
        [0x8922] = "RTL8922",
    };

    /// <summary>The family of a chip that tells the LMP subversion of a ROM: no firmware runs in it.</summary>
    /// <returns>Null where the subversion is no ROM's.</returns>
    public static string? RomOf(ushort lmpSubversion) => s_roms.GetValueOrDefault(lmpSubversion);

    /// <summary>The chip behind USB whose firmware has a name; null where no chip's has.</summary>
    /// <param name="firmware">The name: <c>rtl_bt/rtl8761bu_fw.bin</c>.</param>
    public static RealtekChip? OfFile(string firmware) => All.FirstOrDefault(chip => chip.IsUsb && chip.Firmware.Contains(firmware));

    /// <summary>The chips that may be behind a door, before the ROM tells which it is: the one that its ids stand for, else all
    /// that are behind such a door.</summary>
    public static IEnumerable<RealtekChip> Behind(ControllerDevice? device) =>
        device?.Usb is not { } id ? All.Where(static chip => !chip.IsUsb)
        : KnownControllers.Find(id, device.Release)?.Firmware is { } name && OfFile(name) is { } known ? [known]
        : All.Where(static chip => chip.IsUsb);

    /// <summary>Finds the chip that runs from its ROM; null where its firmware runs already, or it is not known.</summary>
    public static RealtekChip? Find(in ReadLocalVersionInformationReturn version, bool isUsb)
    {
        foreach (var chip in All)
        {
            if (chip.LmpSubversion == version.LmpSubversion && chip.HciRevision == version.HciSubversion
                && (chip.HciVersion ?? (byte)version.HciVersion) == (byte)version.HciVersion && chip.IsUsb == isUsb)
            {
                return chip;
            }
        }

        return null;
    }

    /// <summary>Whether a file's project is for chips with this LMP subversion. Files of one family may name any project of
    /// the family, and the patch in them is chosen by the ROM.</summary>
    public static bool IsFor(int project, ushort lmpSubversion) =>
        All.Any(chip => chip.Project == project && chip.LmpSubversion == lmpSubversion);
}
