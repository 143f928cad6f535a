using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Security;

/// <summary>The rule by which something was refused.</summary>
public enum SecurityRule
{
    /// <summary>No bond, no pairing window, no request of this host's operator.</summary>
    PairingNotAllowed = 0,

    /// <summary>Another peer is pairing: one at a time.</summary>
    OnePairingAtATime,

    /// <summary>The peer has this device's own address (CVE-2020-26555).</summary>
    OwnAddress,

    /// <summary>The peer wants to pair by PIN, which is switched off, or which it does not need.</summary>
    LegacyPairing,

    /// <summary>The user, or the agent for him, said no.</summary>
    UserRefused,

    /// <summary>The agent did not answer in time.</summary>
    AgentTooLate,

    /// <summary>There is no agent that could answer.</summary>
    NoAgent,

    /// <summary>The controller asks for something that the exchanged capabilities do not lead to (CVE-2020-10134).</summary>
    MethodMismatch,

    /// <summary>Protection against a man in the middle is asked, and these two devices cannot give it.</summary>
    NoMitmProtection,

    /// <summary>Secure Connections is asked, and the peer or its key has none.</summary>
    NoSecureConnections,

    /// <summary>The new key is all zero.</summary>
    NullKey,

    /// <summary>The key is a unit key or comes of the debug key pair.</summary>
    UnsafeKeyType,

    /// <summary>The new key is weaker than the stored one.</summary>
    WeakerKey,

    /// <summary>A peer whose key comes of Secure Connections no longer has them or encrypts with E0 (BIAS, BLUFFS).</summary>
    SecurityDowngrade,

    /// <summary>The peer could not prove that it has the key.</summary>
    PeerNotAuthenticated,

    /// <summary>The peer has lost the key.</summary>
    PeerLostKey,

    /// <summary>The bond was made with another controller that had this address.</summary>
    OtherController,

    /// <summary>The encryption key is shorter than asked, or than 7 octets (KNOB).</summary>
    KeyTooShort,

    /// <summary>The size of the encryption key cannot be told.</summary>
    KeySizeUnknown,

    /// <summary>Encryption was switched off and did not come back.</summary>
    EncryptionLost,

    /// <summary>The controller or the peer ended the procedure with an error.</summary>
    ProcedureFailed,

    /// <summary>The key could not be written: the pairing holds for this link only.</summary>
    KeyNotSaved,
}

/// <summary>One refusal that explains itself.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Peer">Who was refused.</param>
/// <param name="KeyType">The type of the key that was used or offered, if any.</param>
/// <param name="KeySize">Octets of the encryption key; 0 where not known or not encrypted.</param>
/// <param name="Status">What the controller reported; success where it reported nothing.</param>
public sealed record SecurityRefusal(
    SecurityRule Rule, PeerAddress Peer, LinkKeyType? KeyType = null, byte KeySize = 0, HciStatus Status = HciStatus.Success)
{
    /// <summary>The layer that refused: <c>security</c>.</summary>
    public string Layer { get; } = "security";

    /// <summary>What the operator can do, as one sentence.</summary>
    public string Remedy => Rule switch
    {
        SecurityRule.PairingNotAllowed => "Pair with the peer, or open the pairing window while it pairs.",
        SecurityRule.OnePairingAtATime => "Wait until the other pairing has ended.",
        SecurityRule.OwnAddress => "Nothing: a device that takes this host's address is an attack.",
        SecurityRule.LegacyPairing => "Allow legacy pairing if the peer knows nothing newer.",
        SecurityRule.UserRefused => "Pair again and accept.",
        SecurityRule.AgentTooLate => "Pair again and answer within 25 seconds.",
        SecurityRule.NoAgent => "Give the host a pairing agent.",
        SecurityRule.MethodMismatch => "Pair again out of reach of others; if it happens again, do not trust the peer.",
        SecurityRule.NoMitmProtection => "Use an agent with a display or a keyboard, or ask less of the link.",
        SecurityRule.NoSecureConnections => "Use a peer and a controller with Secure Connections, or ask less of the link.",
        SecurityRule.NullKey => "Nothing: a null key is an attack or a broken controller.",
        SecurityRule.UnsafeKeyType => "Switch the peer's debug mode or unit key off.",
        SecurityRule.WeakerKey => "Remove the bond first if the peer was reset.",
        SecurityRule.SecurityDowngrade => "Remove the bond and pair again if the peer or its software was replaced.",
        SecurityRule.PeerNotAuthenticated => "Remove the bond and pair again if the peer was reset.",
        SecurityRule.PeerLostKey => "Pair again, or open the pairing window while the peer pairs.",
        SecurityRule.OtherController => "Where this is the controller that the peer was paired with, with other firmware, start once with --accept-controller (\"acceptOtherController\", AdoptBondsAsync); else pair again.",
        SecurityRule.KeyTooShort => "Use a peer with longer keys, or lower the service's minimum (7 at least).",
        SecurityRule.KeySizeUnknown => "Use a controller that can read the key size, or allow unknown sizes.",
        SecurityRule.EncryptionLost => "Connect again.",
        SecurityRule.KeyNotSaved => "Make the key file writable and pair again.",
        _ => "Connect again; if it fails again, remove the bond and pair.",
    };

    /// <summary>One line with layer, rule, peer, key and remedy.</summary>
    public override string ToString() =>
        $"{Layer}: {Rule}, peer {Peer}, key {KeyType?.ToString() ?? "none"}, size {KeySize}, status {Status}. {Remedy}";
}

/// <summary>What the security layer tells. Called on the loop; must not block.</summary>
public interface ISecurityObserver
{
    /// <summary>A pairing has succeeded; its key is in use and, where both sides bond, stored.</summary>
    /// <param name="peer">With whom.</param>
    /// <param name="outcome">How.</param>
    void Paired(PeerAddress peer, PairingOutcome outcome)
    {
    }

    /// <summary>A pairing has failed.</summary>
    /// <param name="peer">With whom.</param>
    /// <param name="outcome">Why.</param>
    void PairingFailed(PeerAddress peer, PairingOutcome outcome)
    {
    }

    /// <summary>Something was refused.</summary>
    /// <param name="refusal">What, by which rule, and what to do.</param>
    void Refused(SecurityRefusal refusal)
    {
    }

    /// <summary>A bond was removed.</summary>
    /// <param name="peer">With whom it was.</param>
    void BondRemoved(PeerAddress peer)
    {
    }
}
