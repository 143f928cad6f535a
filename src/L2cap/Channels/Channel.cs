using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;
using HostStack.L2cap.Frames;
using HostStack.L2cap.Signaling;

namespace HostStack.L2cap.Channels;

/// <summary>One connection-oriented channel: feeds <see cref="ChannelTable"/> and carries out what it says.</summary>
internal sealed class Channel : IL2capChannel, IRequester
{
    private readonly ChannelOwner _owner;
    private readonly ChannelCommands _commands;
    private readonly ConfigurationNegotiation _negotiation;
    private readonly BasicMode _mode;
    private readonly LoopTimer _responseTimer;
    private readonly LoopTimer _configurationTimer;
    private GuardedObserver? _observer;
    private ChannelCloseReason? _closeReason;
    private bool _extended;
    private bool _ended;
    private int _retriesLeft;
    private byte _answerTo;
    private ConfigurationFlags _answerFlags;

    public Channel(ChannelOwner owner, ChannelId localId, Psm psm, bool isInitiator, ChannelOptions options)
    {
        _owner = owner;
        LocalId = localId;
        Psm = psm;
        IsInitiator = isInitiator;
        Options = options;
        _commands = new ChannelCommands(this, owner.Signaling);
        _negotiation = new ConfigurationNegotiation(options, owner.Options.ConfigurationRounds);
        _mode = new BasicMode(this, owner.Counters);
        _responseTimer = owner.Timers.Create(ResponseTimerFired);
        _configurationTimer = owner.Timers.Create(() => End(ChannelInput.ConfigurationTimeout, ChannelCloseReason.Timeout));
        IncomingMtu = options.IncomingMtu;
    }

    public IAclLink Link => _owner.Link;

    public Psm Psm { get; }

    public ChannelId LocalId { get; }

    public ChannelId RemoteId { get; private set; }

    public bool IsInitiator { get; }

    public bool IsOpen => Phase == ChannelPhase.Open;

    public int OutgoingMtu { get; private set; } = ChannelOptions.DefaultMtu;

    public int IncomingMtu { get; private set; }

    public bool HasRoom => IsOpen && !IsHeld && Link.HasRoom;

    /// <summary>Whether data waits for the link's encryption to come back.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>What this side asks of the channel.</summary>
    public ChannelOptions Options { get; }

    /// <summary>Where the channel stands.</summary>
    public ChannelPhase Phase { get; private set; }

    /// <summary>Whether the user has been told that the channel is open.</summary>
    public bool WasOpened { get; private set; }

    /// <summary>The refusal of an incoming request, for the response.</summary>
    public ConnectionResult Refusal { get; private set; }

    /// <summary>The peer's request that asked for the channel.</summary>
    public byte ConnectIdentifier { get; private set; }

    /// <summary>The outcome of a request of this side.</summary>
    public TaskCompletionSource<ChannelOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PacketBuffer Rent() => _owner.Pool.Rent();

    public bool Send(PacketBuffer sdu, EgressClass egressClass)
    {
        if (!IsOpen || IsHeld || sdu.Length > OutgoingMtu)
        {
            _owner.Counters.SdusOversized += IsOpen && sdu.Length > OutgoingMtu ? 1 : 0;
            _owner.Counters.SendsRefused++;
            sdu.Release();
            return false;
        }

        if (_mode.Send(sdu, egressClass))
        {
            _owner.Counters.SdusSent++;
            return true;
        }

        _owner.Counters.SendsRefused++;
        return false;
    }

    public void Disconnect()
    {
        if (Phase is not (ChannelPhase.Closed or ChannelPhase.WaitDisconnect or ChannelPhase.Abandoned))
        {
            End(ChannelInput.LocalClose, ChannelCloseReason.LocalRequest);
        }
    }

    /// <summary>Takes a PDU's payload. Before the channel is open, and after its end, there is no one to give it to.</summary>
    public void Receive(ReadOnlySpan<byte> payload)
    {
        if (IsHeld)
        {
            _owner.Counters.PdusUnencrypted++;
        }
        else if (WasOpened && Phase is not (ChannelPhase.WaitDisconnect or ChannelPhase.Closed))
        {
            _mode.Receive(payload);
        }
        else
        {
            _owner.Counters.PdusDropped++;
        }
    }

