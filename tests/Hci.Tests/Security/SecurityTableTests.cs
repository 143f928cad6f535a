using HostStack.Hci.Security;

namespace HostStack.Hci.Tests.Security;

/// <summary>Every state with every input against a table in words; what the table does not name is ignored.</summary>
[TestFixture]
public sealed class SecurityTableTests
{
    // phase[flags] input -> phase[flags] actions; "=" leaves the state. Flags: L = ours is outstanding, E = encrypted,
    // U = the peer owes its proof, R = the key size has still to be read.
    private const string Table = """
        Idle AuthenticateAsked -> Authenticating[L] RequestAuthentication
        Failed AuthenticateAsked -> Authenticating[L] RequestAuthentication
        Secured[E] AuthenticateAsked -> Authenticating[LE] RequestAuthentication
        Idle EncryptAsked -> Encrypting RequestEncryption
        Failed EncryptAsked -> Encrypting RequestEncryption
        Authenticating[L] CapabilityRequested -> Capabilities[L] AnswerCapability
        Idle CapabilityRequested -> Capabilities AnswerCapability
        Secured[E] CapabilityRequested -> Capabilities[E] AnswerCapability
        Capabilities CapabilityRequested -> Capabilities AnswerCapability
        User CapabilityRequested = RefuseRequest
        Key[L] CapabilityRequested = RefuseRequest
        Encrypting CapabilityRequested = RefuseRequest
        Paused CapabilityRequested = RefuseRequest
        Paused ConfirmationRequested = RefuseRequest
        Idle CapabilityReceived = RecordCapability
        Capabilities[L] CapabilityReceived = RecordCapability
        User CapabilityReceived = Ignore
        Capabilities[L] ConfirmationRequested -> User[L] AskConfirmation
        Idle ConfirmationRequested -> User AskConfirmation
        Peer ConfirmationRequested = RefuseRequest
        Capabilities PasskeyRequested -> User AskPasskey
        Idle PasskeyRequested = RefuseRequest
        Peer PasskeyRequested = RefuseRequest
        Capabilities PasskeyShown -> Peer ShowPasskey
        Idle PasskeyShown = Ignore
        Capabilities OobRequested -> Peer AnswerOob
        Idle OobRequested = RefuseRequest
        Idle PinRequested -> User AskPin
        Authenticating[L] PinRequested -> User[L] AskPin
        Capabilities PinRequested = RefuseRequest
        User UserAccepted -> Peer SendAnswer
        User[L] UserRefused -> Peer[L] SendRefusal
        Idle UserAccepted = Ignore
        Peer UserRefused = Ignore
        Peer PairingSucceeded -> Key None
        Capabilities[L] PairingSucceeded -> Key[L] None
        User PairingSucceeded -> Ended ReportFailure, Disconnect, Settle
        Peer[L] PairingFailed -> Authenticating[L] ReportFailure
        Peer PairingFailed -> Failed ReportFailure, Settle
        Peer[E] PairingFailed -> Secured[E] ReportFailure, Settle
        Authenticating[L] PairingFailed = ReportFailure
        Key[L] KeyCreated -> Authenticating[L] TakeKey
        Key KeyCreated -> BackingOff TakeKey, ArmRetry
        Key[EU] KeyCreated -> ReadingKeySize[ER] TakeKey, ReadKeySize
        Peer[L] KeyCreated -> Authenticating[L] TakeKey
        Peer[LEUR] KeyCreated -> Authenticating[LER] TakeKey
        Idle KeyCreated = Ignore
        User KeyCreated = Ignore
        Secured[E] KeyCreated = Ignore
        Secured[E] KeyChanged = TakeKey
        Idle KeyRefused -> Ended ReportFailure, Disconnect, Settle
        Secured[E] KeyRefused -> Ended PublishPlain, ReportFailure, Disconnect, Settle
        Authenticating[L] AuthenticationSucceeded -> Encrypting RequestEncryption
        Authenticating[LE] AuthenticationSucceeded -> Encrypting[E] RequestEncryption
        Authenticating[LEUR] AuthenticationSucceeded -> Encrypting[ER] RequestEncryption
        ProvingPeer[LEUR] AuthenticationSucceeded -> ReadingKeySize[ER] ReadKeySize
        Key[L] AuthenticationSucceeded -> Ended ReportFailure, Disconnect, Settle
        Idle AuthenticationSucceeded = Ignore
        Key AuthenticationSucceeded = Ignore
        Authenticating[L] AuthenticationFailed -> Failed ReportFailure, Settle
        Authenticating[LE] AuthenticationFailed -> Secured[E] ReportFailure, Settle
        Authenticating[LER] AuthenticationFailed -> ReadingKeySize[ER] ReadKeySize, ReportFailure
        Authenticating[LEU] AuthenticationFailed -> Ended PublishPlain, ReportFailure, Disconnect, Settle
        Capabilities[EUR] PairingFailed -> Ended PublishPlain, ReportFailure, Disconnect, Settle
        User[L] AuthenticationFailed -> Failed ReportFailure, Settle
        ProvingPeer[LE] AuthenticationFailed -> Ended PublishPlain, ReportFailure, Disconnect, Settle
        Idle AuthenticationFailed = Ignore
        Authenticating[L] AuthenticationCollided -> BackingOff ArmRetry
        Authenticating[LER] AuthenticationCollided -> BackingOff[ER] ArmRetry
        Authenticating[LEUR] AuthenticationCollided -> ProvingPeer[EUR] ArmRetry
        ProvingPeer[LE] AuthenticationCollided -> ProvingPeer[E] ArmRetry
        Capabilities[L] AuthenticationCollided -> Capabilities None
        Authenticating[L] PeerLostKey = RequestAuthentication
        ProvingPeer[LE] PeerLostKey = Ignore
        Idle EncryptionOn -> ReadingKeySize[ER] PublishEncrypted, ReadKeySize
        Encrypting EncryptionOn -> ReadingKeySize[ER] PublishEncrypted, ReadKeySize
        BackingOff EncryptionOn -> ReadingKeySize[ER] PublishEncrypted, ReadKeySize
        Paused EncryptionOn -> ReadingKeySize[ER] PublishEncrypted, ReadKeySize
        Authenticating[L] EncryptionOn -> Authenticating[LER] PublishEncrypted
        Authenticating[L] EncryptionOnUnproven -> Authenticating[LEUR] PublishEncrypted
        Peer EncryptionOn -> Peer[ER] PublishEncrypted
        Idle EncryptionOnUnproven -> ProvingPeer[LEUR] PublishEncrypted, RequestAuthentication
        Encrypting EncryptionOnUnproven -> ProvingPeer[LEUR] PublishEncrypted, RequestAuthentication
        Idle EncryptionDowngraded -> Ended ReportFailure, Disconnect, Settle
        Secured[E] EncryptionDowngraded -> Ended PublishPlain, ReportFailure, Disconnect, Settle
        Secured[E] EncryptionOff -> Paused PublishPaused, ArmPause
        ReadingKeySize[E] EncryptionOff -> Paused PublishPaused, ArmPause
        Peer[EUR] EncryptionOff -> Peer PublishPlain
        Idle EncryptionOff = Ignore
        Encrypting EncryptionFailed -> Failed ReportFailure, Settle
        Encrypting[E] EncryptionFailed -> Secured[E] ReportFailure, Settle
        Paused EncryptionFailed -> Ended PublishPlain, ReportFailure, Disconnect, Settle
        Idle EncryptionFailed = Ignore
        Encrypting EncryptionCollided -> BackingOff ArmRetry
        Secured[E] KeyRefreshed -> ReadingKeySize[ER] ReadKeySize
        Encrypting[E] KeyRefreshed -> ReadingKeySize[ER] ReadKeySize
        Authenticating[LEU] KeyRefreshed -> Authenticating[LEUR] ReadKeySize
        Idle KeyRefreshed = Ignore
        ReadingKeySize[ER] KeySizeRead -> Secured[E] PublishSecured, Settle
        ReadingKeySize[ER] KeySizeUnknown -> Secured[E] PublishSecured, Settle
        Authenticating[LEUR] KeySizeRead -> Authenticating[LEU] PublishSecured
        ReadingKeySize[E] KeySizeUnacceptable -> Ended PublishPlain, ReportFailure, Disconnect, Settle
        Peer[E] KeySizeRead = PublishSecured
        Idle KeySizeRead = Ignore
        Paused KeySizeUnacceptable = Ignore
        BackingOff RetryElapsed -> Idle Settle
        BackingOff[E] RetryElapsed -> Secured[E] Settle
        BackingOff[ER] RetryElapsed -> ReadingKeySize[ER] ReadKeySize
        ProvingPeer[EU] RetryElapsed -> ProvingPeer[LEU] RequestAuthentication
        ProvingPeer[LE] RetryElapsed = Ignore
        Paused PauseElapsed -> Ended PublishPlain, ReportFailure, Disconnect, Settle
        Secured[E] PauseElapsed = Ignore
        Authenticating[L] TimedOut -> Failed ReportFailure, Settle
        User[E] TimedOut -> Secured[E] ReportFailure, Settle
        Encrypting TimedOut -> Failed ReportFailure, Settle
        ReadingKeySize[E] TimedOut -> Ended PublishPlain, ReportFailure, Disconnect, Settle
        ProvingPeer[LE] TimedOut -> Ended PublishPlain, ReportFailure, Disconnect, Settle
        Secured[E] TimedOut = Ignore
        """;

