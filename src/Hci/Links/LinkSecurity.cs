namespace HostStack.Hci.Links;

/// <summary>Link key types (Core, Vol 4, Part E, 7.7.24).</summary>
public enum LinkKeyType : byte
{
    /// <summary>Legacy pairing by PIN.</summary>
    Combination = 0x00,

    /// <summary>Local unit key; withdrawn, refused here.</summary>
    LocalUnit = 0x01,

    /// <summary>Remote unit key; withdrawn, refused here.</summary>
    RemoteUnit = 0x02,

    /// <summary>Debug key pair: everyone knows the private half; refused here.</summary>
    DebugCombination = 0x03,

    /// <summary>Just Works, P-192.</summary>
    UnauthenticatedP192 = 0x04,

    /// <summary>Numeric Comparison, Passkey or OOB, P-192.</summary>
    AuthenticatedP192 = 0x05,

    /// <summary>The key changed while the link lived; the earlier type still holds.</summary>
    ChangedCombination = 0x06,

    /// <summary>Just Works, P-256: Secure Connections.</summary>
    UnauthenticatedP256 = 0x07,

    /// <summary>Numeric Comparison, Passkey or OOB, P-256.</summary>
    AuthenticatedP256 = 0x08,
}

/// <summary>How a link is encrypted (Encryption Change event, Core, Vol 4, Part E, 7.7.8).</summary>
public enum EncryptionMode : byte
{
    /// <summary>Not encrypted.</summary>
    Off = 0x00,

    /// <summary>E0 on BR/EDR.</summary>
    E0 = 0x01,

    /// <summary>AES-CCM on BR/EDR: Secure Connections.</summary>
    AesCcm = 0x02,
}

/// <summary>What a link can prove of itself at this moment.</summary>
/// <param name="Encryption">The cipher in use.</param>
/// <param name="KeySize">Octets of the encryption key; 0 where it is not known.</param>
/// <param name="KeyType">The link key's type; null where no key has been used on this link.</param>
public readonly record struct LinkSecurity(EncryptionMode Encryption, byte KeySize, LinkKeyType? KeyType)
{
    /// <summary>A fresh link: nothing proved.</summary>
    public static LinkSecurity None => default;

    /// <summary>Whether encryption went off and is expected back, as older devices do around a role switch, or is back and
    /// not judged yet: what needs an encrypted link holds its data.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Whether the link is encrypted.</summary>
    public bool IsEncrypted => Encryption != EncryptionMode.Off;

    /// <summary>Whether the link key was made with protection against a man in the middle.</summary>
    public bool IsAuthenticated => KeyType is LinkKeyType.AuthenticatedP192 or LinkKeyType.AuthenticatedP256;

    /// <summary>Whether the link key was made with Secure Connections.</summary>
    public bool IsSecureConnections => KeyType is LinkKeyType.UnauthenticatedP256 or LinkKeyType.AuthenticatedP256;
}

/// <summary>Whether a link may become more secure than it seems at this moment. Controllers tell of encryption and hand up
/// data by different ways (USB: interrupt and bulk), so that what a peer sent encrypted may come first.</summary>
public enum SecurityProspect
{
    /// <summary>Nothing is known that would secure it.</summary>
    None = 0,

    /// <summary>There is a key that both sides may have: the peer may have encrypted, or be about to.</summary>
    Bonded,

    /// <summary>Pairing, authentication or encryption is under way, or encryption is paused.</summary>
    UnderWay,
}

/// <summary>What a service asks of a link before it admits a channel. The defaults are the stack's.</summary>
public sealed record SecurityRequirement
{
    /// <summary>Encryption with a 16-octet key, no protection against a man in the middle asked: the default.</summary>
    public static SecurityRequirement Default { get; } = new();

    /// <summary>Nothing at all: SDP only (Core, Vol 3, Part C, 5.2.2.8, level 0).</summary>
    public static SecurityRequirement None { get; } = new() { Encryption = false, MinimumKeySize = 0 };

    /// <summary>Whether the link must be encrypted.</summary>
    public bool Encryption { get; init; } = true;

    /// <summary>Whether the link key must be authenticated (MITM protection).</summary>
    public bool Authenticated { get; init; }

    /// <summary>Whether the link key must come from Secure Connections and the cipher be AES-CCM.</summary>
    public bool SecureConnectionsOnly { get; init; }

    /// <summary>The smallest encryption key in octets, 7 to 16.</summary>
    public byte MinimumKeySize { get; init; } = 16;

    /// <summary>Admit a link whose key size the controller cannot tell (no command 0x1408).</summary>
    public bool AllowUnknownKeySize { get; init; }
}

/// <summary>Why a link does not meet a <see cref="SecurityRequirement"/>; <see cref="None"/> where it does.</summary>
public enum SecurityShortfall
{
    /// <summary>The link meets the requirement.</summary>
    None = 0,

    /// <summary>The link is not encrypted.</summary>
    NotEncrypted,

    /// <summary>The encryption key is shorter than asked.</summary>
    KeyTooShort,

    /// <summary>The controller cannot tell the key size.</summary>
    KeySizeUnknown,

    /// <summary>The link key has no protection against a man in the middle.</summary>
    NotAuthenticated,

    /// <summary>The link does not use Secure Connections.</summary>
    NotSecureConnections,

    /// <summary>Pairing or authentication failed or was refused.</summary>
    AuthenticationFailed,

    /// <summary>The peer is not bonded and no pairing window is open.</summary>
    PairingNotAllowed,

    /// <summary>The link ended meanwhile.</summary>
    LinkLost,
}
