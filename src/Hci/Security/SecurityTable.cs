using static HostStack.Hci.Security.SecurityActions;
using static HostStack.Hci.Security.SecurityPhase;

namespace HostStack.Hci.Security;

/// <summary>The security of one link as a table: state and input give the next state and what to do.</summary>
/// <remarks>Core, Vol 2, Part F, 4.2 and 4.3 (the order of events) and Vol 3, Part C, 5.2.2 (what they mean).</remarks>
internal static class SecurityTable
{
    /// <summary>One step.</summary>
    /// <param name="state">The state.</param>
    /// <param name="input">What happened.</param>
    public static (SecurityState State, SecurityActions Actions) Next(SecurityState state, SecurityInput input) =>
        input switch
        {
            // The link is on its way down.
            _ when state.Phase == Ended => (state, Ignore),
            SecurityInput.AuthenticateAsked or SecurityInput.EncryptAsked => Start(state, input),

            // The controller asks for the key at any time, on behalf of either side.
            SecurityInput.KeyRequested => (state, AnswerKey),

            <= SecurityInput.KeyRefused => Pairing(state, input),
            <= SecurityInput.PeerLostKey => Authentication(state, input),
            <= SecurityInput.KeyRefreshed => Encryption(state, input),
            <= SecurityInput.KeySizeUnacceptable => KeySize(state, input),
            _ => Time(state, input),
        };

    private static (SecurityState State, SecurityActions Actions) Start(SecurityState state, SecurityInput input) =>
        (state.Phase, input) switch
        {
            // A link that is secured may be raised: a stronger key on an encrypted link.
            (Idle or Failed or Secured, SecurityInput.AuthenticateAsked) =>
                (state with { Phase = Authenticating, Local = true }, RequestAuthentication),

            // The peer paired with us on this link and stopped there: the key is proved, encryption is missing.
            (Idle or Failed, SecurityInput.EncryptAsked) => (state with { Phase = Encrypting }, RequestEncryption),
            _ => (state, Ignore),
        };

    private static (SecurityState State, SecurityActions Actions) Pairing(SecurityState state, SecurityInput input) =>
        (state.Phase, input) switch
        {
            // To a responder the peer's message comes before the controller asks for ours.
            (User or Peer or Key, SecurityInput.CapabilityReceived) => (state, Ignore),
            (_, SecurityInput.CapabilityReceived) => (state, RecordCapability),

            // One pairing at a time, and none in the middle of switching encryption on.
            (User or Peer or Key or Encrypting or Paused, SecurityInput.CapabilityRequested or SecurityInput.PinRequested
                or SecurityInput.ConfirmationRequested) => (state, RefuseRequest),
            (Capabilities, SecurityInput.PinRequested) => (state, RefuseRequest),
            (_, SecurityInput.CapabilityRequested) => (state with { Phase = Capabilities }, AnswerCapability),
            (_, SecurityInput.PinRequested) => (state with { Phase = User }, AskPin),

            // Some controllers ask the responder to confirm without having asked for its capability.
            (_, SecurityInput.ConfirmationRequested) => (state with { Phase = User }, AskConfirmation),
            (Capabilities, SecurityInput.PasskeyRequested) => (state with { Phase = User }, AskPasskey),
            (_, SecurityInput.PasskeyRequested) => (state, RefuseRequest),
            (Capabilities, SecurityInput.PasskeyShown) => (state with { Phase = Peer }, ShowPasskey),
            (Capabilities, SecurityInput.OobRequested) => (state with { Phase = Peer }, AnswerOob),
            (_, SecurityInput.OobRequested) => (state, RefuseRequest),

            // The answer goes out either way; a refusal comes back as Simple Pairing Complete with a failure.
            (User, SecurityInput.UserAccepted) => (state with { Phase = Peer }, SendAnswer),
            (User, SecurityInput.UserRefused) => (state with { Phase = Peer }, SendRefusal),

            // Out of band with the peer's data only, nothing is asked of this side.
            (Capabilities or Peer, SecurityInput.PairingSucceeded) => (state with { Phase = Key }, None),

            // Success before our user has answered: the controller lies, or somebody answers for us.
            (User, SecurityInput.PairingSucceeded) => Break(state),

            // Ours: Authentication Complete follows with the failure. The peer's: this is the end of it.
            (Capabilities or User or Peer or Key, SecurityInput.PairingFailed) when state.Local =>
                (state with { Phase = Authenticating }, ReportFailure),
            (Capabilities or User or Peer or Key, SecurityInput.PairingFailed) => Fail(state),
            (Authenticating or ProvingPeer, SecurityInput.PairingFailed) => (state, ReportFailure),

            // Ours: Authentication Complete follows. The peer's: it goes on to encrypt, most of the time.
            (Peer or Key, SecurityInput.KeyCreated) when state.Local =>
                (state with { Phase = Authenticating, Unproven = false }, TakeKey),
            (Peer or Key, SecurityInput.KeyCreated) when state.Encrypted =>
                (state with { Phase = ReadingKeySize, Unproven = false, Unread = true }, TakeKey | ReadKeySize),
            (Peer or Key, SecurityInput.KeyCreated) => (state with { Phase = BackingOff }, TakeKey | ArmRetry),
            (_, SecurityInput.KeyChanged) => (state, TakeKey),
            (_, SecurityInput.KeyRefused) => Break(state),
            _ => (state, Ignore),
        };

