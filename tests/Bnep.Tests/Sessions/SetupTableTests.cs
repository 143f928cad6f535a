using HostStack.Bnep.Sessions;
using static HostStack.Bnep.Sessions.BnepPhase;
using static HostStack.Bnep.Sessions.SetupActions;
using static HostStack.Bnep.Sessions.SetupInput;
using Rows = System.Collections.Generic.Dictionary<
    (HostStack.Bnep.Sessions.SetupState State, HostStack.Bnep.Sessions.SetupInput Input),
    (HostStack.Bnep.Sessions.SetupState Next, HostStack.Bnep.Sessions.SetupActions Actions)>;

namespace HostStack.Bnep.Tests.Sessions;

/// <summary>The whole table: each row that does something is written down here; every other pair is ignored.</summary>
[TestFixture]
internal sealed class SetupTableTests
{
    private static readonly SetupState OpenSteady = new(Open);
    private static readonly SetupState OpenChanging = new(Open, Changing: true);
    private static readonly SetupState OpenDeciding = new(Open, Deciding: true);
    private static readonly SetupState OpenBoth = new(Open, Changing: true, Deciding: true);

    private static readonly SetupState[] States =
    [
        new(Opening), new(Idle), new(Requesting), new(Authorizing), OpenSteady, OpenChanging, OpenDeciding, OpenBoth,
        new(Closing), new(BnepPhase.Closed),
    ];

    [Test]
    public void Initiator_EveryPhaseAndInput_DoesWhatTheTableSays() => Check(isInitiator: true, new Rows
    {
        [(new(Opening), ChannelOpened)] = (new(Idle), ReportChannel),
        [(new(Idle), LocalRequest)] = (new(Requesting), SendRequest),
        [(new(Requesting), ResponseLate)] = (new(Requesting), SendRequest),
        [(new(Requesting), ResponseLost)] = (new(Closing), DisarmTimers | ReportOutcome | Disconnect),
        [(new(Requesting), PeerAccepted)] = (OpenSteady, DisarmResponseTimer | TakeOwnRoles | ReportOpened | ReportOutcome),
        [(new(Requesting), PeerRefused)] = (new(Idle), DisarmResponseTimer | ReportOutcome),
    });

    [Test]
    public void Responder_EveryPhaseAndInput_DoesWhatTheTableSays() => Check(isInitiator: false, new Rows
    {
        [(new(Opening), ChannelOpened)] = (new(Idle), ArmWaitTimer | ReportChannel),
        [(new(Idle), PeerRequest)] = (new(Authorizing), DisarmWaitTimer | Hold | ArmAuthorizationTimer | Ask),
        [(new(Idle), NextHeld)] = (new(Authorizing), DisarmWaitTimer | ArmAuthorizationTimer | Ask),
        [(new(Idle), PeerRequestOfBadSize)] = (new(Idle), RefuseSize),
        [(new(Idle), SetupWaitOver)] = (new(Closing), DisarmTimers | Disconnect),
        [(new(Authorizing), PeerRequest)] = (new(Authorizing), Hold),
        [(new(Authorizing), PeerRequestOfBadSize)] = (new(Authorizing), RefuseSize),
        [(new(Authorizing), LocalAccept)] =
            (OpenSteady, DisarmAuthorizationTimer | AnswerHeld | TakePeerRoles | ReportOpened | ReleaseHeld),
        [(new(Authorizing), LocalRefuse)] =
            (new(Idle), DisarmAuthorizationTimer | AnswerHeld | ReleaseHeld | ArmWaitTimer),
        [(new(Authorizing), AuthorizationLate)] = (new(Idle), AnswerHeld | ReleaseHeld | ArmWaitTimer | ReportExpired),
        [(new(Requesting), ChannelClosed)] = (new(BnepPhase.Closed), DisarmTimers | ReportOutcome | ReportClosed),
    });

    [Test]
    public void EveryAction_OfEveryRow_HasARow()
    {
        var seen = None;
        foreach (var state in States)
        {
            foreach (var input in Enum.GetValues<SetupInput>())
            {
                seen |= SetupTable.Step(state, input, true).Actions | SetupTable.Step(state, input, false).Actions;
            }
        }

        var all = Enum.GetValues<SetupActions>().Aggregate(None, static (sum, action) => sum | action);
        Assert.That(seen, Is.EqualTo(all));
    }

    [Test]
    public void Roles_AreTaken_OnlyBySuccess()
    {
        foreach (var state in States)
        {
            foreach (var input in Enum.GetValues<SetupInput>().Except([PeerAccepted, LocalAccept]))
            {
                var actions = SetupTable.Step(state, input, true).Actions | SetupTable.Step(state, input, false).Actions;
                Assert.That(actions & (TakeOwnRoles | TakePeerRoles), Is.EqualTo(None), $"{state}, {input}");
            }
        }
    }

