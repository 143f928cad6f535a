using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>The links of one epoch: finds them, moves them through <see cref="LinkTable"/>, and does what it says.</summary>
internal sealed class LinkSet
{
    // Beyond the page: the peer's host may take its own accept time. Beyond that the controller is not waited for.
    private static readonly TimeSpan ControllerSlack = TimeSpan.FromSeconds(10);

    private readonly AclLink?[] _byHandle = new AclLink?[ConnectionHandle.Max + 1];
    private readonly List<AclLink> _links = [];
    private readonly EarlyAclHold _early;
    private readonly LinkEnding _ending;

    public LinkSet(LinkContext context)
    {
        Context = context;
        _early = new EarlyAclHold(context.Timers, context.Counters);
        _ending = new LinkEnding(this);
    }

    public LinkContext Context { get; }

    /// <summary>Whether links may be made: not before bring-up has ended, and not while the host closes.</summary>
    public bool IsAdmitting { get; set; }

    /// <summary>Links that have not ended, in the order in which they were begun.</summary>
    public IReadOnlyList<AclLink> All => _links;

    /// <summary>Whether there is room for one more.</summary>
    public bool HasRoom => _links.Count < Context.Options.MaximumLinks;

    public AclLink? Find(ConnectionHandle handle) =>
        handle.Value < _byHandle.Length ? _byHandle[handle.Value] : null;

    public AclLink? Find(BdAddr peer) => _links.Find(link => link.Peer.Address == peer);

    /// <summary>Begins a link. What makes it is the caller's.</summary>
    public AclLink Begin(BdAddr peer, LinkPhase phase)
    {
        var link = new AclLink(this, peer, phase);
        _links.Add(link);
        link.PhaseTimer.Arm(LimitOf(phase));
        return link;
    }

    /// <summary>Takes an ACL packet.</summary>
    public void Receive(in AclDataPacket packet)
    {
        Context.Counters.AclReceived++;
        if (packet.Broadcast != BroadcastFlag.PointToPoint || packet.Boundary == PacketBoundary.Complete)
        {
            Context.Counters.AclDiscarded++;
            return;
        }

        var isStart = packet.Boundary != PacketBoundary.Continuing;
        if (Find(packet.Handle) is { } link)
        {
            Receive(link, isStart, packet.Data);
        }
        else if (_links.Exists(static other => other.Phase < LinkPhase.Canceling))
        {
            _early.Hold(packet.Handle, isStart, packet.Data);
        }
        else
        {
            Context.Counters.AclUnknownHandle++;
        }
    }

    /// <summary>A peer asks for a link that the caller has admitted, or the table decides on.</summary>
    public void Request(BdAddr peer, LinkRole? role)
    {
        var link = Find(peer) ?? Begin(peer, LinkPhase.Accepting);
        if (link.Phase == LinkPhase.Accepting)
        {
            Accept(link, role);
        }
        else
        {
            Apply(link, LinkInput.PeerRequested, HciStatus.Success, role);
        }
    }

    /// <summary>Turns a peer away.</summary>
    public void Reject(BdAddr peer, HciStatus reason)
    {
        Context.Counters.ConnectionsRejected++;
        LinkLog.Rejected(Context.Log, peer, reason);
        Context.Post(new RejectConnectionRequestCommand(peer, reason));
    }

    /// <summary>Moves a link and does what the table says.</summary>
    /// <param name="link">The link.</param>
    /// <param name="input">What happened.</param>
    /// <param name="status">Why it failed or ended, or the reason to be told to the peer.</param>
    /// <param name="role">The role to accept with; null for the options'.</param>
    public void Apply(AclLink link, LinkInput input, HciStatus status, LinkRole? role = null)
    {
        var (phase, actions) = LinkTable.Next(link.Phase, input);
        if (input is LinkInput.CloseRequested or LinkInput.CutRequested)
        {
            link.CloseReason = status;
        }

        if (phase != link.Phase)
        {
            link.Phase = phase;
            link.PhaseTimer.Disarm();
        }

        if (actions.HasFlag(LinkActions.Ignore))
        {
            Context.Counters.IgnoredLinkEvents++;
        }

        if (actions.HasFlag(LinkActions.ArmTimer))
        {
            link.PhaseTimer.Arm(LimitOf(phase));
        }

        if (actions.HasFlag(LinkActions.Accept))
        {
            Accept(link, role);
        }

        if (actions.HasFlag(LinkActions.Reject))
        {
            Reject(link.Peer.Address, HciStatus.RejectedLimitedResources);
        }

        if (actions.HasFlag(LinkActions.CancelPage))
        {
            Context.Post(new CreateConnectionCancelCommand(link.Peer.Address));
        }

        if (actions.HasFlag(LinkActions.Drain))
        {
            _ending.Drain(link);
        }

        if (actions.HasFlag(LinkActions.Disconnect))
        {
            _ending.Disconnect(link);
        }

        if (actions.HasFlag(LinkActions.AnnounceUp))
        {
            AnnounceUp(link);
        }

        if (actions.HasFlag(LinkActions.End))
        {
            End(link, status, announced: actions.HasFlag(LinkActions.AnnounceDown));
        }

        if (actions.HasFlag(LinkActions.Fault))
        {
            Context.Fault($"The controller did not end the link to {link.Peer}.");
        }
    }