    /// <summary>Gives the user an SDU.</summary>
    public void Deliver(ReadOnlySpan<byte> sdu)
    {
        _owner.Counters.SdusReceived++;
        _observer!.Received(sdu);
    }

    /// <summary>This side asks the peer for the channel.</summary>
    public void Open(IChannelObserver observer)
    {
        _observer = new GuardedObserver(observer, this, _owner.Layer);
        Handle(ChannelInput.OpenRequested);
    }

    /// <summary>The peer asked, and the answer is decided: pending, or admitted.</summary>
    public void Accept(byte identifier, ChannelId remoteId)
    {
        ConnectIdentifier = identifier;
        RemoteId = remoteId;
    }

    /// <summary>The service has taken the channel: the peer is told, and configuration starts.</summary>
    public void Admit(IChannelObserver observer)
    {
        _observer = new GuardedObserver(observer, this, _owner.Layer);
        Handle(ChannelInput.PeerAdmitted);
    }

    /// <summary>The peer has to wait while the link authenticates.</summary>
    public void Postpone() => Handle(ChannelInput.PeerMustAuthenticate);

    /// <summary>The peer, which has waited, is refused.</summary>
    public void Refuse(ConnectionResult result)
    {
        Refusal = result;
        Handle(ChannelInput.PeerRefused);
    }

    /// <summary>The peer answered this side's connection request.</summary>
    public void ConnectionAnswered(ConnectionResponse response, bool destinationIsUsable)
    {
        switch (response.Result)
        {
            case ConnectionResult.Success when destinationIsUsable:
                RemoteId = response.Destination;
                Handle(ChannelInput.ConnectAccepted);
                break;
            case ConnectionResult.Success:
                End(ChannelInput.ConnectRefused, ChannelCloseReason.ProtocolError);
                break;
            case ConnectionResult.Pending:
                Handle(ChannelInput.ConnectPending);
                break;
            default:
                Refusal = response.Result;
                Handle(ChannelInput.ConnectRefused);
                break;
        }
    }

    /// <summary>The peer configures its direction.</summary>
    public void ConfigurationRequested(byte identifier, ConfigurationRequest request)
    {
        _answerTo = identifier;
        _answerFlags = request.HasMore ? ConfigurationFlags.Continuation : ConfigurationFlags.None;
        var input = CanConfigure ? _negotiation.JudgeRequest(request) : ChannelInput.ConfigRequestAccepted;
        if (input == ChannelInput.ConfigRequestHopeless)
        {
            _owner.Refused(this, _negotiation.FailedRule);
            End(input, ChannelCloseReason.ConfigurationFailed);
        }
        else
        {
            Handle(input);
        }
    }

    /// <summary>The peer answered this side's configuration.</summary>
    public void ConfigurationAnswered(ConfigurationResponse response)
    {
        var input = CanConfigure ? _negotiation.JudgeResponse(response) : ChannelInput.ConfigResponseAccepted;
        if (input == ChannelInput.ConfigResponseHopeless)
        {
            End(input, ChannelCloseReason.ConfigurationFailed);
        }
        else
        {
            Handle(input);
        }
    }

    /// <summary>The peer ends the channel.</summary>
    public void DisconnectionRequested(byte identifier)
    {
        _answerTo = identifier;
        End(ChannelInput.DisconnectRequested, ChannelCloseReason.RemoteRequest);
    }

    /// <summary>The peer confirms the end.</summary>
    public void DisconnectionConfirmed() => Handle(ChannelInput.DisconnectConfirmed);

    /// <inheritdoc/>
    public void Rejected(CommandReject reject) => End(ChannelInput.CommandRejected, ChannelCloseReason.ProtocolError);

    /// <summary>The channel ends for a reason; the first reason stands.</summary>
    public void End(ChannelInput input, ChannelCloseReason reason)
    {
        Handle(input, reason);
    }

    /// <summary>The link's queue has room again.</summary>
    public void EgressReady()
    {
        if (IsOpen && !IsHeld)
        {
            _mode.EgressReady();
            _observer!.Writable();
        }
    }

