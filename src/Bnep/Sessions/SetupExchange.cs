using HostStack.Bnep.Control;
using HostStack.Hci.Loop;
using HostStack.L2cap.Channels;

namespace HostStack.Bnep.Sessions;

/// <summary>Interprets the actions of <see cref="SetupTable"/> for one session: requests of both sides, their timers,
/// the roles.</summary>
internal sealed class SetupExchange
{
    private readonly BnepSession _session;
    private readonly BnepSessionOptions _options;
    private readonly HeldSetups _held = new();
    private readonly LoopTimer _responseTimer;
    private readonly LoopTimer _authorizationTimer;
    private readonly LoopTimer _waitTimer;
    private SetupState _state = new(BnepPhase.Opening);
    private SetupRequest _own;
    private int _attempts;
    private HeldSetup _incoming;
    private SetupResponseCode _answer;
    private SetupResponseCode _response;
    private HeldSetup[] _answered = [];
    private BnepUuid _oldLocal;
    private BnepUuid _oldPeer;
    private ChannelCloseReason _closeReason;

    public SetupExchange(BnepSession session, BnepSessionOptions options, TimerQueue timers)
    {
        _session = session;
        _options = options;
        _responseTimer = timers.Create(ResponseTimerFired);
        _authorizationTimer = timers.Create(() => Step(SetupInput.AuthorizationLate));
        _waitTimer = timers.Create(() => Step(SetupInput.SetupWaitOver));
    }

    public SetupState State => _state;

    public bool IsOpen { get; private set; }

    public BnepUuid LocalRole { get; private set; }

    public BnepUuid PeerRole { get; private set; }

    public void ChannelOpened() => Step(SetupInput.ChannelOpened);

    public void ChannelClosed(ChannelCloseReason reason)
    {
        _closeReason = reason;
        Step(SetupInput.ChannelClosed);
    }

    public void Disconnect() => Step(SetupInput.LocalDisconnect);

    public bool Request(BnepUuid destination, BnepUuid source)
    {
        var (_, actions) = SetupTable.Step(_state, SetupInput.LocalRequest, _session.IsInitiator);
        if (actions == SetupActions.Ignore)
        {
            return false;
        }

        var shortest = (byte)Math.Max((byte)destination.ShortestSize, (byte)source.ShortestSize);
        _own = new(destination, source, (BnepUuidSize)Math.Max(shortest, (byte)_options.SetupUuidSize));
        _attempts = 0;
        Step(SetupInput.LocalRequest);
        return true;
    }

    public bool Answer(SetupResponseCode code)
    {
        var input = code == SetupResponseCode.Success ? SetupInput.LocalAccept : SetupInput.LocalRefuse;
        if (SetupTable.Step(_state, input, _session.IsInitiator).Actions == SetupActions.Ignore)
        {
            return false;
        }

        _answer = code;
        Step(input);
        return true;
    }

    /// <summary>A request came.</summary>
    /// <param name="request">The request.</param>
    /// <param name="extensions">The chain behind it; copied where the request is held.</param>
    /// <returns>Whether it is held, and its extension headers with it.</returns>
    public bool PeerRequested(in SetupRequest request, ReadOnlySpan<byte> extensions)
    {
        var (_, actions) = SetupTable.Step(_state, SetupInput.PeerRequest, _session.IsInitiator);
        var holds = actions.HasFlag(SetupActions.Hold) && !_held.IsFull;
        _incoming = new(request, holds && !extensions.IsEmpty ? extensions.ToArray() : []);
        Step(SetupInput.PeerRequest);
        return holds;
    }

    public void PeerRequestedBadSize() => Step(SetupInput.PeerRequestOfBadSize);

    public void PeerResponded(SetupResponseCode code)
    {
        _response = code;
        Step(code == SetupResponseCode.Success ? SetupInput.PeerAccepted : SetupInput.PeerRefused);
    }

    public void PeerDidNotUnderstand() => Step(SetupInput.PeerDidNotUnderstand);

    private void ResponseTimerFired() =>
        Step(_attempts <= _options.SetupRetries ? SetupInput.ResponseLate : SetupInput.ResponseLost);

    private void Step(SetupInput input)
    {
        var (next, actions) = SetupTable.Step(_state, input, _session.IsInitiator);
        _state = next;
        IsOpen = next.Phase == BnepPhase.Open;
        if (actions == SetupActions.Ignore)
        {
            _session.Count.Ignored++;
            return;
        }

        RunTimers(actions);
        RunMessages(actions, input);
        RunReports(actions, input);
        if (!_held.IsEmpty && !_authorizationTimer.IsArmed && _answered.Length == 0)
        {
            Step(SetupInput.NextHeld);
        }
    }

