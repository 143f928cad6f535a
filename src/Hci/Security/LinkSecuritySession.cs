using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Security;

/// <summary>How a procedure ended, for those who waited for it.</summary>
/// <param name="Rule">The rule that ended it, if one did.</param>
/// <param name="Status">What the controller reported.</param>
/// <param name="Failed">Whether it failed.</param>
/// <param name="Wanted">What the procedure was to reach; null where it was the peer's.</param>
internal sealed record ProcedureEnd(SecurityRule? Rule, HciStatus Status, bool Failed, SecurityRequirement? Wanted);

/// <summary>The security of one link: holds the state, does what <see cref="SecurityTable"/> says. Loop only.</summary>
internal sealed class LinkSecuritySession
{
    private readonly SecurityContext _context;
    private readonly Queue<SecurityInput> _inputs = new();
    private readonly LoopTimer _procedure;
    private readonly LoopTimer _retry;
    private readonly LoopTimer _pause;
    private TaskCompletionSource<ProcedureEnd>? _settled;
    private SecurityRule? _rule;
    private HciStatus _status;
    private LinkKeyType? _refusedKeyType;
    private bool _failed;
    private bool _reported;
    private bool _running;
    private int _collisions;

    public LinkSecuritySession(ISecuredLink link, SecurityContext context)
    {
        Link = link;
        _context = context;
        Keys = new LinkKeyExchange(this, context);
        Pairing = new PairingExchange(this, context);
        Cipher = new EncryptionWatch(this, context);
        Refusals = new RefusalTelling(context);
        _procedure = context.Timers.Create(() => FeedTimeout(SecurityInput.TimedOut, SecurityRule.ProcedureFailed));
        _pause = context.Timers.Create(() => FeedTimeout(SecurityInput.PauseElapsed, SecurityRule.EncryptionLost));
        _retry = context.Timers.Create(() => Feed(SecurityInput.RetryElapsed));
    }

    public ISecuredLink Link { get; }

    public LinkKeyExchange Keys { get; }

    public PairingExchange Pairing { get; }

    public EncryptionWatch Cipher { get; }

    public RefusalTelling Refusals { get; }

    public SecurityState State { get; private set; }

    public bool IsClosed { get; private set; }

    /// <summary>What the running procedure of this host is to reach; null: none runs.</summary>
    public SecurityRequirement? Wanted { get; private set; }

    /// <summary>Whether the operator asked for this pairing, or the window was open when the procedure began.</summary>
    public bool MayPair { get; private set; }

    /// <summary>Whether the operator asked to pair, by name.</summary>
    public bool IsExplicit { get; private set; }

    /// <summary>Whether the stored key is of no use to this procedure: the peer has lost it.</summary>
    public bool MustPair { get; private set; }

    /// <summary>Why the running procedure is failing, so far.</summary>
    public (SecurityRule? Rule, HciStatus Status) Failure => (_rule, _status);

    /// <summary>How the link's security ended for good.</summary>
    public ProcedureEnd? Ended { get; private set; }

    /// <summary>Starts a procedure of this host.</summary>
    public Task<ProcedureEnd> BeginAsync(SecurityInput input, SecurityRequirement wanted, bool mayPair, bool isExplicit)
    {
        Wanted = wanted;
        MayPair = mayPair;
        IsExplicit = isExplicit;
        Forget();
        var settled = WhenSettledAsync();
        Feed(input);
        return settled;
    }