    /// <summary>The link's encryption is off for a moment: no data of the channel's may cross.</summary>
    public void Hold() => IsHeld = true;

    /// <summary>The link is again what the channel needs.</summary>
    public void Resume()
    {
        if (IsHeld)
        {
            IsHeld = false;
            if (Link.HasRoom)
            {
                EgressReady();
            }
        }
    }

    private bool CanConfigure => Phase is ChannelPhase.WaitConfigReqRsp or ChannelPhase.WaitConfigReq
        or ChannelPhase.WaitConfigRsp or ChannelPhase.Open;

    private void Handle(ChannelInput input, ChannelCloseReason? reason = null)
    {
        var (next, actions) = ChannelTable.Step(Phase, input);
        Phase = next;
        if ((actions & ChannelActions.Ignore) != 0)
        {
            _owner.Counters.InputsIgnored++;
            return;
        }

        _closeReason ??= reason;

        if ((actions & ChannelActions.ForgetRequest) != 0)
        {
            _commands.Forget();
            _responseTimer.Disarm();
        }

        Send(actions);
        SetTimers(actions);
        if ((actions & ChannelActions.EnterOpen) != 0)
        {
            EnterOpen();
        }

        if ((actions & ChannelActions.Release) != 0)
        {
            Release();
        }
    }

    private void Send(ChannelActions actions)
    {
        if ((actions & ChannelActions.RejectInvalidCid) != 0)
        {
            _owner.Signaling.Reject(_answerTo, CommandReject.InvalidCid(LocalId, RemoteId));
        }

        if ((actions & ChannelActions.SendConfigResponse) != 0)
        {
            _commands.SendConfigurationResponse(_answerTo, _answerFlags, _negotiation);
        }

        if ((actions & ChannelActions.SendDisconnectResponse) != 0)
        {
            _commands.SendDisconnectionResponse(_answerTo);
        }

        _commands.Send(actions, _negotiation);
    }

    private void SetTimers(ChannelActions actions)
    {
        if ((actions & ChannelActions.ArmRtx) != 0)
        {
            if ((actions & ChannelActions.Retransmit) == 0)
            {
                _retriesLeft = _owner.Options.RequestRetransmissions;
            }

            _extended = false;
            _responseTimer.Arm(_owner.Options.ResponseTimeout);
        }

        if ((actions & ChannelActions.ArmErtx) != 0)
        {
            _extended = true;
            _responseTimer.Arm(_owner.Options.ExtendedResponseTimeout);
        }

        if ((actions & ChannelActions.ArmConfig) != 0)
        {
            _configurationTimer.Arm(_owner.Options.ConfigurationTimeout);
        }

        if ((actions & ChannelActions.DisarmConfig) != 0)
        {
            _configurationTimer.Disarm();
        }
    }

    private void ResponseTimerFired()
    {
        if (!_extended && _retriesLeft > 0)
        {
            _retriesLeft--;
            Handle(ChannelInput.RetryDue);
        }
        else
        {
            End(ChannelInput.RequestTimeout, ChannelCloseReason.Timeout);
        }
    }

    private void EnterOpen()
    {
        OutgoingMtu = Math.Min(_negotiation.OutgoingMtu, _owner.Options.MaximumOutgoingSdu);
        IncomingMtu = _negotiation.IncomingMtu;
        _negotiation.Agreed();
        if (WasOpened)
        {
            _observer!.Writable();
            return;
        }

        WasOpened = true;
        _owner.Opened(this);
        _observer!.Opened();
        Outcome.TrySetResult(new ChannelOutcome(this, ConnectionResult.Success));
    }

    private void Release()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        _mode.Close();
        var reason = _closeReason ?? ChannelCloseReason.RemoteRequest;
        _owner.Released(this, reason);
        Outcome.TrySetResult(new ChannelOutcome(null, Refusal, CloseReason: _closeReason));

        // Who asked and was refused hears it from the outcome; who has been given the channel hears of its end.
        if (_observer is { } observer && (WasOpened || !IsInitiator))
        {
            observer.Closed(reason);
        }
    }
}
