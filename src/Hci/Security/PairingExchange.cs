using HostStack.Hci.Links;
using HostStack.Hci.Packets;

namespace HostStack.Hci.Security;

/// <summary>What the controller asks of this host while pairing.</summary>
internal enum PairingQuestion : byte
{
    /// <summary>IO Capability Request.</summary>
    Capability = 0,

    /// <summary>User Confirmation Request.</summary>
    Confirmation,

    /// <summary>User Passkey Request.</summary>
    Passkey,

    /// <summary>Remote OOB Data Request.</summary>
    OobData,

    /// <summary>PIN Code Request.</summary>
    Pin,
}

/// <summary>The pairing of one link: admits it, answers the controller's questions, asks the agent. Loop only.</summary>
internal sealed class PairingExchange(LinkSecuritySession session, SecurityContext context)
{
    private readonly PairingReplies _replies = new(session.Link, context);
    private IoCapabilityResponseEvent? _response;
    private PairingFeatures? _local;
    private PairingFeatures? _peer;
    private PairingQuestion _question;
    private PairingQuestion _refused;
    private Passkey _digits;
    private Passkey? _passkey;
    private PinCode? _pin;
    private AssociationModel? _model;
    private Action? _abandon;
    private bool _isInitiator;
    private long _generation;

    /// <summary>Whether this link is the one that pairs.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Whether this host has refused: a key that comes nevertheless is not taken.</summary>
    public bool UserSaidNo { get; private set; }

    /// <summary>The model of the last pairing of this link, if it succeeded.</summary>
    public AssociationModel? LastModel { get; private set; }

    /// <summary>Whether both sides asked for bonding.</summary>
    public bool BothBond => (_local?.WantsBonding ?? context.Options.Bond) && (_peer?.WantsBonding ?? true);

    /// <summary>IO Capability Response.</summary>
    public void PeerSaid(IoCapabilityResponseEvent response)
    {
        _response = response;
        session.Feed(SecurityInput.CapabilityReceived);
    }

    /// <summary>The controller asks; a pairing begins with the first question, if it is allowed to.</summary>
    public void Ask(PairingQuestion question, SecurityInput input, Passkey digits = default)
    {
        if (question is PairingQuestion.Capability or PairingQuestion.Confirmation or PairingQuestion.Pin
            && !IsActive && RuleAgainst(question) is { } rule)
        {
            _peer = null;
            _replies.Refuse(question, rule == SecurityRule.OnePairingAtATime ? HciStatus.HostBusyPairing : HciStatus.PairingNotAllowed);
            session.Refuse(rule, session.Keys.Stored?.Type);
            return;
        }

        if (session.State.Phase != SecurityPhase.User)
        {
            _question = question;
            _digits = digits;
        }

        _refused = question;
        session.Feed(input);
    }

    /// <summary>Simple Pairing Complete.</summary>
    public void Completed(HciStatus status)
    {
        if (status == HciStatus.Success)
        {
            session.Feed(SecurityInput.PairingSucceeded);
            return;
        }

        session.Note(SecurityRule.ProcedureFailed, status);
        session.Feed(SecurityInput.PairingFailed);
    }

    /// <summary>Keeps the peer's message.</summary>
    public void RecordPeer()
    {
        if (_response is { } response)
        {
            _peer = new PairingFeatures(
                response.IoCapability,
                response.OobDataPresent != OobDataPresent.NotPresent,

                // Reserved values: the strongest reading of what is asked.
                Enum.IsDefined(response.AuthenticationRequirements)
                    ? response.AuthenticationRequirements
                    : AuthenticationRequirements.GeneralBondingMitm);
        }
    }

    /// <summary>Answers with this host's message.</summary>
    public void AnswerCapability()
    {
        Claim();

        // To a responder the peer's message comes first: a peer may begin to pair while our authentication is under way.
        _isInitiator = session.State.Local && _peer is null;
        var oob = context.Agent?.OobData?.Find(session.Link.Peer);
        var present = _replies.Present(oob);
        _local = new PairingFeatures(context.IoCapability, present != OobDataPresent.NotPresent, Requirements());
        context.Reply(new IoCapabilityRequestReplyCommand(
            session.Link.Peer.Address, _local.Value.Io, present, _local.Value.Requirements));
    }

