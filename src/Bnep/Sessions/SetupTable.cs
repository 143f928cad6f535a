using static HostStack.Bnep.Sessions.BnepPhase;
using static HostStack.Bnep.Sessions.SetupActions;
using static HostStack.Bnep.Sessions.SetupInput;

namespace HostStack.Bnep.Sessions;

/// <summary>The setup of a connection and the change of its roles, as pure tables (BNEP 1.0, 2.6.3).</summary>
internal static class SetupTable
{
    /// <summary>One step.</summary>
    /// <param name="state">Before.</param>
    /// <param name="input">What happened.</param>
    /// <param name="isInitiator">Whether this side opened the channel, and so has to ask for setup.</param>
    public static (SetupState Next, SetupActions Actions) Step(SetupState state, SetupInput input, bool isInitiator) =>
        (state.Phase, input) switch
        {
            (BnepPhase.Closed, _) => (state, Ignore),

            // The end of the channel ends everything that waits.
            (Requesting, ChannelClosed) => (new(BnepPhase.Closed), DisarmTimers | ReportOutcome | ReportClosed),
            (Open, ChannelClosed) when state.Changing =>
                (new(BnepPhase.Closed), DisarmTimers | ReportOutcome | ReportClosed),
            (_, ChannelClosed) => (new(BnepPhase.Closed), DisarmTimers | ReportClosed),

            // The user, or a peer that answers no filter.
            (Closing, LocalDisconnect) => (state, Ignore),
            (Requesting, LocalDisconnect) => (new(Closing), DisarmTimers | ReportOutcome | Disconnect),
            (Open, LocalDisconnect) when state.Changing => (new(Closing), DisarmTimers | ReportOutcome | Disconnect),
            (_, LocalDisconnect) => (new(Closing), DisarmTimers | Disconnect),

            // Ended before it opened.
            (Closing, ChannelOpened) => (state, Disconnect),

            (Open, _) => Established(state, input),
            _ => isInitiator ? Initiator(state, input) : Responder(state, input),
        };

    private static (SetupState Next, SetupActions Actions) Initiator(SetupState state, SetupInput input) =>
        (state.Phase, input) switch
        {
            (Opening, ChannelOpened) => (new(Idle), ReportChannel),

            // The side that opened the channel asks first, and again after a refusal if its user wants to.
            (Idle, LocalRequest) => (new(Requesting), SendRequest),
            (Requesting, ResponseLate) => (state, SendRequest),
            (Requesting, ResponseLost) => (new(Closing), DisarmTimers | ReportOutcome | Disconnect),

            // The response alone decides; whatever else comes before it falls under the ignore/complain rule.
            (Requesting, PeerAccepted) => (new(Open), DisarmResponseTimer | TakeOwnRoles | ReportOpened | ReportOutcome),
            (Requesting, PeerRefused) => (new(Idle), DisarmResponseTimer | ReportOutcome),
            _ => (state, Ignore),
        };

    private static (SetupState Next, SetupActions Actions) Responder(SetupState state, SetupInput input) =>
        (state.Phase, input) switch
        {
            (Opening, ChannelOpened) => (new(Idle), ArmWaitTimer | ReportChannel),

            // The user decides; a request that repeats meanwhile is held with the first.
            (Idle, PeerRequest) => (new(Authorizing), DisarmWaitTimer | Hold | ArmAuthorizationTimer | Ask),
            (Idle, NextHeld) => (new(Authorizing), DisarmWaitTimer | ArmAuthorizationTimer | Ask),
            (Authorizing, PeerRequest) => (state, Hold),
            (Idle or Authorizing, PeerRequestOfBadSize) => (state, RefuseSize),

            // The response goes out before the responses to what came in its extension headers.
            (Authorizing, LocalAccept) =>
                (new(Open), DisarmAuthorizationTimer | AnswerHeld | TakePeerRoles | ReportOpened | ReleaseHeld),
            (Authorizing, LocalRefuse) =>
                (new(Idle), DisarmAuthorizationTimer | AnswerHeld | ReleaseHeld | ArmWaitTimer),
            (Authorizing, AuthorizationLate) => (new(Idle), AnswerHeld | ReleaseHeld | ArmWaitTimer | ReportExpired),

            // A peer that holds a channel and asks for nothing.
            (Idle, SetupWaitOver) => (new(Closing), DisarmTimers | Disconnect),
            _ => (state, Ignore),
        };

    // From here on both sides are equal: each may ask for other roles, even at the same time.
    private static (SetupState Next, SetupActions Actions) Established(SetupState state, SetupInput input) =>
        (input, state.Changing, state.Deciding) switch
        {
            (LocalRequest, false, _) => (state with { Changing = true }, SendRequest),
            (ResponseLate, true, _) => (state, SendRequest),
            (ResponseLost, true, _) => (new(Closing), DisarmTimers | ReportOutcome | Disconnect),
            (PeerAccepted, true, _) =>
                (state with { Changing = false }, DisarmResponseTimer | TakeOwnRoles | ReportRoleChange | ReportOutcome),

            // A change that fails leaves the connection and its roles as they were.
            (PeerRefused or PeerDidNotUnderstand, true, _) =>
                (state with { Changing = false }, DisarmResponseTimer | ReportOutcome),

            (PeerRequest, _, false) => (state with { Deciding = true }, Hold | ArmAuthorizationTimer | Ask),
            (NextHeld, _, false) => (state with { Deciding = true }, ArmAuthorizationTimer | Ask),
            (PeerRequest, _, true) => (state, Hold),
            (PeerRequestOfBadSize, _, _) => (state, RefuseSize),
            (LocalAccept, _, true) =>
                (state with { Deciding = false },
                    DisarmAuthorizationTimer | AnswerHeld | TakePeerRoles | ReportRoleChange | ReleaseHeld),
            (LocalRefuse, _, true) =>
                (state with { Deciding = false }, DisarmAuthorizationTimer | AnswerHeld | ReleaseHeld),
            (AuthorizationLate, _, true) =>
                (state with { Deciding = false }, AnswerHeld | ReleaseHeld | ReportExpired),
            _ => (state, Ignore),
        };
}