    private static (SecurityState State, SecurityActions Actions) Authentication(SecurityState state, SecurityInput input) =>
        (state.Phase, state.Local, input) switch
        {
            (Authenticating, true, SecurityInput.AuthenticationSucceeded) =>
                (state with { Phase = Encrypting, Local = false, Unproven = false }, RequestEncryption),
            (ProvingPeer, true, SecurityInput.AuthenticationSucceeded) =>
                (state with { Phase = ReadingKeySize, Local = false, Unproven = false, Unread = true }, ReadKeySize),

            // Authenticated without the key that pairing was to give.
            (Capabilities or User or Peer or Key, true, SecurityInput.AuthenticationSucceeded) => Break(state),

            (Authenticating or Capabilities or User or Peer or Key, true, SecurityInput.AuthenticationFailed) => Fail(state),
            (ProvingPeer, true, SecurityInput.AuthenticationFailed) => Break(state),

            // The peer encrypted meanwhile and owes the proof: once more.
            (Authenticating, true, SecurityInput.AuthenticationCollided) when state.Unproven =>
                (state with { Phase = ProvingPeer, Local = false }, ArmRetry),
            (Authenticating, true, SecurityInput.AuthenticationCollided) =>
                (state with { Phase = BackingOff, Local = false }, ArmRetry),
            (ProvingPeer, true, SecurityInput.AuthenticationCollided) => (state with { Local = false }, ArmRetry),

            // The peer's pairing won; it goes on without our request.
            (Capabilities or User or Peer or Key, true, SecurityInput.AuthenticationCollided) =>
                (state with { Local = false }, None),

            // Once more, and this time the answer to the Link Key Request is no.
            (Authenticating, true, SecurityInput.PeerLostKey) => (state, RequestAuthentication),
            _ => (state, Ignore),
        };