    private static readonly string[] Rows = Table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static readonly string[] Inputs = Enum.GetNames<SecurityInput>();

    private static IEnumerable<SecurityState> States =>
        from phase in Enum.GetValues<SecurityPhase>()
        from local in new[] { false, true }
        from owing in Owing
        select new SecurityState(phase, local, owing.Encrypted, owing.Unproven, owing.Unread);

    private static readonly (bool Encrypted, bool Unproven, bool Unread)[] Owing =
        [(false, false, false), (true, false, false), (true, true, false), (true, false, true), (true, true, true)];

    [TestCaseSource(nameof(Rows))]
    public void Next_NamedInTheTable_IsAsTheTableSays(string row)
    {
        var isChange = row.Contains("->", StringComparison.Ordinal);
        var sides = row.Split(isChange ? "->" : "=", 2, StringSplitOptions.TrimEntries);
        var left = sides[0].Split(' ');
        var before = State(left[0]);
        var (after, actions) = SecurityTable.Next(before, Enum.Parse<SecurityInput>(left[1]));

        var right = isChange ? sides[1].Split(' ', 2) : [left[0], sides[1]];
        Assert.That(after, Is.EqualTo(State(right[0])));
        Assert.That(actions, Is.EqualTo(Enum.Parse<SecurityActions>(right[1])));
    }

