using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.L2cap.Frames;
using HostStack.L2cap.Signaling;

namespace HostStack.L2cap.Channels;

/// <summary>Everything L2CAP has on one link: its signalling channel and its channels.</summary>
internal sealed class LinkChannels : ChannelOwner, ISignalingUser
{
    private readonly ChannelSlots _slots;
    private readonly List<SignalingQuery> _queries = [];
    private readonly PostponedRequests _postponed;
    private readonly RepeatedRefusals _refusals;
    private int _procedures;

    public LinkChannels(IAclLink link, L2capLayer layer)
        : base(link, layer)
    {
        _slots = new ChannelSlots(layer.Options.ChannelsPerLink);
        _postponed = new PostponedRequests(layer.Timers, Reconsider);
        _refusals = new RepeatedRefusals(layer.Timers);
        Signaling = new SignalingChannel(link, layer.Pool, layer.Counters, this);
    }

    public override SignalingChannel Signaling { get; }

    /// <summary>Whether the link is up.</summary>
    public bool IsUp { get; private set; } = true;

    /// <summary>Channels that exist, open or not.</summary>
    public int ChannelCount => _slots.Count;

    /// <summary>One PDU's payload for a dynamic channel.</summary>
    public void Receive(ChannelId id, ReadOnlySpan<byte> payload)
    {
        if (_slots.Find(id) is { } channel)
        {
            channel.Receive(payload);
        }
        else
        {
            Counters.PdusDropped++;
        }
    }

    /// <summary>Makes a channel that this side will ask for; null where the link holds no more.</summary>
    public Channel? CreateOutgoing(Psm psm, ChannelOptions options) =>
        _slots.HasRoom ? Create(psm, isInitiator: true, options) : null;

    /// <summary>A procedure that needs the link starts or ends.</summary>
    public void CountProcedure(int change)
    {
        _procedures += change;
        TellUsers();
    }

    /// <summary>Sends an echo or information request.</summary>
    public Task<InformationOutcome> QueryAsync<T>(CommandCode request, CommandCode response, scoped in T command)
        where T : struct, Hci.Wire.IWireFormat<T>, allows ref struct
    {
        SignalingQuery? query = null;
        query = new SignalingQuery(Signaling.Pending, Timers, response, () =>
        {
            _queries.Remove(query!);
            CountProcedure(-1);
        });
        _queries.Add(query);
        CountProcedure(+1);
        if (query.Identifier == PendingRequests.NoIdentifier)
        {
            query.End(new(QueryOutcome.Busy, default));
        }
        else
        {
            query.Arm(Options.ResponseTimeout);
            Signaling.Send(request, query.Identifier, command);
        }

        return query.Completion;
    }

    /// <summary>The link's queue has room again.</summary>
    public void EgressReady()
    {
        for (var i = 0; i < _slots.Capacity; i++)
        {
            _slots[i]?.EgressReady();
        }
    }

    /// <summary>Ends the channels whose service asks more than the link now proves; holds them while encryption is only
    /// paused.</summary>
    public void SecurityChanged()
    {
        for (var i = 0; i < _slots.Capacity; i++)
        {
            // A channel that waits for security is judged when its authentication ends.
            if (_slots[i] is { Phase: not (ChannelPhase.WaitSecurity or ChannelPhase.Abandoned or ChannelPhase.WaitDisconnect) } channel)
            {
                Judge(channel, Link.CheckSecurity(channel.Options.Security));
            }
        }

        _postponed.SecurityChanged();
    }

    /// <summary>The link has ended.</summary>
    public void LinkDown()
    {
        IsUp = false;
        for (var i = 0; i < _slots.Capacity; i++)
        {
            _slots[i]?.End(ChannelInput.LinkLost, ChannelCloseReason.LinkLost);
        }

        foreach (var query in _queries.ToArray())
        {
            query.End(new(QueryOutcome.LinkLost, default));
        }
    }

    public override void Opened(Channel channel)
    {
        Counters.ChannelsOpened++;
        Layer.LogOpened(channel);
    }