    /// <summary>The end of what is going on.</summary>
    public Task<ProcedureEnd> WhenSettledAsync() =>
        (_settled ??= new TaskCompletionSource<ProcedureEnd>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Takes a step; inputs that come while one is taken follow it.</summary>
    public void Feed(SecurityInput input)
    {
        _inputs.Enqueue(input);
        if (_running)
        {
            return;
        }

        _running = true;
        try
        {
            while (!IsClosed && _inputs.TryDequeue(out var next))
            {
                Step(next);
            }
        }
        finally
        {
            _running = false;
        }
    }

    /// <summary>Remembers why the procedure is about to fail; the first reason stays.</summary>
    public void Note(SecurityRule rule, HciStatus status = HciStatus.Success, LinkKeyType? keyType = null)
    {
        _rule ??= rule;
        _refusedKeyType ??= keyType;
        if (_status == HciStatus.Success)
        {
            _status = status;
        }
    }

    /// <summary>Refuses, and tells so at once. A procedure of this host that fails for it does not tell again.</summary>
    public void Refuse(SecurityRule rule, LinkKeyType? keyType = null)
    {
        Note(rule, keyType: keyType);
        _reported = true;
        Refusals.Take(new SecurityRefusal(rule, Link.Peer, keyType ?? Keys.Type, Link.Security.KeySize));
        if (Wanted is null && !Pairing.IsActive)
        {
            Forget();
        }
    }

    /// <summary>Authentication Complete.</summary>
    public void AuthenticationEnded(HciStatus status)
    {
        if (status == HciStatus.Success)
        {
            Keys.IsPeerProven |= State.Local;
            Feed(SecurityInput.AuthenticationSucceeded);
        }
        else if (IsCollision(status) && _collisions++ == 0)
        {
            Feed(SecurityInput.AuthenticationCollided);
        }
        else if (status == HciStatus.PinOrKeyMissing && Keys.WasGiven && IsExplicit && !MustPair
            && State.Phase == SecurityPhase.Authenticating)
        {
            // Only the operator, who named the peer, may have its bond replaced on the word of whoever has its address.
            MustPair = true;
            Feed(SecurityInput.PeerLostKey);
        }
        else
        {
            // The bond is not deleted: whoever answers with "no key" need not be the peer.
            Note(
                status == HciStatus.PinOrKeyMissing && Keys.WasGiven ? SecurityRule.PeerLostKey
                : State.Phase == SecurityPhase.ProvingPeer || State.Unproven ? SecurityRule.PeerNotAuthenticated
                : SecurityRule.ProcedureFailed,
                status);
            Feed(SecurityInput.AuthenticationFailed);
        }
    }

    /// <summary>Encryption Change or its command failed.</summary>
    public void EncryptionFailed(HciStatus status)
    {
        if (IsCollision(status) && _collisions++ == 0)
        {
            Feed(SecurityInput.EncryptionCollided);
            return;
        }

        Note(SecurityRule.ProcedureFailed, status);
        Feed(SecurityInput.EncryptionFailed);
    }

    /// <summary>The link has ended.</summary>
    public void Close()
    {
        if (IsClosed)
        {
            return;
        }

        Note(SecurityRule.ProcedureFailed, HciStatus.UnknownConnection);
        Pairing.End(succeeded: false, SecurityShortfall.LinkLost);
        IsClosed = true;
        _failed = true;
        _procedure.Disarm();
        _retry.Disarm();
        _pause.Disarm();
        Settle();
    }

    /// <summary>Sends a command whose outcome is an event; a refusal of the controller's takes the event's place.</summary>
    public async Task SendAsync(IHciStatusCommand command, Action<HciStatus> refused)
    {
        try
        {
            var status = await _context.Commands.SendAsync(command);
            if (status != HciStatus.Success && !IsClosed)
            {
                refused(status);
            }
        }
        catch (ControllerUnavailableException)
        {
            // The link ends with the controller, and the procedure with it.
        }
    }

    // Command Disallowed: the controller is authenticating for the peer already.
    private static bool IsCollision(HciStatus status) => status is HciStatus.LmpTransactionCollision
        or HciStatus.DifferentTransactionCollision or HciStatus.CommandDisallowed;

    private void FeedTimeout(SecurityInput input, SecurityRule rule)
    {
        Note(rule, HciStatus.LmpResponseTimeout);
        Feed(input);
    }

    private void Step(SecurityInput input)
    {
        var before = State;
        (State, var actions) = SecurityTable.Next(before, input);
        SecurityLog.Step(_context.Log, Link.Handle, input, before, State, actions);
        if (State != before)
        {
            ArmProcedure();
        }

        if (actions == SecurityActions.Ignore && !State.IsBusy)
        {
            // Reasons noted for an input that meant nothing.
            Forget();
        }

        for (var rest = (int)actions; rest != 0; rest &= rest - 1)
        {
            Run((SecurityActions)(rest & -rest));
        }
    }

    private void ArmProcedure()
    {
        if (State.Phase != SecurityPhase.BackingOff)
        {
            _retry.Disarm();
        }

        if (State.Phase != SecurityPhase.Paused)
        {
            _pause.Disarm();
        }

        if (State.IsBusy && State.Phase is not (SecurityPhase.BackingOff or SecurityPhase.Paused))
        {
            _procedure.Arm(_context.Options.ProcedureTimeout);
        }
        else
        {
            _procedure.Disarm();
        }
    }

    private void Run(SecurityActions action)
    {
        switch (action)
        {
            case SecurityActions.Ignore: _context.Counters.Ignored++; break;
            case SecurityActions.RecordCapability: Pairing.RecordPeer(); break;
            case SecurityActions.TakeKey: TakeKey(); break;
            case SecurityActions.AnswerKey: Keys.Answer(); break;
            case SecurityActions.AnswerCapability: Pairing.AnswerCapability(); break;
            case SecurityActions.RefuseRequest: Pairing.RefuseRequest(); break;
            case SecurityActions.AskConfirmation: Pairing.AskConfirmation(); break;
            case SecurityActions.AskPasskey: Pairing.AskPasskey(); break;
            case SecurityActions.ShowPasskey: Pairing.ShowPasskey(); break;
            case SecurityActions.AnswerOob: Pairing.AnswerOob(); break;
            case SecurityActions.AskPin: Pairing.AskPin(); break;
            case SecurityActions.SendAnswer: Pairing.SendAnswer(); break;
            case SecurityActions.SendRefusal: Pairing.SendRefusal(); break;
            case SecurityActions.PublishPlain: Cipher.PublishPlain(isPaused: false); break;
            case SecurityActions.PublishPaused: Cipher.PublishPlain(isPaused: true); break;
            case SecurityActions.PublishEncrypted: Cipher.PublishEncrypted(); break;
            case SecurityActions.PublishSecured: Cipher.PublishSecured(); break;
            case SecurityActions.RequestAuthentication:
                _ = SendAsync(new AuthenticationRequestedCommand(Link.Handle), AuthenticationEnded);
                break;
            case SecurityActions.RequestEncryption: Cipher.Request(); break;
            case SecurityActions.ReadKeySize: Cipher.ReadKeySize(); break;
            case SecurityActions.ArmRetry: _retry.Arm(_context.Options.CollisionBackOff); break;
            case SecurityActions.ArmPause: _pause.Arm(_context.Options.EncryptionPause); break;
            case SecurityActions.ReportFailure: ReportFailure(); break;
            case SecurityActions.Disconnect: Link.Disconnect(HciStatus.AuthenticationFailure); break;
            case SecurityActions.Settle: Settle(); break;
            default: throw new InvalidOperationException($"The action {action} has no interpreter.");
        }
    }

    private void TakeKey()
    {
        var isBonded = Keys.Take();
        if (!Keys.IsChange)
        {
            Pairing.End(succeeded: true, SecurityShortfall.None, isBonded);
        }
    }

    private void ReportFailure()
    {
        _failed = true;
        Pairing.End(succeeded: false, KeyPolicy.ShortfallOf(_rule));

        // What the peer began and broke off itself is no refusal of ours.
        if (!_reported && _rule is { } rule && (Wanted is not null || rule != SecurityRule.ProcedureFailed))
        {
            _reported = true;
            Refusals.Take(new SecurityRefusal(
                rule, Link.Peer, _refusedKeyType ?? Keys.Type, Math.Max(Link.Security.KeySize, Cipher.KeySize), _status));
        }
    }

    private void Settle()
    {
        var end = new ProcedureEnd(_rule, _status, _failed, Wanted);
        var settled = _settled;
        if (State.Phase == SecurityPhase.Ended)
        {
            Ended = end;
        }

        _settled = null;
        Wanted = null;
        MayPair = false;
        IsExplicit = false;
        MustPair = false;
        _collisions = 0;
        Forget();
        settled?.TrySetResult(end);
    }

    private void Forget()
    {
        _rule = null;
        _status = HciStatus.Success;
        _refusedKeyType = null;
        _failed = false;
        _reported = false;
    }
}