    // What holds for both sides: the established connection, its end, and the end of every other phase.
    private static Rows Shared() => new()
    {
        [(OpenSteady, LocalRequest)] = (OpenChanging, SendRequest),
        [(OpenDeciding, LocalRequest)] = (OpenBoth, SendRequest),
        [(OpenChanging, ResponseLate)] = (OpenChanging, SendRequest),
        [(OpenBoth, ResponseLate)] = (OpenBoth, SendRequest),
        [(OpenChanging, ResponseLost)] = (new(Closing), DisarmTimers | ReportOutcome | Disconnect),
        [(OpenBoth, ResponseLost)] = (new(Closing), DisarmTimers | ReportOutcome | Disconnect),
        [(OpenChanging, PeerAccepted)] = (OpenSteady, DisarmResponseTimer | TakeOwnRoles | ReportRoleChange | ReportOutcome),
        [(OpenBoth, PeerAccepted)] = (OpenDeciding, DisarmResponseTimer | TakeOwnRoles | ReportRoleChange | ReportOutcome),
        [(OpenChanging, PeerRefused)] = (OpenSteady, DisarmResponseTimer | ReportOutcome),
        [(OpenBoth, PeerRefused)] = (OpenDeciding, DisarmResponseTimer | ReportOutcome),
        [(OpenChanging, PeerDidNotUnderstand)] = (OpenSteady, DisarmResponseTimer | ReportOutcome),
        [(OpenBoth, PeerDidNotUnderstand)] = (OpenDeciding, DisarmResponseTimer | ReportOutcome),
        [(OpenSteady, PeerRequest)] = (OpenDeciding, Hold | ArmAuthorizationTimer | Ask),
        [(OpenChanging, PeerRequest)] = (OpenBoth, Hold | ArmAuthorizationTimer | Ask),
        [(OpenDeciding, PeerRequest)] = (OpenDeciding, Hold),
        [(OpenBoth, PeerRequest)] = (OpenBoth, Hold),
        [(OpenSteady, NextHeld)] = (OpenDeciding, ArmAuthorizationTimer | Ask),
        [(OpenChanging, NextHeld)] = (OpenBoth, ArmAuthorizationTimer | Ask),
        [(OpenSteady, PeerRequestOfBadSize)] = (OpenSteady, RefuseSize),
        [(OpenChanging, PeerRequestOfBadSize)] = (OpenChanging, RefuseSize),
        [(OpenDeciding, PeerRequestOfBadSize)] = (OpenDeciding, RefuseSize),
        [(OpenBoth, PeerRequestOfBadSize)] = (OpenBoth, RefuseSize),
        [(OpenDeciding, LocalAccept)] =
            (OpenSteady, DisarmAuthorizationTimer | AnswerHeld | TakePeerRoles | ReportRoleChange | ReleaseHeld),
        [(OpenBoth, LocalAccept)] =
            (OpenChanging, DisarmAuthorizationTimer | AnswerHeld | TakePeerRoles | ReportRoleChange | ReleaseHeld),
        [(OpenDeciding, LocalRefuse)] = (OpenSteady, DisarmAuthorizationTimer | AnswerHeld | ReleaseHeld),
        [(OpenBoth, LocalRefuse)] = (OpenChanging, DisarmAuthorizationTimer | AnswerHeld | ReleaseHeld),
        [(OpenDeciding, AuthorizationLate)] = (OpenSteady, AnswerHeld | ReleaseHeld | ReportExpired),
        [(OpenBoth, AuthorizationLate)] = (OpenChanging, AnswerHeld | ReleaseHeld | ReportExpired),
        [(new(Closing), ChannelOpened)] = (new(Closing), Disconnect),
    };

    private static void Check(bool isInitiator, Rows rows)
    {
        var expected = Shared();
        foreach (var state in States.Where(static state => state.Phase != BnepPhase.Closed))
        {
            var waits = state.Phase == Requesting || state.Changing ? ReportOutcome : None;
            expected[(state, ChannelClosed)] = (new(BnepPhase.Closed), DisarmTimers | waits | ReportClosed);
            if (state.Phase != Closing)
            {
                expected[(state, LocalDisconnect)] = (new(Closing), DisarmTimers | waits | Disconnect);
            }
        }

        foreach (var row in rows)
        {
            expected[row.Key] = row.Value;
        }

        foreach (var state in States)
        {
            foreach (var input in Enum.GetValues<SetupInput>())
            {
                var row = expected.GetValueOrDefault((state, input), (state, Ignore));
                Assert.That(SetupTable.Step(state, input, isInitiator), Is.EqualTo(row), $"{state}, {input}");
            }
        }
    }
}
