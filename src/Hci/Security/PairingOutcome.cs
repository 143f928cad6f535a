using HostStack.Hci.Links;
using HostStack.Hci.Packets;

namespace HostStack.Hci.Security;

/// <summary>How a pairing ended.</summary>
/// <param name="Shortfall"><see cref="SecurityShortfall.None"/> where it succeeded.</param>
/// <param name="Rule">The rule that refused it, if one did.</param>
/// <param name="Status">What the controller reported.</param>
/// <param name="Model">The association model; null where it did not come so far, or where a stored key served.</param>
/// <param name="KeyType">The link key's type.</param>
/// <param name="IsBonded">Whether the key is stored.</param>
public sealed record PairingOutcome(
    SecurityShortfall Shortfall,
    SecurityRule? Rule = null,
    HciStatus Status = HciStatus.Success,
    AssociationModel? Model = null,
    LinkKeyType? KeyType = null,
    bool IsBonded = false)
{
    /// <summary>Whether the devices are paired.</summary>
    public bool Succeeded => Shortfall == SecurityShortfall.None;
}