    private static (SecurityState State, SecurityActions Actions) Encryption(SecurityState state, SecurityInput input) =>
        (state.Phase, input) switch
        {
            (_, SecurityInput.EncryptionDowngraded) => Break(state),

            // The peer encrypted while our own procedure goes on: that one ends in reading the key size.
            (Authenticating or ProvingPeer or Capabilities or User or Peer or Key,
                SecurityInput.EncryptionOn or SecurityInput.EncryptionOnUnproven) =>
                (state with { Encrypted = true, Unproven = input == SecurityInput.EncryptionOnUnproven, Unread = true },
                    PublishEncrypted),
            (_, SecurityInput.EncryptionOn) =>
                (state with { Phase = ReadingKeySize, Encrypted = true, Unproven = false, Unread = true },
                    PublishEncrypted | ReadKeySize),
            (_, SecurityInput.EncryptionOnUnproven) =>
                (new SecurityState(ProvingPeer, true, true, true, true), PublishEncrypted | RequestAuthentication),

            // Older devices switch encryption off for a role switch, and must switch it on again.
            (Secured or ReadingKeySize or ProvingPeer, SecurityInput.EncryptionOff) =>
                (new SecurityState(Paused), PublishPaused | ArmPause),
            (_, SecurityInput.EncryptionOff) when state.Encrypted =>
                (state with { Encrypted = false, Unproven = false, Unread = false }, PublishPlain),

            (Encrypting, SecurityInput.EncryptionFailed) => Fail(state),
            (Paused, SecurityInput.EncryptionFailed) => Break(state),
            (Encrypting, SecurityInput.EncryptionCollided) => (state with { Phase = BackingOff }, ArmRetry),

            // A refreshed key is read again: its size is negotiated again. It proves nothing of the peer.
            (Encrypting or ReadingKeySize or Secured, SecurityInput.KeyRefreshed) when state.Encrypted =>
                (state with { Phase = ReadingKeySize, Unread = true }, ReadKeySize),
            (_, SecurityInput.KeyRefreshed) when state.Encrypted => (state with { Unread = true }, ReadKeySize),
            _ => (state, Ignore),
        };

    private static (SecurityState State, SecurityActions Actions) KeySize(SecurityState state, SecurityInput input) =>
        (state.Phase, input) switch
        {
            _ when !state.Encrypted => (state, Ignore),
            (_, SecurityInput.KeySizeUnacceptable) => Break(state),
            (ReadingKeySize, _) => (state with { Phase = Secured, Unread = false }, PublishSecured | Settle),
            _ => (state with { Unread = false }, PublishSecured),
        };

    private static (SecurityState State, SecurityActions Actions) Time(SecurityState state, SecurityInput input) =>
        (state.Phase, input) switch
        {
            (BackingOff, SecurityInput.RetryElapsed) when state.Encrypted && state.Unread =>
                (state with { Phase = ReadingKeySize }, ReadKeySize),
            (BackingOff, SecurityInput.RetryElapsed) =>
                (state with { Phase = state.Encrypted ? Secured : Idle }, Settle),
            (ProvingPeer, SecurityInput.RetryElapsed) when !state.Local => (state with { Local = true }, RequestAuthentication),
            (Paused, SecurityInput.PauseElapsed) => Break(state),
            (Authenticating or Capabilities or User or Peer or Key or Encrypting, SecurityInput.TimedOut) => Fail(state),
            (ProvingPeer or ReadingKeySize, SecurityInput.TimedOut) => Break(state),
            _ => (state, Ignore),
        };

    // What the link had before still holds: an encrypted link stays as good as it was. One that was encrypted meanwhile
    // is no better for that: without the peer's proof it ends, and its key size has still to be read.
    private static (SecurityState State, SecurityActions Actions) Fail(SecurityState state) => state switch
    {
        { Encrypted: false } => (new SecurityState(Failed), ReportFailure | Settle),
        { Unproven: true } => Break(state),
        { Unread: true } => (new SecurityState(ReadingKeySize, Encrypted: true, Unread: true), ReadKeySize | ReportFailure),
        _ => (new SecurityState(Secured, Encrypted: true), ReportFailure | Settle),
    };

    // The link must not live on.
    private static (SecurityState State, SecurityActions Actions) Break(SecurityState state) =>
        (new SecurityState(Ended), (state.Encrypted || state.Phase == Paused ? PublishPlain : None) | Disconnect | ReportFailure | Settle);
}
