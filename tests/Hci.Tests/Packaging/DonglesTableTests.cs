using System.Globalization;
using HostStack.Hci.Startup;

namespace HostStack.Hci.Tests.Packaging;

/// <summary>docs/dongles.md tells of every controller that the code knows, as the code knows it.</summary>
[TestFixture]
public sealed class DonglesTableTests
{
    private static readonly RepositoryFile File = new("docs/dongles.md");

    // In the order in which somebody who chooses a dongle reads.
    private static readonly (ChipFamily Family, string Title, string Tested)[] Sections =
    [
        (ChipFamily.Realtek, "Realtek", "virtual; not on hardware"),
        (ChipFamily.Broadcom, WithPatch, "virtual; not on hardware"),
        (ChipFamily.Broadcom, "Broadcom, without a patch", "not on hardware"),
        (ChipFamily.Csr, "CSR, and copies of it", "virtual; not on hardware"),
        (ChipFamily.Actions, "Actions", "not on hardware"),
        (ChipFamily.Barrot, "Barrot", "not on hardware"),
        (ChipFamily.Intel, "Intel", KernelLoaded),
        (ChipFamily.MediaTek, "MediaTek", KernelLoaded),
        (ChipFamily.Qualcomm, "Qualcomm and Atheros", KernelLoaded),
    ];

    private const string WithPatch = "Broadcom and Cypress, with a patch";

    private const string KernelLoaded = "`hci-user:` only; not on hardware";

    [Test]
    public void KnownControllers_AreInTheTable() => File.CheckGenerated(Generated());

    [Test]
    public void Families_AreAllThere() =>
        Assert.That(
            Sections.Select(static section => section.Family).Distinct(),
            Is.EquivalentTo(KnownControllers.All.Select(static entry => entry.Family).Distinct()));

    [TestCaseSource(typeof(ControllerQuirksList), nameof(ControllerQuirksList.All))]
    public void Quirk_HasWords(ControllerQuirks quirk) => Assert.That(Words(quirk), Is.Not.Empty);

    private static IEnumerable<string> Generated()
    {
        foreach (var (family, title, tested) in Sections)
        {
            yield return "";
            yield return $"### {title}";
            yield return "";
            yield return "| ids | sold as, or in | chip | firmware | what it gets wrong | tested |";
            yield return "|---|---|---|---|---|---|";
            var entries = KnownControllers.All.Where(entry => entry.Family == family && (family != ChipFamily.Broadcom || (title == WithPatch) == entry.Firmware is not null))
                .OrderBy(static entry => entry.Product is null).ThenBy(static entry => entry.Id.ToString(), StringComparer.Ordinal)
                .ThenBy(static entry => entry.Release ?? ushort.MaxValue);
            foreach (var entry in entries)
            {
                var release = entry.Release is { } bcd ? string.Create(CultureInfo.InvariantCulture, $" release {bcd >> 8:x}.{bcd & 0xFF:x2}") : "";
                var firmware = entry.Firmware is { } file ? $"`{file}`" : "none";
                yield return $"| `{entry.Id}`{release} | {entry.Product} | {entry.Chip} | {firmware} | {Quirks(entry.Quirks)} | {tested} |";
            }
        }

        yield return "";
    }

    private static string Quirks(ControllerQuirks quirks) =>
        string.Join("; ", ControllerQuirksList.All.Where(quirk => quirks.HasFlag(quirk)).Select(Words));

    private static string Words(ControllerQuirks quirk) => quirk switch
    {
        ControllerQuirks.SuspendOnce => "no ACL data before it has slept once",
        ControllerQuirks.Clone => "not what it says it is",
        ControllerQuirks.StoredLinkKeys => "no stored link keys",
        ControllerQuirks.ErroneousDataReporting => "no erroneous data reporting",
        ControllerQuirks.EventFilter => "no event filters",
        ControllerQuirks.ShortVoiceSetting => "short answer to Read Voice Setting",
        ControllerQuirks.ShortPageScanType => "short answer to Read Page Scan Type",
        ControllerQuirks.EncryptionKeySize => "key sizes unknown",
        ControllerQuirks.FeaturesPage2 => "nonsense in the second page of features",
        ControllerQuirks.StrayOctet => "stray octets after events",
        ControllerQuirks.LeavesBusAtReset => "leaves its bus at Reset",
        _ => throw new ArgumentOutOfRangeException(nameof(quirk), quirk, "A quirk without words for people."),
    };
}

/// <summary>Every single quirk.</summary>
internal static class ControllerQuirksList
{
    public static ControllerQuirks[] All { get; } =
        [.. Enum.GetValues<ControllerQuirks>().Where(static quirk => quirk != ControllerQuirks.None)];
}