    private void RunTimers(SetupActions actions)
    {
        if ((actions & (SetupActions.DisarmTimers | SetupActions.DisarmResponseTimer)) != 0)
        {
            _responseTimer.Disarm();
        }

        if ((actions & (SetupActions.DisarmTimers | SetupActions.DisarmAuthorizationTimer)) != 0)
        {
            _authorizationTimer.Disarm();
        }

        if ((actions & (SetupActions.DisarmTimers | SetupActions.DisarmWaitTimer)) != 0)
        {
            _waitTimer.Disarm();
        }

        if (actions.HasFlag(SetupActions.DisarmTimers))
        {
            _held.Clear();
        }

        if (actions.HasFlag(SetupActions.ArmAuthorizationTimer))
        {
            _authorizationTimer.Arm(_options.AuthorizationTimeout);
        }

        if (actions.HasFlag(SetupActions.ArmWaitTimer))
        {
            _waitTimer.Arm(_options.SetupWait);
        }
    }

    private void RunMessages(SetupActions actions, SetupInput input)
    {
        if (actions.HasFlag(SetupActions.Hold))
        {
            Hold();
        }

        if (actions.HasFlag(SetupActions.RefuseSize))
        {
            Respond(SetupResponseCode.InvalidUuidSize);
        }

        if (actions.HasFlag(SetupActions.SendRequest))
        {
            _session.Count.Retransmissions += _attempts++ > 0 ? 1 : 0;
            _session.SendControl(_own);
            _responseTimer.Arm(_options.SetupTimeout);
        }

        if (actions.HasFlag(SetupActions.AnswerHeld))
        {
            var late = input == SetupInput.AuthorizationLate;
            _answer = late ? SetupResponseCode.NotAllowed : _answer;
            _answered = _held.TakeRun(all: late);
            foreach (var _ in _answered)
            {
                Respond(_answer);
            }
        }
    }

    private void RunReports(SetupActions actions, SetupInput input)
    {
        if (actions.HasFlag(SetupActions.TakeOwnRoles))
        {
            TakeRoles(local: _own.Source, peer: _own.Destination);
        }

        var answered = _answered;
        if (actions.HasFlag(SetupActions.TakePeerRoles))
        {
            TakeRoles(local: answered[0].Request.Destination, peer: answered[0].Request.Source);
        }

        if (actions.HasFlag(SetupActions.ReportChannel))
        {
            _session.User.ChannelOpened(_session);
        }

        if (actions.HasFlag(SetupActions.ReportOpened))
        {
            _session.ReportOpened();
        }

        if (actions.HasFlag(SetupActions.ReportRoleChange) && (_oldLocal != LocalRole || _oldPeer != PeerRole))
        {
            _session.ReportRoleChanged(_oldLocal, _oldPeer);
        }

        if (actions.HasFlag(SetupActions.ReportExpired))
        {
            _session.User.SetupExpired(_session, answered[0].Request.Destination, answered[0].Request.Source);
        }

        if (actions.HasFlag(SetupActions.ReleaseHeld))
        {
            _answered = [];
            foreach (var setup in answered)
            {
                _session.ProcessExtensions(setup.Extensions);
            }
        }

        if (actions.HasFlag(SetupActions.ReportOutcome))
        {
            _session.ReportOutcome(_own, Outcome(input));
        }

        if (actions.HasFlag(SetupActions.Disconnect))
        {
            _session.DisconnectChannel(input);
        }

        if (actions.HasFlag(SetupActions.Ask))
        {
            var oldest = _held.Oldest.Request;
            _session.User.SetupRequested(_session, oldest.Destination, oldest.Source);
        }

        if (actions.HasFlag(SetupActions.ReportClosed))
        {
            _session.ReportClosed(_closeReason);
        }
    }

    private void Hold()
    {
        if (_held.IsFull)
        {
            Respond(SetupResponseCode.NotAllowed);
            return;
        }

        _held.Add(_incoming);
    }

    private void Respond(SetupResponseCode code)
    {
        if (code != SetupResponseCode.Success)
        {
            _session.Count.SetupsRefused++;
            _session.LogRefusal(code);
        }

        _session.SendControl(new SetupResponse(code));
    }

    private void TakeRoles(BnepUuid local, BnepUuid peer)
    {
        (_oldLocal, _oldPeer) = (LocalRole, PeerRole);
        (LocalRole, PeerRole) = (local, peer);
    }

    private SetupOutcome Outcome(SetupInput input) => input switch
    {
        SetupInput.PeerAccepted or SetupInput.PeerRefused => new(SetupResult.Answered, _response, _attempts),
        SetupInput.PeerDidNotUnderstand => new(SetupResult.NotUnderstood, SetupResponseCode.NotAllowed, _attempts),
        SetupInput.ResponseLost => new(SetupResult.TimedOut, SetupResponseCode.NotAllowed, _attempts),
        _ => new(SetupResult.Closed, SetupResponseCode.NotAllowed, _attempts),
    };
}