    /// <summary>Tells a layer above, or the log. What it throws is its own, and cuts nothing short here: it is the loop's to count and
    /// to log.</summary>
    public void Tell(Action told) => Context.Timers.Tell(told);

    /// <summary>Takes a Connection Complete of success.</summary>
    /// <returns>False where the handle is one that no new link can have.</returns>
    public bool Complete(AclLink link, ConnectionHandle handle, EncryptionMode encryption)
    {
        if (handle.Value > ConnectionHandle.Max || Find(handle) is not null)
        {
            return false;
        }

        if (link.Phase < LinkPhase.Up)
        {
            link.Handle = handle;
            _byHandle[handle.Value] = link;
            if (encryption != EncryptionMode.Off)
            {
                link.Security = new LinkSecurity(encryption, 0, null);
            }
        }

        Apply(link, LinkInput.Completed, HciStatus.Success);
        return true;
    }

    /// <summary>The epoch is over.</summary>
    public void Close(HciStatus reason)
    {
        IsAdmitting = false;
        while (_links.Count > 0)
        {
            Apply(_links[^1], LinkInput.ControllerLost, reason);
        }

        _early.Clear();
    }

    private TimeSpan LimitOf(LinkPhase phase) => phase switch
    {
        LinkPhase.Paging or LinkPhase.Crossing => Context.Options.PageTimeout + ControllerSlack,
        LinkPhase.Accepting => Context.Options.AcceptTimeout + ControllerSlack,
        LinkPhase.Draining => LinkEnding.DrainTime,
        _ => Context.Options.SupervisionTimeout + ControllerSlack,
    };

    private void Receive(AclLink link, bool isStart, ReadOnlySpan<byte> data)
    {
        if (link.IsUp && link.Reassembler.TryFeed(isStart, data, out var pdu))
        {
            Context.User.PduReceived(link, pdu);
        }
    }

    private void Accept(AclLink link, LinkRole? role)
    {
        var wanted = role ?? (Context.Options.PreferCentral ? LinkRole.Central : LinkRole.Peripheral);
        var canSwitch = Context.Controller.Features.Has(LmpFeaturePage0.RoleSwitch);
        Context.Post(
            new AcceptConnectionRequestCommand(link.Peer.Address, canSwitch ? wanted : LinkRole.Peripheral),
            status => Apply(link, LinkInput.AttemptFailed, status));
    }

    private void AnnounceUp(AclLink link)
    {
        Context.Counters.LinksUp++;
        LinkLog.Up(Context.Log, link.Peer, link.Handle, link.Role);
        link.Egress = new AclEgress(
            link.Handle, new EgressLimits(Context.Options.EgressData, Context.Options.EgressControlReserve), link);
        Context.Scheduler.Add(link.Egress);
        link.UpdateIdleTimer();
        Context.Security.LinkOpened(link);
        Tell(() => Context.User.LinkUp(link));
        link.TellUp();
        while (_early.TryTake(link.Handle, out var isStart, out var data))
        {
            Receive(link, isStart, data);
        }

        if (link.IsUp)
        {
            _ = link.Features.ReadAsync(link.Handle);
            SetSupervisionTimeout(link);
        }
    }

    /// <summary>The central decides after which silence the link is lost.</summary>
    public void SetSupervisionTimeout(AclLink link)
    {
        if (link.Role == LinkRole.Central)
        {
            var timeout = new WriteLinkSupervisionTimeoutCommand(link.Handle, Slots.From(Context.Options.SupervisionTimeout));
            Context.Post(timeout);
        }
    }

    private void End(AclLink link, HciStatus reason, bool announced)
    {
        _links.Remove(link);
        if (Find(link.Handle) == link)
        {
            _byHandle[link.Handle.Value] = null;
            _early.Ended(link.Handle);
        }

        link.EndReason = reason;
        link.IdleTimer.Disarm();
        link.Reassembler.Clear();
        link.Features.Close();
        if (link.Egress is { } egress)
        {
            Context.Scheduler.Remove(egress);
        }

        if (announced)
        {
            Context.Counters.LinksDown++;
            Tell(() => LinkLog.Down(Context.Log, link.Peer, reason));
            Tell(() => Context.Security.LinkClosed(link));
            Tell(() => Context.User.LinkDown(link, reason));
        }
        else
        {
            Tell(() => LinkLog.NotMade(Context.Log, link.Peer, reason));
        }

        link.TellEnded(reason);
        if (_links.Count == 0)
        {
            _early.Clear();
        }
    }
}