    /// <summary>Refuses the question that came at the wrong moment.</summary>
    public void RefuseRequest()
    {
        if (!IsActive)
        {
            _peer = null;
        }

        _replies.Refuse(_refused, HciStatus.PairingNotAllowed);
    }

    /// <summary>Numeric Comparison, or Just Works.</summary>
    public void AskConfirmation()
    {
        Claim();
        var consent = PairingConsent.ForConfirmation(
            Expected(), context.IoCapability, _isInitiator && session.IsExplicit, session.Wanted?.Authenticated == true,
            context.Agent is not null);
        _model = consent.Model;
        switch (consent)
        {
            case { Rule: { } rule }: SayNo(rule); break;
            case { AsksUser: false }: session.Feed(SecurityInput.UserAccepted); break;
            default:
                Call(
                    (agent, request, token) => agent.ConfirmAsync(request, token), yes => yes,
                    _model == AssociationModel.NumericComparison ? _digits : null);
                break;
        }
    }

    /// <summary>Passkey Entry, typed here.</summary>
    public void AskPasskey()
    {
        _model = AssociationModel.PasskeyEntry;
        if (PairingConsent.RuleAgainstPasskey(Expected(), Part(), PasskeyPart.Enter) is { } rule)
        {
            SayNo(rule);
            return;
        }

        Call(
            (agent, request, token) => agent.EnterPasskeyAsync(request, token),
            passkey =>
            {
                _passkey = passkey;
                return passkey is not null;
            });
    }

    /// <summary>Passkey Entry, shown here.</summary>
    public void ShowPasskey()
    {
        _model = AssociationModel.PasskeyEntry;
        if (PairingConsent.RuleAgainstPasskey(Expected(), Part(), PasskeyPart.Display) is { } rule)
        {
            // There is no reply to refuse with; digits that are not shown cannot be typed.
            session.Refuse(rule);
            UserSaidNo = true;
            return;
        }

        var request = Request(_digits);
        context.Tell(agent => agent.DisplayPasskey(request));
    }

    /// <summary>Out of band: gives what is held of the peer.</summary>
    public void AnswerOob()
    {
        _model = AssociationModel.OutOfBand;
        var data = _local is { HasOobData: true } ? context.Agent?.OobData?.Find(session.Link.Peer) : null;
        _replies.Oob(data);
    }

    /// <summary>Legacy pairing.</summary>
    public void AskPin()
    {
        Claim();
        _model = AssociationModel.LegacyPin;
        _isInitiator = session.State.Local;
        _ = AskPinAsync(_generation);
    }

    /// <summary>Sends the yes.</summary>
    public void SendAnswer() => _replies.Accept(_question, _passkey, _pin);

    /// <summary>Sends the no.</summary>
    public void SendRefusal()
    {
        UserSaidNo = true;
        _replies.Refuse(_question, HciStatus.AuthenticationFailure);
        if (_question == PairingQuestion.Pin)
        {
            // Legacy pairing has no event that tells the responder of the end.
            session.Feed(SecurityInput.PairingFailed);
        }
    }

    /// <summary>Keypress Notification.</summary>
    public void KeyPressed(KeypressNotificationType type)
    {
        if (IsActive && Enum.IsDefined(type))
        {
            var peer = session.Link.Peer;
            context.Tell(agent => agent.KeyPressed(peer, type));
        }
    }

    /// <summary>The pairing is over, if one was going on.</summary>
    public void End(bool succeeded, SecurityShortfall shortfall, bool isBonded = false)
    {
        _generation++;
        _abandon?.Invoke();
        _abandon = null;
        if (IsActive)
        {
            IsActive = false;
            context.Pairing = null;
            Report(succeeded, shortfall, isBonded);
        }

        _local = null;
        _peer = null;
        _passkey = null;
        _pin = null;
        _digits = default;
        _isInitiator = false;
        UserSaidNo = false;
    }

    private void Report(bool succeeded, SecurityShortfall shortfall, bool isBonded)
    {
        var peer = session.Link.Peer;
        var (rule, status) = session.Failure;
        LastModel = succeeded ? _model : null;
        if (succeeded)
        {
            SecurityLog.Paired(context.Log, peer, _model, session.Keys.Type, isBonded);
            var outcome = new PairingOutcome(
                SecurityShortfall.None, null, HciStatus.Success, _model, session.Keys.Type, isBonded);
            context.Report(observer => observer.Paired(peer, outcome));
        }
        else
        {
            SecurityLog.PairingFailed(context.Log, peer, shortfall, rule, status);
            var outcome = new PairingOutcome(shortfall, rule, status, _model);
            context.Report(observer => observer.PairingFailed(peer, outcome));
        }

        context.Tell(agent => agent.PairingEnded(peer, succeeded));
        _model = null;
    }