    public override void Released(Channel channel, ChannelCloseReason reason)
    {
        _slots.Remove(channel);
        Counters.ChannelsClosed++;
        Layer.LogClosed(channel, reason);
        TellUsers();
    }

    public override void Refused(Channel channel, L2capRule rule) => Layer.Report(new L2capRefusal(
        rule,
        Link.Peer,
        channel.Psm,
        ConnectionResult.Success,
        rule == L2capRule.SecurityLost ? Link.CheckSecurity(channel.Options.Security) : SecurityShortfall.None,
        Link.Security.KeyType,
        channel.IsInitiator));

    public void ConnectionRequested(byte identifier, ConnectionRequest request)
    {
        var service = Layer.FindService(request.Psm);
        var options = service?.Options ?? new ChannelOptions();
        var shortfall = service is null ? SecurityShortfall.None : Link.CheckSecurity(options.Security);
        var admission = AdmissionRules.Decide(new AdmissionFacts(
            service is not null,
            request.Psm == Psm.Sdp,
            request.Source,
            _slots.IsRemoteIdInUse(request.Source),
            _slots.HasRoom,
            shortfall,
            Link.Security.IsEncrypted,
            Link.SecurityProspect,
            (Options.LocalHostSupportsSsp?.Invoke() ?? true) ? Link.PeerHostSupportsSsp : false));
        if (admission.Result is not (ConnectionResult.Success or ConnectionResult.Pending))
        {
            Refuse(identifier, request, admission, shortfall);
            return;
        }

        var channel = Create(request.Psm, isInitiator: false, options);
        channel.Accept(identifier, request.Source);
        if (admission.Result == ConnectionResult.Pending)
        {
            channel.Postpone();
            if (admission.IsPostponed)
            {
                _postponed.Add(channel, service!);
            }
            else
            {
                _ = AuthenticateAsync(channel, service!);
            }
        }
        else
        {
            Offer(channel, service!);
        }
    }

    public void ConnectionAnswered(IRequester requester, ConnectionResponse response)
    {
        if (requester is not Channel channel || response.Source != channel.LocalId)
        {
            Counters.CommandsIgnored++;
            return;
        }

        channel.ConnectionAnswered(
            response, response.Destination.IsDynamic && !_slots.IsRemoteIdInUse(response.Destination));
    }

    public void ConfigurationRequested(byte identifier, ConfigurationRequest request)
    {
        if (_slots.Find(request.Destination) is { } channel)
        {
            channel.ConfigurationRequested(identifier, request);
        }
        else
        {
            Signaling.Reject(identifier, CommandReject.InvalidCid(request.Destination, default));
        }
    }

    public void ConfigurationAnswered(IRequester requester, ConfigurationResponse response)
    {
        if (requester is Channel channel && response.Source == channel.LocalId)
        {
            channel.ConfigurationAnswered(response);
        }
        else
        {
            Counters.CommandsIgnored++;
        }
    }

    public void DisconnectionRequested(byte identifier, DisconnectionRequest request)
    {
        if (_slots.Find(request.Destination) is not { } channel)
        {
            Signaling.Reject(identifier, CommandReject.InvalidCid(request.Destination, request.Source));
        }
        else if (channel.RemoteId != request.Source)
        {
            // The right endpoint here with the wrong one there: discarded silently (Core, Vol 3, Part A, 4.6).
            Counters.CommandsIgnored++;
        }
        else
        {
            channel.DisconnectionRequested(identifier);
        }
    }

    public void DisconnectionAnswered(IRequester requester, DisconnectionResponse response)
    {
        if (requester is Channel channel && response.Destination == channel.RemoteId && response.Source == channel.LocalId)
        {
            channel.DisconnectionConfirmed();
        }
        else
        {
            Counters.CommandsIgnored++;
        }
    }

    private void Judge(Channel channel, SecurityShortfall shortfall)
    {
        if (shortfall == SecurityShortfall.None)
        {
            channel.Resume();
        }
        else if (Link.Security.IsPaused)
        {
            channel.Hold();
        }
        else if (shortfall != SecurityShortfall.KeySizeUnknown)
        {
            // A key size that is not known may be about to be read; the links end a link whose key turns out too short.
            Refused(channel, L2capRule.SecurityLost);
            channel.End(ChannelInput.SecurityLost, ChannelCloseReason.SecurityLost);
        }
    }

