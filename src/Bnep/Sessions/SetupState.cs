namespace HostStack.Bnep.Sessions;

/// <summary>Where a BNEP connection stands.</summary>
public enum BnepPhase
{
    /// <summary>The L2CAP channel is not open yet.</summary>
    Opening = 0,

    /// <summary>The channel is open, and no setup is under way.</summary>
    Idle,

    /// <summary>This side opened the channel and waits for the answer to its setup request.</summary>
    Requesting,

    /// <summary>The peer opened the channel and waits for the answer to its setup request.</summary>
    Authorizing,

    /// <summary>Established: frames flow, also while a change of roles is under way.</summary>
    Open,

    /// <summary>This side asked L2CAP to end the channel.</summary>
    Closing,

    /// <summary>The channel has ended.</summary>
    Closed,
}

/// <summary>The phase together with what may be under way in an established connection.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Changing">Open: this side's request for other roles is unanswered.</param>
/// <param name="Deciding">Open: the peer's request for other roles is unanswered.</param>
internal readonly record struct SetupState(BnepPhase Phase, bool Changing = false, bool Deciding = false);

/// <summary>What can happen to the setup of a connection.</summary>
internal enum SetupInput
{
    /// <summary>L2CAP opened the channel.</summary>
    ChannelOpened,

    /// <summary>The user asks for setup or for other roles.</summary>
    LocalRequest,

    /// <summary>The user accepts the peer's request.</summary>
    LocalAccept,

    /// <summary>The user refuses the peer's request.</summary>
    LocalRefuse,

    /// <summary>The user ends the connection, or a filter stayed unanswered.</summary>
    LocalDisconnect,

    /// <summary>A setup request that can be put to the user.</summary>
    PeerRequest,

    /// <summary>A setup request whose UUID size does not exist.</summary>
    PeerRequestOfBadSize,

    /// <summary>A setup response: success.</summary>
    PeerAccepted,

    /// <summary>A setup response: anything else.</summary>
    PeerRefused,

    /// <summary>The peer does not know the setup request.</summary>
    PeerDidNotUnderstand,

    /// <summary>Another request waits behind the one that was answered.</summary>
    NextHeld,

    /// <summary>Tcrt is over, and the request may be sent again.</summary>
    ResponseLate,

    /// <summary>Tcrt is over for the last time.</summary>
    ResponseLost,

    /// <summary>The user took too long to answer.</summary>
    AuthorizationLate,

    /// <summary>A peer that opened the channel does not ask for setup.</summary>
    SetupWaitOver,

    /// <summary>L2CAP ended the channel.</summary>
    ChannelClosed,
}

/// <summary>What is to be done, in the order of the bits.</summary>
[Flags]
internal enum SetupActions
{
    None = 0,

    /// <summary>Count it; nothing else.</summary>
    Ignore = 1 << 0,

    DisarmTimers = 1 << 1,

    DisarmResponseTimer = 1 << 2,

    DisarmAuthorizationTimer = 1 << 3,

    DisarmWaitTimer = 1 << 4,

    /// <summary>Keep the peer's request until the user has answered.</summary>
    Hold = 1 << 5,

    /// <summary>Answer 0x0003 at once.</summary>
    RefuseSize = 1 << 6,

    /// <summary>Send this side's request, and wait for Tcrt.</summary>
    SendRequest = 1 << 7,

    ArmAuthorizationTimer = 1 << 8,

    ArmWaitTimer = 1 << 9,

    /// <summary>Answer the oldest request that is held, and its repeats.</summary>
    AnswerHeld = 1 << 10,

    /// <summary>The roles are those of this side's request.</summary>
    TakeOwnRoles = 1 << 11,

    /// <summary>The roles are those of the peer's request.</summary>
    TakePeerRoles = 1 << 12,

    ReportChannel = 1 << 13,

    ReportOpened = 1 << 14,

    ReportRoleChange = 1 << 15,

    ReportExpired = 1 << 16,

    /// <summary>Process the extension headers that came with the answered requests.</summary>
    ReleaseHeld = 1 << 17,

    ReportOutcome = 1 << 18,

    Disconnect = 1 << 19,

    /// <summary>Put the oldest held request to the user.</summary>
    Ask = 1 << 20,

    ReportClosed = 1 << 21,
}