    private SecurityRule? RuleAgainst(PairingQuestion question)
    {
        var link = session.Link;
        var stored = session.Keys.Stored;
        return link.Peer.Address == context.Identity.Address ? SecurityRule.OwnAddress
            : context.Pairing is { } other && other != session ? SecurityRule.OnePairingAtATime
            : !session.MayPair && !context.Window.IsOpen ? SecurityRule.PairingNotAllowed
            : question == PairingQuestion.Pin && !context.Options.AllowLegacyPairing ? SecurityRule.LegacyPairing
            : context.Options.SecureConnectionsOnly && link.PeerSupportsSecureConnections == false ? SecurityRule.NoSecureConnections
            : stored is not null && KeyPolicy.IsDowngrade(stored, link.PeerSupportsSecureConnections) ? SecurityRule.SecurityDowngrade
            : null;
    }

    private void Claim()
    {
        IsActive = true;
        context.Pairing = session;
    }

    private AuthenticationRequirements Requirements() =>
        PairingConsent.Requirements(
            context.Options.Bond, session.IsExplicit, session.Wanted?.Authenticated == true, context.IoCapability, _peer);

    // Until both messages are known the model is not: some controllers tell the responder nothing.
    private Association? Expected() =>
        (_local, _peer) is not ({ } local, { } peer) ? null
        : _isInitiator ? Association.Of(local, peer)
        : Association.Of(peer, local);

    private PasskeyPart Part() =>
        Expected() is not { } expected ? PasskeyPart.None : _isInitiator ? expected.Initiator : expected.Responder;

    private PairingRequest Request(Passkey? digits) => new()
    {
        Peer = session.Link.Peer,
        Name = session.Keys.Stored?.Name,
        Model = _model ?? AssociationModel.JustWorks,
        Digits = digits,
        IsLocal = _isInitiator,
        IsWindowOpen = context.Window.IsOpen,
    };

    private async Task AskPinAsync(long generation)
    {
        // Whether a PIN is the best that the two have is told by the peer's features and this side's commands.
        await session.Link.FeaturesKnown;
        if (generation != _generation || session.State.Phase != SecurityPhase.User)
        {
            return;
        }

        var bothKnowBetter = session.Link.PeerHostSupportsSsp == true
            && context.Commands.Supports(OpCode.WriteSimplePairingMode);
        var rule = bothKnowBetter ? SecurityRule.LegacyPairing
            : session.Wanted?.Authenticated == true ? SecurityRule.NoMitmProtection
            : context.Agent is null ? SecurityRule.NoAgent
            : (SecurityRule?)null;
        if (rule is { } refused)
        {
            SayNo(refused);
            return;
        }

        Call(
            (agent, request, token) => agent.EnterPinAsync(request, token),
            pin =>
            {
                _pin = pin is { Length: > 0 } ? pin : null;
                return _pin is not null;
            });
    }

    private void Call<T>(
        Func<IPairingAgent, PairingRequest, CancellationToken, Task<T>> ask, Func<T, bool> accept, Passkey? digits = null)
    {
        if (context.Agent is not { } agent)
        {
            SayNo(SecurityRule.NoAgent);
            return;
        }

        var request = Request(digits);
        var generation = _generation;
        _abandon = context.Ask(
            token => ask(agent, request, token),
            (kind, answer) =>
            {
                if (generation != _generation)
                {
                    return;
                }

                _abandon = null;
                if (kind == AgentAnswer.Given && accept(answer!))
                {
                    session.Feed(SecurityInput.UserAccepted);
                }
                else
                {
                    SayNo(kind == AgentAnswer.TooLate ? SecurityRule.AgentTooLate : SecurityRule.UserRefused);
                }
            }).Dispose;
    }

    private void SayNo(SecurityRule rule)
    {
        session.Note(rule);
        session.Feed(SecurityInput.UserRefused);
    }
}