    [Test]
    public void Next_Ended_IgnoresEverything([ValueSource(nameof(Inputs))] string name)
    {
        var input = Enum.Parse<SecurityInput>(name);
        var ended = new SecurityState(SecurityPhase.Ended);
        Assert.That(SecurityTable.Next(ended, input), Is.EqualTo((ended, SecurityActions.Ignore)));
    }

    [Test]
    public void Next_KeyRequested_IsAnsweredInEveryLiveState() =>
        Assert.That(
            States.Where(state => state.Phase != SecurityPhase.Ended)
                .Select(state => SecurityTable.Next(state, SecurityInput.KeyRequested) == (state, SecurityActions.AnswerKey)),
            Is.All.True);

    [Test]
    public void Next_EveryStateAndInput_KeepsTheInvariants([ValueSource(nameof(Inputs))] string name)
    {
        var input = Enum.Parse<SecurityInput>(name);
        foreach (var state in States)
        {
            var (after, actions) = SecurityTable.Next(state, input);
            var at = $"{state} {input} -> {after} {actions}";
            if (actions.HasFlag(SecurityActions.Ignore))
            {
                Assert.That((after, actions), Is.EqualTo((state, SecurityActions.Ignore)), "Ignoring changes nothing: " + at);
            }

            Assert.That(
                actions.HasFlag(SecurityActions.Disconnect), Is.EqualTo(after.Phase == SecurityPhase.Ended && state.Phase != after.Phase),
                "A link is ended exactly where it becomes Ended: " + at);
            if (!state.IsBusy && after.IsBusy)
            {
                Assert.That(actions, Is.Not.EqualTo(SecurityActions.None), "What begins does something: " + at);
            }

            if (state.IsBusy && !after.IsBusy)
            {
                Assert.That(actions.HasFlag(SecurityActions.Settle), Is.True, "Whoever waits is told of every end: " + at);
            }

            if (actions.HasFlag(SecurityActions.TakeKey) && input != SecurityInput.KeyChanged)
            {
                Assert.That(state.Phase, Is.EqualTo(SecurityPhase.Peer).Or.EqualTo(SecurityPhase.Key), "Keys come of pairings: " + at);
            }

            if (!state.IsSettled && after.IsSettled)
            {
                Assert.That(
                    input is SecurityInput.KeySizeRead or SecurityInput.KeySizeUnknown || !state.Unread, Is.True,
                    "Nothing is settled before its key size is read: " + at);
                Assert.That(
                    input is SecurityInput.AuthenticationSucceeded or SecurityInput.KeyCreated || !state.Unproven, Is.True,
                    "Nothing is settled before the peer has proved itself: " + at);
            }

            if (after.Phase == SecurityPhase.Secured && state.Phase is not (SecurityPhase.Secured or SecurityPhase.ReadingKeySize
                or SecurityPhase.BackingOff) && state.Encrypted == after.Encrypted)
            {
                Assert.That(after.IsSettled, Is.True, "Only settled links are secured: " + at);
            }
        }
    }

    [Test]
    public void Next_EveryInputEverywhere_NeverThrows() =>
        Assert.That(
            () => (from state in States from input in Enum.GetValues<SecurityInput>() select SecurityTable.Next(state, input)).Count(),
            Is.EqualTo(States.Count() * Enum.GetValues<SecurityInput>().Length));

    private static SecurityState State(string text)
    {
        var parts = text.TrimEnd(']').Split('[');
        var flags = parts.Length > 1 ? parts[1] : "";
        return new SecurityState(Enum.Parse<SecurityPhase>(parts[0]), flags.Contains('L'), flags.Contains('E'), flags.Contains('U'), flags.Contains('R'));
    }
}
