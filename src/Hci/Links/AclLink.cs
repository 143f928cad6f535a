using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>How an attempt to have a link to a peer ended. A refusal is a value.</summary>
/// <param name="Link">The link, up; null where there is none.</param>
/// <param name="Status">Success, or why there is none.</param>
public readonly record struct ConnectOutcome(IAclLink? Link, HciStatus Status)
{
    /// <summary>Whether there is a link.</summary>
    public bool IsUp => Link is not null;
}

/// <summary>One BR/EDR link, from the first attempt to its end. Its life is <see cref="LinkTable"/>'s;
/// <see cref="LinkSet"/> interprets the actions.</summary>
internal sealed class AclLink : IAclLink, ISecuredLink, IEgressOwner
{
    private readonly LinkSet _set;
    private readonly TaskCompletionSource<ConnectOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkSecurity _security;
    private int _users;
    private int _holds;

    public AclLink(LinkSet set, BdAddr peer, LinkPhase phase)
    {
        _set = set;
        Peer = new PeerAddress(peer);
        Phase = phase;
        IsInitiator = phase == LinkPhase.Paging;
        Role = IsInitiator ? LinkRole.Central : LinkRole.Peripheral;
        Features = new PeerFeatures(set.Context.Commands, set.Context.Timers);
        Reassembler = new AclReassembler(set.Context.Options.MaximumPdu, set.Context.Counters);
        PhaseTimer = set.Context.Timers.Create(() => _set.Apply(this, LinkInput.GaveUp, HciStatus.ConnectionTimeout));
        IdleTimer = set.Context.Timers.Create(() => Disconnect(HciStatus.RemoteUserTerminated));
    }

    public LinkPhase Phase { get; set; }

    public PeerAddress Peer { get; }

    public LinkKind Kind => LinkKind.BrEdr;

    public ConnectionHandle Handle { get; set; }

    public LinkRole Role { get; set; }

    /// <inheritdoc cref="ISecuredLink.IsInitiator"/>
    public bool IsInitiator { get; set; }

    /// <summary>What the peer is told when this host ends the link.</summary>
    public HciStatus CloseReason { get; set; } = HciStatus.RemoteUserTerminated;

    public bool IsUp => Phase == LinkPhase.Up;

    public HciStatus? EndReason { get; set; }

    public PeerFeatures Features { get; }

    public bool? PeerHostSupportsSsp => Features.HostSupportsSsp;

    public bool? PeerSupportsSecureConnections => Features.SupportsSecureConnections;

    public Task FeaturesKnown => Features.Known;

    public AclReassembler Reassembler { get; }

    /// <summary>What the link has to send; null while it is not up.</summary>
    public AclEgress? Egress { get; set; }

    /// <summary>Limits how long the controller is waited for.</summary>
    public LoopTimer PhaseTimer { get; }

    /// <summary>Ends a link that nobody uses.</summary>
    public LoopTimer IdleTimer { get; }

    /// <summary>Waits for the end of a role switch; null where none is asked for.</summary>
    public TaskCompletionSource<HciStatus>? RoleSwitch { get; set; }

    /// <summary>Ends when the link is up, or never will be.</summary>
    public Task<ConnectOutcome> Outcome => _outcome.Task;

    /// <summary>Ends with the link.</summary>
    public Task Ended => _ended.Task;

    public bool HasRoom => IsUp && Egress!.HasRoom;

    public LinkSecurity Security
    {
        get => _security;
        set
        {
            if (_security != value)
            {
                _security = value;
                if (IsUp)
                {
                    _set.Tell(() => _set.Context.User.SecurityChanged(this));
                }
            }
        }
    }

    public bool Send(PacketBuffer pdu, EgressClass egressClass)
    {
        if (IsUp)
        {
            return _set.Context.Scheduler.Send(Egress!, pdu, egressClass);
        }

        _set.Context.Counters.PdusDroppedLinkDown++;
        pdu.Release();
        return false;
    }

    public async Task<SecurityShortfall> EnsureSecurityAsync(SecurityRequirement requirement)
    {
        if (!IsUp)
        {
            return SecurityShortfall.LinkLost;
        }

        // A link that is being secured is in use, channels or not.
        Hold(1);
        try
        {
            return await _set.Context.Security.EnsureAsync(this, requirement);
        }
        finally
        {
            Hold(-1);
        }
    }

    public async Task<SecurityOutcome> SecureForServiceAsync(SecurityRequirement requirement)
    {
        if (!IsUp)
        {
            return new SecurityOutcome(SecurityShortfall.LinkLost);
        }

        Hold(1);
        try
        {
            return await _set.Context.Security.SecureForServiceAsync(this, requirement);
        }
        finally
        {
            Hold(-1);
        }
    }

    public SecurityShortfall CheckSecurity(SecurityRequirement requirement) =>
        IsUp ? _set.Context.Security.Check(this, requirement) : SecurityShortfall.LinkLost;

    public SecurityProspect SecurityProspect =>
        IsUp ? _set.Context.Security.Prospect(this) : SecurityProspect.None;

    public void Disconnect(HciStatus reason)
    {
        if (Phase is LinkPhase.Paging or LinkPhase.Accepting or LinkPhase.Crossing or LinkPhase.Up)
        {
            _set.Apply(this, LinkInput.CloseRequested, reason);
        }
    }

    // What security ends is ended at once: what is queued was meant for a link that could be trusted.
    void ISecuredLink.Disconnect(HciStatus reason)
    {
        if (Phase is LinkPhase.Up or LinkPhase.Draining)
        {
            _set.Apply(this, LinkInput.CutRequested, reason);
        }
    }

    public void SetUsers(int users)
    {
        _users = users;
        UpdateIdleTimer();
    }

    public void EgressReady() => _set.Context.User.EgressReady(this);

    public void EgressDrained() => _set.Apply(this, LinkInput.Drained, CloseReason);

    /// <summary>Keeps the link up while a procedure needs it.</summary>
    public void Hold(int change)
    {
        _holds += change;
        UpdateIdleTimer();
    }

    public void UpdateIdleTimer()
    {
        if (!IsUp || _users + _holds > 0)
        {
            IdleTimer.Disarm();
        }
        else if (!IdleTimer.IsArmed)
        {
            IdleTimer.Arm(_set.Context.Options.IdleLinkTimeout);
        }
    }

    public void TellUp() => _outcome.TrySetResult(new ConnectOutcome(this, HciStatus.Success));

    public void TellEnded(HciStatus reason)
    {
        _outcome.TrySetResult(new ConnectOutcome(null, reason));
        RoleSwitch?.TrySetResult(reason);
        _ended.TrySetResult();
    }
}
