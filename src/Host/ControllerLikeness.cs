using HostStack.Hci.Links;
using HostStack.Hci.Transport;

namespace HostStack.Host;

/// <summary>Whether a controller that was opened again is the one that the host began with. Pure.</summary>
/// <remarks>
/// <para>Its device address and its maker must be the same, and what the door tells of the device: USB ids and serial
/// number, as far as both openings could read them. The device's release does not count, which some raise with their
/// firmware.</para>
/// <para>Where both openings read one serial number, that is enough. Elsewhere version and features of the link manager
/// must be the same, too. Its subversion counts for Cambridge Silicon Radio alone, whose firmware is in the chip, and whose
/// name most copies with one address for all bear; for other makers it is the number of the patch that was loaded, or
/// that was missing the first time.</para>
/// </remarks>
internal static class ControllerLikeness
{
    /// <summary>Compares what is known when the controller is up.</summary>
    public static bool IsSame(ControllerInfo known, ControllerInfo found) =>
        MayBe(known.Device, found.Device)
        && known.Address == found.Address
        && known.Version.CompanyIdentifier == found.Version.CompanyIdentifier
        && (HasSerialNumberOf(known.Device, found.Device) || known.Fingerprint == found.Fingerprint);

    /// <summary>Compares what a door tells before anything is sent: false where it is another one for certain.</summary>
    public static bool MayBe(ControllerDevice? known, ControllerDevice? found) =>
        known is null || found is null || known.MayBe(found);

    /// <summary>Why a controller is not used, in one sentence that names both and says what to do.</summary>
    /// <param name="known">The one that the host began with.</param>
    /// <param name="found">The other one.</param>
    public static string Refusal(ControllerInfo known, ControllerInfo found) => Refusal(known, NameOf(found));

    /// <summary>The same, for a device that was not even started.</summary>
    /// <param name="known">The one that the host began with.</param>
    /// <param name="found">The other one.</param>
    public static string Refusal(ControllerInfo known, ControllerDevice found) => Refusal(known, $"{found}");

    private static string Refusal(ControllerInfo known, string found) =>
        $"Another controller is in the place of this host's own: {found}, not {NameOf(known)}; plug the host's own in again, or allow the other one (--accept-controller, \"acceptOtherController\").";

    private static string NameOf(ControllerInfo controller)
    {
        var device = $"{controller.Device}";
        return $"{(device.Length == 0 ? "" : device + ", ")}address {controller.Address}, version {controller.Fingerprint}";
    }

    private static bool HasSerialNumberOf(ControllerDevice? known, ControllerDevice? found) =>
        known?.SerialNumber is { } serial && serial == found?.SerialNumber;
}
