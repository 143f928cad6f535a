using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security.Keys;

namespace HostStack.Hci.Security;

/// <summary>Which link keys may be used, taken and replaced, and what a link proves. Pure.</summary>
internal static class KeyPolicy
{
    /// <summary>Whether Secure Connections made a key of this type.</summary>
    public static bool IsSecureConnections(LinkKeyType? type) =>
        type is LinkKeyType.UnauthenticatedP256 or LinkKeyType.AuthenticatedP256;

    /// <summary>Whether a key of this type is protected against a man in the middle.</summary>
    public static bool IsAuthenticated(LinkKeyType? type) =>
        type is LinkKeyType.AuthenticatedP192 or LinkKeyType.AuthenticatedP256;

    /// <summary>Whether a key loses a property that the other has: Secure Connections, protection, or simple pairing.</summary>
    public static bool IsWeaker(LinkKeyType candidate, LinkKeyType than) =>
        (IsSecureConnections(than) && !IsSecureConnections(candidate))
        || (IsAuthenticated(than) && !IsAuthenticated(candidate))
        || (candidate == LinkKeyType.Combination && than != LinkKeyType.Combination);

    /// <summary>Whether a key of this type can serve a link that must meet the requirement.</summary>
    public static bool Meets(LinkKeyType type, SecurityRequirement requirement) =>
        (!requirement.Authenticated || IsAuthenticated(type))
        && (!requirement.SecureConnectionsOnly || IsSecureConnections(type));

    /// <summary>Why a stored key must not be used; null where it may be.</summary>
    public static SecurityRule? JudgeStored(LinkKeyRow row, bool? peerSupportsSecureConnections, SecurityOptions options) =>
        row.Key.IsZero ? SecurityRule.NullKey
        : JudgeType(row.Type, options) is { } rule ? rule
        : IsDowngrade(row, peerSupportsSecureConnections) ? SecurityRule.SecurityDowngrade
        : null;

    /// <summary>Whether a peer that once showed Secure Connections says now that it has none.</summary>
    public static bool IsDowngrade(LinkKeyRow row, bool? peerSupportsSecureConnections) =>
        peerSupportsSecureConnections == false && (row.MadeWithSecureConnections || row.PeerSupportsSecureConnections);

    /// <summary>Why a new key must not be taken; null where it may be.</summary>
    public static SecurityRule? JudgeNew(LinkKey key, LinkKeyType type, LinkKeyRow? stored, SecurityOptions options) =>
        key.IsZero ? SecurityRule.NullKey
        : JudgeType(type, options) is { } rule ? rule
        : stored is not null && IsWeaker(type, stored.Type) ? SecurityRule.WeakerKey
        : null;

    /// <summary>What a link lacks.</summary>
    /// <param name="link">What it proves.</param>
    /// <param name="isSettled">Whether the peer has proved itself where this encryption needs it, and the key size has been
    /// read, or cannot be.</param>
    /// <param name="requirement">What is asked.</param>
    public static SecurityShortfall Check(LinkSecurity link, bool isSettled, SecurityRequirement requirement)
    {
        if (!requirement.Encryption && !requirement.Authenticated && !requirement.SecureConnectionsOnly)
        {
            return SecurityShortfall.None;
        }

        var smallest = requirement.SecureConnectionsOnly ? (byte)16 : requirement.MinimumKeySize;
        return link switch
        {
            { IsEncrypted: false } => SecurityShortfall.NotEncrypted,
            _ when !isSettled => SecurityShortfall.KeySizeUnknown,
            { KeySize: 0 } when !requirement.AllowUnknownKeySize => SecurityShortfall.KeySizeUnknown,
            { KeySize: > 0 } when link.KeySize < smallest => SecurityShortfall.KeyTooShort,
            _ when requirement.SecureConnectionsOnly
                && (link.Encryption != EncryptionMode.AesCcm || !link.IsSecureConnections) => SecurityShortfall.NotSecureConnections,
            _ when requirement.Authenticated && !link.IsAuthenticated => SecurityShortfall.NotAuthenticated,
            _ => SecurityShortfall.None,
        };
    }

    /// <summary>What a caller hears of a refusal.</summary>
    public static SecurityShortfall ShortfallOf(SecurityRule? rule) => rule switch
    {
        SecurityRule.PairingNotAllowed or SecurityRule.OnePairingAtATime or SecurityRule.OwnAddress
            or SecurityRule.OtherController => SecurityShortfall.PairingNotAllowed,
        SecurityRule.NoMitmProtection => SecurityShortfall.NotAuthenticated,
        SecurityRule.NoSecureConnections => SecurityShortfall.NotSecureConnections,
        SecurityRule.KeyTooShort => SecurityShortfall.KeyTooShort,
        SecurityRule.KeySizeUnknown => SecurityShortfall.KeySizeUnknown,
        SecurityRule.EncryptionLost => SecurityShortfall.NotEncrypted,
        _ => SecurityShortfall.AuthenticationFailed,
    };

    private static SecurityRule? JudgeType(LinkKeyType type, SecurityOptions options) => type switch
    {
        LinkKeyType.Combination when !options.AllowLegacyPairing => SecurityRule.LegacyPairing,
        not (LinkKeyType.Combination or LinkKeyType.UnauthenticatedP192 or LinkKeyType.AuthenticatedP192
            or LinkKeyType.UnauthenticatedP256 or LinkKeyType.AuthenticatedP256) => SecurityRule.UnsafeKeyType,
        _ when options.SecureConnectionsOnly && !IsSecureConnections(type) => SecurityRule.NoSecureConnections,
        _ => null,
    };
}
