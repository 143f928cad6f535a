namespace HostStack.Hci.Security;

/// <summary>What a link's security is doing.</summary>
internal enum SecurityPhase : byte
{
    /// <summary>Nothing is going on and nothing is proved.</summary>
    Idle = 0,

    /// <summary>Our Authentication Requested is under way.</summary>
    Authenticating,

    /// <summary>The peer encrypted with an older cipher without having proved itself: we authenticate it.</summary>
    ProvingPeer,

    /// <summary>Pairing: IO capabilities are being exchanged.</summary>
    Capabilities,

    /// <summary>Pairing: the agent is being asked.</summary>
    User,

    /// <summary>Pairing: our answer is given, the peer's part and Simple Pairing Complete are outstanding.</summary>
    Peer,

    /// <summary>Pairing: it has succeeded, the key is not here yet.</summary>
    Key,

    /// <summary>Our encryption request is under way.</summary>
    Encrypting,

    /// <summary>Encrypted; the key size is being read.</summary>
    ReadingKeySize,

    /// <summary>Encrypted, and the key size is known or known to be unknowable.</summary>
    Secured,

    /// <summary>Encryption was switched off, as older devices do around a role switch; it must come back soon.</summary>
    Paused,

    /// <summary>Our procedure met the peer's, or the peer's is expected: wait for it.</summary>
    BackingOff,

    /// <summary>The last procedure failed; another may be started.</summary>
    Failed,

    /// <summary>The link is being ended for a security reason: nothing that still comes of it counts.</summary>
    Ended,
}

/// <summary>What happens to a link's security. Guards that need more than the state are part of the input's name.</summary>
internal enum SecurityInput : byte
{
    /// <summary>This host wants the link authenticated.</summary>
    AuthenticateAsked = 0,

    /// <summary>This host wants the link, whose key has been proved on it, encrypted.</summary>
    EncryptAsked,

    /// <summary>Link Key Request.</summary>
    KeyRequested,

    /// <summary>IO Capability Response.</summary>
    CapabilityReceived,

    /// <summary>IO Capability Request, and this pairing is allowed.</summary>
    CapabilityRequested,

    /// <summary>User Confirmation Request, and this pairing is allowed.</summary>
    ConfirmationRequested,

    /// <summary>User Passkey Request.</summary>
    PasskeyRequested,

    /// <summary>User Passkey Notification.</summary>
    PasskeyShown,

    /// <summary>Remote OOB Data Request.</summary>
    OobRequested,

    /// <summary>PIN Code Request, and this pairing is allowed.</summary>
    PinRequested,

    /// <summary>The agent said yes.</summary>
    UserAccepted,

    /// <summary>The agent said no, failed, or was too late.</summary>
    UserRefused,

    /// <summary>Simple Pairing Complete, success.</summary>
    PairingSucceeded,

    /// <summary>Simple Pairing Complete, failure.</summary>
    PairingFailed,

    /// <summary>Link Key Notification with a key that can be taken.</summary>
    KeyCreated,

    /// <summary>Link Key Notification: the key of the link, which the peer has proved, was changed.</summary>
    KeyChanged,

    /// <summary>Link Key Notification with a key that must not be taken.</summary>
    KeyRefused,

    /// <summary>Authentication Complete, success.</summary>
    AuthenticationSucceeded,

    /// <summary>Authentication Complete or its Command Status, failure.</summary>
    AuthenticationFailed,

    /// <summary>Authentication met the peer's procedure.</summary>
    AuthenticationCollided,

    /// <summary>The peer says that it has lost the key, and the operator asked to pair with it.</summary>
    PeerLostKey,

    /// <summary>Encryption is on, with a key that both sides have proved on this link.</summary>
    EncryptionOn,

    /// <summary>Encryption is on, and the peer has not been authenticated by us on this link.</summary>
    EncryptionOnUnproven,

    /// <summary>Encryption is on with a weaker cipher than the key or the mode asks.</summary>
    EncryptionDowngraded,

    /// <summary>Encryption is off.</summary>
    EncryptionOff,

    /// <summary>Encryption Change or its Command Status, failure.</summary>
    EncryptionFailed,

    /// <summary>Encryption met the peer's procedure.</summary>
    EncryptionCollided,

    /// <summary>Encryption Key Refresh Complete.</summary>
    KeyRefreshed,

    /// <summary>The key size is read, 7 or more.</summary>
    KeySizeRead,

    /// <summary>The controller has no way to tell the key size.</summary>
    KeySizeUnknown,

