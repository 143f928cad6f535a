using System.Globalization;
using HostStack.Hci.Packets;

namespace HostStack.Hci.Security.Keys;

/// <summary>What identifies a chip and not its firmware, as text: <c>005D-0A-877BFFDBFE8FFEFF</c>, or with the subversion
/// <c>000A-06-22BB-83597DFF8FFEFFFF</c>. Pure.</summary>
/// <remarks>Once, the subversion was written for every maker; such rows are those of the chip that agrees in the rest.</remarks>
internal static class ControllerFingerprint
{
    // Company identifiers (Assigned Numbers, 7.1).
    private const ushort CambridgeSiliconRadio = 0x000A;

    private const int PartsWithSubversion = 4;
    private const int SubversionPart = 2;

    /// <summary>The fingerprint of a controller.</summary>
    /// <param name="version">Versions and maker.</param>
    /// <param name="features">Features of its link manager; page 0 counts.</param>
    public static string Of(ReadLocalVersionInformationReturn version, LmpFeatures features) => string.Create(
        CultureInfo.InvariantCulture,
        $"{version.CompanyIdentifier:X4}-{(byte)version.LmpVersion:X2}{Subversion(version)}-{features.Page(0):X16}");

    /// <summary>Whose rows were written of the same chip with a subversion; those with the one that it tells now come
    /// first.</summary>
    /// <param name="now">The controller in use.</param>
    /// <param name="version">What it tells.</param>
    /// <param name="rows">Rows of its address.</param>
    public static IReadOnlyList<ControllerIdentity> EarlierForms(
        ControllerIdentity now, ReadLocalVersionInformationReturn version, IEnumerable<LinkKeyRow> rows)
    {
        var subversion = version.LmpSubversion.ToString("X4", CultureInfo.InvariantCulture);
        return [.. rows
            .Select(static row => row.Id.Controller)
            .Where(earlier => earlier.Address == now.Address && IsEarlierForm(now.Fingerprint, earlier.Fingerprint))
            .Distinct()
            .OrderByDescending(earlier => earlier.Fingerprint.Split('-')[SubversionPart] == subversion)];
    }

    private static bool IsEarlierForm(string now, string earlier)
    {
        var parts = earlier.Split('-');
        return parts.Length == PartsWithSubversion && now == $"{parts[0]}-{parts[1]}-{parts[3]}";
    }

    private static string Subversion(ReadLocalVersionInformationReturn version) =>
        version.CompanyIdentifier == CambridgeSiliconRadio
            ? string.Create(CultureInfo.InvariantCulture, $"-{version.LmpSubversion:X4}")
            : string.Empty;
}