    private Channel Create(Psm psm, bool isInitiator, ChannelOptions options)
    {
        var channel = new Channel(this, _slots.NextFree(), psm, isInitiator, options);
        _slots.Add(channel);
        TellUsers();
        return channel;
    }

    private bool Reconsider(Channel channel, ServiceRegistration service, bool isLast)
    {
        if (Link.Security.IsEncrypted || Link.SecurityProspect == SecurityProspect.UnderWay)
        {
            _ = AuthenticateAsync(channel, service);
            return true;
        }

        if (isLast)
        {
            var refusal = new Admission(ConnectionResult.SecurityBlock, L2capRule.EncryptionRequired, EndsLink: true);
            ReportRefusal(channel.Psm, refusal, Link.CheckSecurity(channel.Options.Security));
            channel.Refuse(refusal.Result);
            Link.Disconnect(HciStatus.AuthenticationFailure);
        }

        return isLast;
    }

    private async Task AuthenticateAsync(Channel channel, ServiceRegistration service)
    {
        SecurityOutcome outcome;
        try
        {
            outcome = await Link.SecureForServiceAsync(channel.Options.Security);
        }
#pragma warning disable CA1031 // A controller that fails meanwhile is reported by its own layer; the peer is refused.
        catch (Exception)
#pragma warning restore CA1031
        {
            outcome = new(SecurityShortfall.AuthenticationFailed);
        }

        var isWaiting = channel.Phase == ChannelPhase.WaitSecurity;
        if (outcome.Shortfall != SecurityShortfall.None && (isWaiting || outcome.Refusal is not null))
        {
            // What security refused is told here even where the link or the request has ended: nobody else tells it.
            ReportRefusal(
                channel.Psm, new(ConnectionResult.SecurityBlock, L2capRule.LinkSecurity), outcome.Shortfall, outcome.Refusal);
        }

        if (!isWaiting)
        {
            return;
        }

        if (outcome.Shortfall == SecurityShortfall.None)
        {
            Offer(channel, service);
        }
        else
        {
            channel.Refuse(ConnectionResult.SecurityBlock);
        }
    }

    private void Offer(Channel channel, ServiceRegistration service)
    {
        if (AskService(channel, service) is { } observer)
        {
            channel.Admit(observer);
            return;
        }

        ReportRefusal(channel.Psm, new(ConnectionResult.NoResources, L2capRule.ServiceDeclined), SecurityShortfall.None);
        channel.Refuse(ConnectionResult.NoResources);
    }

    private IChannelObserver? AskService(Channel channel, ServiceRegistration service)
    {
        if (!ReferenceEquals(Layer.FindService(channel.Psm), service))
        {
            // The service stopped while the peer waited.
            return null;
        }

        try
        {
            return service.Accept(channel);
        }
#pragma warning disable CA1031 // A service's fault is the service's: the peer is refused, and the link lives on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Layer.LogServiceFault(channel, fault);
            return null;
        }
    }

    private void Refuse(byte identifier, ConnectionRequest request, Admission admission, SecurityShortfall shortfall)
    {
        ReportRefusal(request.Psm, admission, shortfall);
        Signaling.Send(CommandCode.ConnectionResponse, identifier, new ConnectionResponse(
            default, request.Source, admission.Result, ConnectionStatus.None));
        if (admission.EndsLink)
        {
            Link.Disconnect(HciStatus.AuthenticationFailure);
        }
    }

    private void ReportRefusal(Psm psm, Admission admission, SecurityShortfall shortfall, SecurityRefusal? cause = null)
    {
        var refusal = new L2capRefusal(
            admission.Rule, Link.Peer, psm, admission.Result, shortfall, cause?.KeyType ?? Link.Security.KeyType, IsOutgoing: false)
        {
            Cause = cause,
        };
        Layer.Report(refusal, isTold: _refusals.IsRepeat(refusal));
    }

    private void TellUsers()
    {
        if (IsUp)
        {
            Link.SetUsers(_slots.Count + _procedures);
        }
    }
}