    /// <summary>The key is shorter than 7 octets, or its size could not be read though the controller can.</summary>
    KeySizeUnacceptable,

    /// <summary>The time of waiting for the peer is over.</summary>
    RetryElapsed,

    /// <summary>Encryption has not come back.</summary>
    PauseElapsed,

    /// <summary>The controller has not ended the procedure in time.</summary>
    TimedOut,
}

/// <summary>What the owner of the state does. Several may be set; the interpreter's order is the order here.</summary>
[Flags]
internal enum SecurityActions
{
    /// <summary>Nothing more than the new state.</summary>
    None = 0,

    /// <summary>The input means nothing here: counted.</summary>
    Ignore = 1 << 0,

    /// <summary>Keep the peer's IO capability message.</summary>
    RecordCapability = 1 << 1,

    /// <summary>Take the new key.</summary>
    TakeKey = 1 << 2,

    /// <summary>Answer the Link Key Request.</summary>
    AnswerKey = 1 << 3,

    /// <summary>Answer the IO Capability Request.</summary>
    AnswerCapability = 1 << 4,

    /// <summary>Refuse the request that came, whose kind the interpreter knows.</summary>
    RefuseRequest = 1 << 5,

    /// <summary>Decide on, or ask the agent for, confirmation.</summary>
    AskConfirmation = 1 << 6,

    /// <summary>Ask the agent for the passkey.</summary>
    AskPasskey = 1 << 7,

    /// <summary>Let the agent show the passkey.</summary>
    ShowPasskey = 1 << 8,

    /// <summary>Answer the Remote OOB Data Request.</summary>
    AnswerOob = 1 << 9,

    /// <summary>Ask the agent for the PIN.</summary>
    AskPin = 1 << 10,

    /// <summary>Send the agent's yes.</summary>
    SendAnswer = 1 << 11,

    /// <summary>Send the agent's no.</summary>
    SendRefusal = 1 << 12,

    /// <summary>Publish that the link is not encrypted.</summary>
    PublishPlain = 1 << 13,

    /// <summary>Publish that encryption is off and expected back.</summary>
    PublishPaused = 1 << 14,

    /// <summary>Publish the cipher, the key size still open.</summary>
    PublishEncrypted = 1 << 15,

    /// <summary>Publish cipher and key size.</summary>
    PublishSecured = 1 << 16,

    /// <summary>Send Authentication Requested.</summary>
    RequestAuthentication = 1 << 17,

    /// <summary>Send Set Connection Encryption, or refresh the key of a link that is encrypted.</summary>
    RequestEncryption = 1 << 18,

    /// <summary>Read the key size.</summary>
    ReadKeySize = 1 << 19,

    /// <summary>Wait for the peer's procedure.</summary>
    ArmRetry = 1 << 20,

    /// <summary>Wait for encryption to come back.</summary>
    ArmPause = 1 << 21,

    /// <summary>End the link with Authentication Failure. Before anybody is told.</summary>
    Disconnect = 1 << 22,

    /// <summary>Tell the observer that the pairing, if one was going on, has failed.</summary>
    ReportFailure = 1 << 23,

    /// <summary>The procedure is over: whoever waits looks at what the link now is.</summary>
    Settle = 1 << 24,
}

/// <summary>The state of a link's security.</summary>
/// <param name="Phase">What is going on.</param>
/// <param name="Local">Whether an Authentication Requested of ours is outstanding.</param>
/// <param name="Encrypted">Whether the link is encrypted.</param>
/// <param name="Unproven">Whether this encryption needs a proof of the peer's that has not come.</param>
/// <param name="Unread">Whether the size of the present encryption key has still to be read.</param>
internal readonly record struct SecurityState(
    SecurityPhase Phase, bool Local = false, bool Encrypted = false, bool Unproven = false, bool Unread = false)
{
    /// <summary>Whether the encryption is one to rely on, as far as it can be told.</summary>
    public bool IsSettled => Encrypted && !Unproven && !Unread;

    /// <summary>Whether a pairing is going on.</summary>
    public bool IsPairing => Phase is SecurityPhase.Capabilities or SecurityPhase.User or SecurityPhase.Peer or SecurityPhase.Key;

    /// <summary>Whether a procedure is going on that will settle.</summary>
    public bool IsBusy => Phase is not (SecurityPhase.Idle or SecurityPhase.Secured or SecurityPhase.Failed
        or SecurityPhase.Ended);
}
