using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.L2cap;

/// <summary>The rule by which a channel was refused or ended.</summary>
public enum L2capRule
{
    /// <summary>No service listens on the PSM (result 2).</summary>
    PsmNotServed = 0,

    /// <summary>The peer's CID is below 0x0040 (result 6).</summary>
    InvalidSourceCid,

    /// <summary>The peer's CID names another channel of the link (result 7).</summary>
    SourceCidInUse,

    /// <summary>The link holds as many channels as it may (result 4).</summary>
    ChannelLimit,

    /// <summary>The service did not take the channel (result 4).</summary>
    ServiceDeclined,

    /// <summary>Both hosts support Secure Simple Pairing and the link is not encrypted (result 3, link ended).</summary>
    EncryptionRequired,

    /// <summary>The link could not be brought to what the service asks (result 3).</summary>
    LinkSecurity,

    /// <summary>The link lost the security that the service asks.</summary>
    SecurityLost,

    /// <summary>The peer takes smaller SDUs than the service needs.</summary>
    MtuBelowFloor,

    /// <summary>The peer insists on a mode that is not served.</summary>
    ModeNotSupported,

    /// <summary>The sides did not agree within the rounds that are allowed.</summary>
    ConfigurationRounds,
}

/// <summary>One refusal that this layer gave, with what explains it.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Peer">Who was refused.</param>
/// <param name="Psm">The service that was asked for.</param>
/// <param name="Result">What the peer was told; <see cref="ConnectionResult.Success"/> where the channel was admitted first.</param>
/// <param name="Shortfall">What the link lacked.</param>
/// <param name="KeyType">The link key's type; null where no key has been used.</param>
/// <param name="IsOutgoing">Whether this side had asked for the channel.</param>
public sealed record L2capRefusal(
    L2capRule Rule,
    PeerAddress Peer,
    Psm Psm,
    ConnectionResult Result,
    SecurityShortfall Shortfall,
    LinkKeyType? KeyType,
    bool IsOutgoing)
{
    /// <summary>The layer that refused.</summary>
    public string Layer { get; } = "L2CAP";

    /// <summary>The refusal of the security layer that this one comes of; that layer does not tell it too. Null where there
    /// is none.</summary>
    public SecurityRefusal? Cause { get; init; }

    /// <summary>What would help, in one sentence.</summary>
    public string Remedy => Rule switch
    {
        L2capRule.PsmNotServed => "Start the service that listens on this PSM, or let the peer ask for another.",
        L2capRule.InvalidSourceCid or L2capRule.SourceCidInUse => "The peer's stack is faulty: it must name its endpoint by a free channel from 0x0040 on.",
        L2capRule.ChannelLimit => "Let the peer close channels, or raise L2capOptions.ChannelsPerLink.",
        L2capRule.ServiceDeclined => "The service is at its own limit or is closing: try again later.",
        L2capRule.EncryptionRequired => "The peer must encrypt the link before it asks for this service: pair the devices again.",
        L2capRule.MtuBelowFloor => "The peer must take larger SDUs; BNEP needs 1691 octets.",
        L2capRule.ModeNotSupported => "Configure the peer's service for Basic mode.",
        L2capRule.ConfigurationRounds => "The sides do not agree on the channel's options: compare both configurations.",
        _ => Cause?.Remedy ?? RemedyFor(Shortfall),
    };

    private static string RemedyFor(SecurityShortfall shortfall) => shortfall switch
    {
        SecurityShortfall.NotEncrypted => "Encrypt the link: pair the devices again.",
        SecurityShortfall.KeyTooShort => "Use a controller pair that negotiates the full key size, or lower the service's MinimumKeySize.",
        SecurityShortfall.KeySizeUnknown => "The controller cannot tell the key size; set AllowUnknownKeySize if you accept that.",
        SecurityShortfall.NotAuthenticated => "Pair again with a method that protects against a man in the middle (numeric comparison, passkey or OOB).",
        SecurityShortfall.NotSecureConnections => "Both controllers must support Secure Connections; pair again once they do.",
        SecurityShortfall.PairingNotAllowed => "Open the pairing window and pair the peer.",
        SecurityShortfall.LinkLost => "The link ended meanwhile: connect again.",
        _ => "Remove the stored key on both devices and pair again.",
    };
}
