using HostStack.Hci.Packets;

namespace HostStack.Hci.Security;

/// <summary>Who decides on a confirmation: a rule, nobody because it was decided before, or the user.</summary>
/// <param name="Model">The model that the user is told.</param>
/// <param name="AsksUser">Whether the agent is asked.</param>
/// <param name="Rule">The rule that refuses, if one does.</param>
internal readonly record struct PairingConsent(AssociationModel Model, bool AsksUser, SecurityRule? Rule = null)
{
    /// <summary>Decides on a User Confirmation Request.</summary>
    /// <param name="expected">Where the exchanged capabilities lead; null where one of them is not known.</param>
    /// <param name="io">This host's capability.</param>
    /// <param name="isOperators">Whether this host began the pairing because its operator named the peer to pair with.</param>
    /// <param name="wantsAuthenticated">Whether the link must be protected against a man in the middle.</param>
    /// <param name="hasAgent">Whether there is somebody to ask.</param>
    public static PairingConsent ForConfirmation(
        Association? expected, IoCapability io, bool isOperators, bool wantsAuthenticated, bool hasAgent)
    {
        // Not knowing the peer's capability, the stronger question is asked where the user can answer it.
        var model = expected?.Model
            ?? (io == IoCapability.DisplayYesNo ? AssociationModel.NumericComparison : AssociationModel.JustWorks);
        return model switch
        {
            AssociationModel.PasskeyEntry or AssociationModel.OutOfBand or AssociationModel.LegacyPin =>
                new(model, false, SecurityRule.MethodMismatch),
            AssociationModel.JustWorks when wantsAuthenticated => new(model, false, SecurityRule.NoMitmProtection),

            // This host's operator began it: that is the consent. A peer that began it needs another (CVE-2023-45866), and
            // so does a service that had a link secured while the window was open.
            AssociationModel.JustWorks when isOperators => new(model, false),
            _ when !hasAgent => new(model, false, SecurityRule.NoAgent),
            _ => new(model, true),
        };
    }

    /// <summary>Decides whether this host may show or type a passkey.</summary>
    /// <param name="expected">Where the exchanged capabilities lead; null where one of them is not known.</param>
    /// <param name="part">This host's part in it.</param>
    /// <param name="asked">The part that the controller asks for.</param>
    public static SecurityRule? RuleAgainstPasskey(Association? expected, PasskeyPart part, PasskeyPart asked) =>
        expected is null || part == asked ? null : SecurityRule.MethodMismatch;

    /// <summary>What this host asks for in its IO capability message (Core, Vol 3, Part C, 5.2.2.5).</summary>
    /// <param name="bond">Whether keys are to be kept.</param>
    /// <param name="isDedicated">Whether pairing is all that is wanted.</param>
    /// <param name="wantsAuthenticated">Whether the link must be protected against a man in the middle.</param>
    /// <param name="io">This host's capability.</param>
    /// <param name="peer">The peer's message, where it came first.</param>
    public static AuthenticationRequirements Requirements(
        bool bond, bool isDedicated, bool wantsAuthenticated, IoCapability io, PairingFeatures? peer)
    {
        var bonding = !bond || peer is { WantsBonding: false } ? AuthenticationRequirements.NoBonding
            : peer is { } said ? (AuthenticationRequirements)((byte)said.Requirements & ~MitmBit)
            : isDedicated ? AuthenticationRequirements.DedicatedBonding
            : AuthenticationRequirements.GeneralBonding;

        // Protection is asked wherever both users could give it, so that two displays never fall back to Just Works.
        var mitm = wantsAuthenticated
            || (io != IoCapability.NoInputNoOutput && peer is not { Io: IoCapability.NoInputNoOutput });
        return mitm ? (AuthenticationRequirements)((byte)bonding | MitmBit) : bonding;
    }

    private const byte MitmBit = 0x01;
}
