using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Startup;

/// <summary>A pattern of a device and the versions that its controller tells, and what it means. Every condition that is
/// given must hold.</summary>
/// <param name="What">What it is, for people.</param>
/// <param name="Quirks">What such a controller gets wrong.</param>
/// <param name="Source">Where the facts come from.</param>
public sealed record VersionPattern(string What, ControllerQuirks Quirks, string Source)
{
    /// <summary>Maker and product; null for all.</summary>
    public UsbId? Usb { get; init; }

    /// <summary>bcdDevice; null for all.</summary>
    public ushort? Release { get; init; }

    /// <summary>A release above bcdDevice, where the door tells it.</summary>
    public ushort? ReleaseBelow { get; init; }

    /// <summary>The company that the controller must tell.</summary>
    public ushort? Company { get; init; }

    /// <summary>The company that the controller must not tell.</summary>
    public ushort? NotCompany { get; init; }

    /// <summary>Whether the revision of the HCI must differ from that of the LMP.</summary>
    public bool RevisionsDiffer { get; init; }

    /// <summary>The LMP subversion.</summary>
    public ushort? Subversion { get; init; }

    /// <summary>The highest LMP subversion.</summary>
    public ushort? SubversionUpTo { get; init; }

    /// <summary>The HCI version.</summary>
    public CoreVersion? Version { get; init; }

    /// <summary>A version below the HCI version.</summary>
    public CoreVersion? VersionAbove { get; init; }

    /// <summary>Says whether a controller is of this kind.</summary>
    /// <param name="device">The device behind the door; null where the door cannot tell.</param>
    /// <param name="version">What the controller told.</param>
    public bool Matches(ControllerDevice? device, in ReadLocalVersionInformationReturn version) =>
        MayMatch(device)
        && (Company is null || version.CompanyIdentifier == Company)
        && (NotCompany is null || version.CompanyIdentifier != NotCompany)
        && (!RevisionsDiffer || version.HciSubversion != version.LmpSubversion)
        && (Subversion is null || version.LmpSubversion == Subversion)
        && (SubversionUpTo is null || version.LmpSubversion <= SubversionUpTo)
        && (Version is null || version.HciVersion == Version)
        && (VersionAbove is null || version.HciVersion > VersionAbove);

    /// <summary>Says whether a controller can be of this kind, before it has told anything.</summary>
    /// <param name="device">The device behind the door; null where the door cannot tell.</param>
    internal bool MayMatch(ControllerDevice? device) =>
        (Usb is null || device?.Usb == Usb)
        && (Release is null || device?.Release == Release)
        && (ReleaseBelow is null || (device?.Release is > 0 and var release && release < ReleaseBelow));
}

/// <summary>Quirks that only the answer to Read Local Version Information gives away.</summary>
public static class VersionQuirks
{
    private const string Btusb = "Linux, drivers/bluetooth/btusb.c, btusb_setup_csr";
    private const ushort CambridgeSiliconRadio = 10;
    private const ushort Realtek = 93;

    private const ControllerQuirks Copy = ControllerQuirks.Clone | ControllerQuirks.SuspendOnce | ControllerQuirks.StoredLinkKeys
        | ControllerQuirks.ErroneousDataReporting | ControllerQuirks.EventFilter | ControllerQuirks.ShortVoiceSetting
        | ControllerQuirks.ShortPageScanType;

    private static readonly UsbId s_csr = new(0x0A12, 0x0001);

    /// <summary>The patterns. CSR numbers its firmware, and both revisions are this number; each number belongs to one version
    /// of Bluetooth, so that a newer version with an old number is a copy.</summary>
    public static IReadOnlyList<VersionPattern> All { get; } =
    [
        CopyOfCsr("another maker behind CSR's ids") with { NotCompany = CambridgeSiliconRadio },
        CopyOfCsr("HCI revision and LMP subversion differ") with { RevisionsDiffer = true },
        CopyOfCsr("firmware of Bluetooth 1.1, a newer version") with { SubversionUpTo = 0x034E, VersionAbove = CoreVersion.V11 },
        CopyOfCsr("firmware of Bluetooth 1.2, a newer version") with { SubversionUpTo = 0x0529, VersionAbove = CoreVersion.V12 },
        CopyOfCsr("firmware of Bluetooth 2.0, a newer version") with { SubversionUpTo = 0x0C5C, VersionAbove = CoreVersion.V20 },
        CopyOfCsr("firmware of Bluetooth 2.1, a newer version") with { SubversionUpTo = 0x1899, VersionAbove = CoreVersion.V21 },
        CopyOfCsr("firmware of Bluetooth 4.0, a newer version") with { SubversionUpTo = 0x22BB, VersionAbove = CoreVersion.V40 },
        CopyOfCsr("Conwise CW6629d") with { Release = 0x0134, Subversion = 0x0C5C, Version = CoreVersion.V20 },
        new("CSR chip with early firmware", ControllerQuirks.LeavesBusAtReset, "Linux, drivers/bluetooth/btusb.c, btusb_probe, BTUSB_CSR")
        {
            Usb = s_csr,
            ReleaseBelow = 0x0117,
        },
        new("RTL8723CS", ControllerQuirks.FeaturesPage2, "Linux, drivers/bluetooth/btrtl.c, btrtl_set_quirks")
        {
            Company = Realtek,
            Subversion = 0x8703,
        },
    ];

    /// <summary>Finds what the versions give away.</summary>
    /// <param name="device">The device behind the door; null where the door cannot tell.</param>
    /// <param name="version">What the controller told.</param>
    public static ControllerQuirks For(ControllerDevice? device, in ReadLocalVersionInformationReturn version)
    {
        var quirks = ControllerQuirks.None;
        foreach (var pattern in All)
        {
            quirks |= pattern.Matches(device, version) ? pattern.Quirks : ControllerQuirks.None;
        }

        // btusb_setup_csr: copies have releases of originals, and not their firmware.
        return quirks.HasFlag(ControllerQuirks.Clone) ? quirks & ~ControllerQuirks.LeavesBusAtReset : quirks;
    }

    /// <summary>Says whether the versions of a controller could give something away.</summary>
    /// <param name="device">The device behind the door; null where the door cannot tell.</param>
    /// <param name="quirk">What.</param>
    internal static bool MayTellOf(ControllerDevice? device, ControllerQuirks quirk) =>
        All.Any(pattern => pattern.Quirks.HasFlag(quirk) && pattern.MayMatch(device));

    private static VersionPattern CopyOfCsr(string what) => new("copy of a CSR chip: " + what, Copy, Btusb) { Usb = s_csr };
}
