namespace HostStack.L2cap.Channels;

/// <summary>Where a channel stands (Core, Vol 3, Part A, 6.1).</summary>
internal enum ChannelPhase
{
    /// <summary>No channel.</summary>
    Closed = 0,

    /// <summary>The peer asked; the link's security is being brought up.</summary>
    WaitSecurity,

    /// <summary>This side asked; RTX runs.</summary>
    WaitConnectRsp,

    /// <summary>This side asked and was told to wait; ERTX runs.</summary>
    WaitConnectRspPending,

    /// <summary>This side asked, then lost interest: an acceptance is undone at once.</summary>
    Abandoned,

    /// <summary>Neither direction is configured.</summary>
    WaitConfigReqRsp,

    /// <summary>The peer's request was accepted; this side's was not yet.</summary>
    WaitConfigRsp,

    /// <summary>This side's request was accepted; the peer's is missing or was refused.</summary>
    WaitConfigReq,

    /// <summary>Data flows.</summary>
    Open,

    /// <summary>This side ends the channel.</summary>
    WaitDisconnect,
}

/// <summary>What happens to a channel.</summary>
internal enum ChannelInput
{
    /// <summary>This side asks for the channel.</summary>
    OpenRequested = 0,

    /// <summary>The peer's request is admitted.</summary>
    PeerAdmitted,

    /// <summary>The peer's request waits for the link's security.</summary>
    PeerMustAuthenticate,

    /// <summary>The peer's request, which waited, is refused.</summary>
    PeerRefused,

    /// <summary>Connection response: success.</summary>
    ConnectAccepted,

    /// <summary>Connection response: pending.</summary>
    ConnectPending,

    /// <summary>Connection response: any refusal.</summary>
    ConnectRefused,

    /// <summary>Configuration request, complete and acceptable.</summary>
    ConfigRequestAccepted,

    /// <summary>Configuration request, more to come.</summary>
    ConfigRequestPartial,

    /// <summary>Configuration request, not acceptable as it is.</summary>
    ConfigRequestRefused,

    /// <summary>Configuration request that leaves no way to agree.</summary>
    ConfigRequestHopeless,

    /// <summary>Configuration response: success.</summary>
    ConfigResponseAccepted,

    /// <summary>Configuration response: pending.</summary>
    ConfigResponsePending,

    /// <summary>Configuration response that asks for another request.</summary>
    ConfigResponseAdjust,

    /// <summary>Configuration response that leaves no way to agree.</summary>
    ConfigResponseHopeless,

    /// <summary>Disconnection request with the right endpoints.</summary>
    DisconnectRequested,

    /// <summary>Disconnection response with the right endpoints.</summary>
    DisconnectConfirmed,

    /// <summary>The peer rejected this side's request.</summary>
    CommandRejected,

    /// <summary>RTX expired, and the request may be sent again.</summary>
    RetryDue,

    /// <summary>RTX or ERTX expired for good.</summary>
    RequestTimeout,

    /// <summary>Configuration has taken too long.</summary>
    ConfigurationTimeout,

    /// <summary>This side's user ends the channel.</summary>
    LocalClose,

    /// <summary>The link no longer meets the service's requirement.</summary>
    SecurityLost,

    /// <summary>The link has ended.</summary>
    LinkLost,
}

/// <summary>What a channel does in answer.</summary>
[Flags]
internal enum ChannelActions
{
    /// <summary>Nothing but the change of phase.</summary>
    None = 0,

    /// <summary>The input means nothing here: counted.</summary>
    Ignore = 1 << 0,

    /// <summary>Command Reject, invalid CID: the peer may not configure now.</summary>
    RejectInvalidCid = 1 << 1,

    /// <summary>Connection request.</summary>
    SendConnectRequest = 1 << 2,

    /// <summary>Connection response: pending, authentication.</summary>
    SendConnectPending = 1 << 3,

    /// <summary>Connection response: success.</summary>
    SendConnectSuccess = 1 << 4,

    /// <summary>Connection response: the refusal that was decided.</summary>
    SendConnectRefusal = 1 << 5,

    /// <summary>Configuration request.</summary>
    SendConfigRequest = 1 << 6,

    /// <summary>Configuration response, as negotiated.</summary>
    SendConfigResponse = 1 << 7,

    /// <summary>Disconnection request.</summary>
    SendDisconnectRequest = 1 << 8,

    /// <summary>Disconnection response.</summary>
    SendDisconnectResponse = 1 << 9,

    /// <summary>The outstanding request again, with its identifier.</summary>
    Retransmit = 1 << 10,

    /// <summary>The outstanding request is answered or given up.</summary>
    ForgetRequest = 1 << 11,

    /// <summary>Response timer.</summary>
    ArmRtx = 1 << 12,

    /// <summary>Extended response timer.</summary>
    ArmErtx = 1 << 13,

    /// <summary>Deadline of the configuration.</summary>
    ArmConfig = 1 << 14,

    /// <summary>The configuration is over.</summary>
    DisarmConfig = 1 << 15,

    /// <summary>Both directions are configured: tell the user, at first or again.</summary>
    EnterOpen = 1 << 16,

    /// <summary>The channel is no more: free its endpoint, tell its user.</summary>
    Release = 1 << 17,
}

/// <summary>The channel's states, as a pure table: phase and input give the next phase and actions.</summary>
internal static class ChannelTable
{
    private const ChannelActions StartDisconnect = ChannelActions.ForgetRequest | ChannelActions.DisarmConfig
        | ChannelActions.SendDisconnectRequest | ChannelActions.ArmRtx;

    private const ChannelActions End = ChannelActions.ForgetRequest | ChannelActions.DisarmConfig | ChannelActions.Release;

    private const ChannelActions StartConfiguration =
        ChannelActions.SendConfigRequest | ChannelActions.ArmRtx | ChannelActions.ArmConfig;

    private const ChannelActions Opened = ChannelActions.DisarmConfig | ChannelActions.EnterOpen;

    /// <summary>One step.</summary>
    public static (ChannelPhase Next, ChannelActions Actions) Step(ChannelPhase phase, ChannelInput input) => phase switch
    {
        ChannelPhase.Closed => FromClosed(input),
        ChannelPhase.WaitSecurity => FromWaitSecurity(input),
        ChannelPhase.WaitConnectRsp or ChannelPhase.WaitConnectRspPending => FromConnecting(phase, input),
        ChannelPhase.Abandoned => FromAbandoned(input),
        ChannelPhase.Open => FromOpen(input),
        ChannelPhase.WaitDisconnect => FromWaitDisconnect(input),
        _ => FromConfiguring(phase, input),
    };

    private static (ChannelPhase Next, ChannelActions Actions) FromClosed(ChannelInput input) => input switch
    {
        ChannelInput.OpenRequested => (ChannelPhase.WaitConnectRsp, ChannelActions.SendConnectRequest | ChannelActions.ArmRtx),
        ChannelInput.PeerAdmitted => (ChannelPhase.WaitConfigReqRsp, ChannelActions.SendConnectSuccess | StartConfiguration),

        // The service, asked at once, does not take the channel.
        ChannelInput.PeerRefused => (ChannelPhase.Closed, ChannelActions.SendConnectRefusal | End),

        // The link must prove more first: the peer waits, told that authentication is under way.
        ChannelInput.PeerMustAuthenticate => (ChannelPhase.WaitSecurity, ChannelActions.SendConnectPending),
        _ => (ChannelPhase.Closed, ChannelActions.Ignore),
    };

    private static (ChannelPhase Next, ChannelActions Actions) FromWaitSecurity(ChannelInput input) => input switch
    {
        ChannelInput.PeerAdmitted => (ChannelPhase.WaitConfigReqRsp, ChannelActions.SendConnectSuccess | StartConfiguration),
        ChannelInput.PeerRefused => (ChannelPhase.Closed, ChannelActions.SendConnectRefusal | End),

        // The pending response named the endpoint, so the peer may already take its request back.
        ChannelInput.DisconnectRequested => (ChannelPhase.Closed, ChannelActions.SendDisconnectResponse | End),
        ChannelInput.LinkLost => (ChannelPhase.Closed, End),
        _ when IsConfigRequest(input) => (ChannelPhase.WaitSecurity, ChannelActions.RejectInvalidCid),
        _ => (ChannelPhase.WaitSecurity, ChannelActions.Ignore),
    };

    private static (ChannelPhase Next, ChannelActions Actions) FromConnecting(ChannelPhase phase, ChannelInput input) => input switch
    {
        ChannelInput.ConnectAccepted => (ChannelPhase.WaitConfigReqRsp, ChannelActions.ForgetRequest | StartConfiguration),

        // The peer asks for time, and may ask again: keep waiting, on the long timer.
        ChannelInput.ConnectPending => (ChannelPhase.WaitConnectRspPending, ChannelActions.ArmErtx),
        ChannelInput.ConnectRefused or ChannelInput.CommandRejected or ChannelInput.RequestTimeout or ChannelInput.LinkLost =>
            (ChannelPhase.Closed, End),
        ChannelInput.RetryDue => (phase, ChannelActions.Retransmit | ChannelActions.ArmRtx),

        // The peer's endpoint is not known yet, so there is nothing to disconnect: wait for the answer and undo it.
        ChannelInput.LocalClose or ChannelInput.SecurityLost => (ChannelPhase.Abandoned, ChannelActions.None),
        _ when IsConfigRequest(input) => (phase, ChannelActions.RejectInvalidCid),
        _ => (phase, ChannelActions.Ignore),
    };

    private static (ChannelPhase Next, ChannelActions Actions) FromAbandoned(ChannelInput input) => input switch
    {
        ChannelInput.ConnectAccepted => (ChannelPhase.WaitDisconnect, StartDisconnect),
        ChannelInput.ConnectPending => (ChannelPhase.Abandoned, ChannelActions.ArmErtx),
        ChannelInput.ConnectRefused or ChannelInput.CommandRejected or ChannelInput.RequestTimeout or ChannelInput.LinkLost =>
            (ChannelPhase.Closed, End),
        ChannelInput.RetryDue => (ChannelPhase.Abandoned, ChannelActions.Retransmit | ChannelActions.ArmRtx),
        _ when IsConfigRequest(input) => (ChannelPhase.Abandoned, ChannelActions.RejectInvalidCid),
        _ => (ChannelPhase.Abandoned, ChannelActions.Ignore),
    };

    private static (ChannelPhase Next, ChannelActions Actions) FromConfiguring(ChannelPhase phase, ChannelInput input) => (phase, input) switch
    {
        (ChannelPhase.WaitConfigReq, ChannelInput.ConfigRequestAccepted) =>
            (ChannelPhase.Open, ChannelActions.SendConfigResponse | Opened),
        (_, ChannelInput.ConfigRequestAccepted) => (ChannelPhase.WaitConfigRsp, ChannelActions.SendConfigResponse),
        (_, ChannelInput.ConfigRequestPartial) => (phase, ChannelActions.SendConfigResponse),

        // A later request replaces an accepted one, so its refusal opens that direction again.
        (ChannelPhase.WaitConfigRsp, ChannelInput.ConfigRequestRefused) =>
            (ChannelPhase.WaitConfigReqRsp, ChannelActions.SendConfigResponse),
        (_, ChannelInput.ConfigRequestRefused) => (phase, ChannelActions.SendConfigResponse),

        (ChannelPhase.WaitConfigReqRsp, ChannelInput.ConfigResponseAccepted) =>
            (ChannelPhase.WaitConfigReq, ChannelActions.ForgetRequest),
        (ChannelPhase.WaitConfigRsp, ChannelInput.ConfigResponseAccepted) =>
            (ChannelPhase.Open, ChannelActions.ForgetRequest | Opened),

        // Once this side's request is accepted, no answer is outstanding.
        (ChannelPhase.WaitConfigReq, ChannelInput.ConfigResponseAccepted or ChannelInput.ConfigResponsePending
            or ChannelInput.ConfigResponseAdjust or ChannelInput.RetryDue) => (phase, ChannelActions.Ignore),
        (_, ChannelInput.ConfigResponsePending) => (phase, ChannelActions.ArmErtx),
        (_, ChannelInput.ConfigResponseAdjust) =>
            (phase, ChannelActions.ForgetRequest | ChannelActions.SendConfigRequest | ChannelActions.ArmRtx),
        (_, ChannelInput.RetryDue) => (phase, ChannelActions.Retransmit | ChannelActions.ArmRtx),

        (_, ChannelInput.ConfigRequestHopeless or ChannelInput.ConfigResponseHopeless or ChannelInput.CommandRejected
            or ChannelInput.RequestTimeout or ChannelInput.ConfigurationTimeout or ChannelInput.LocalClose
            or ChannelInput.SecurityLost) => (ChannelPhase.WaitDisconnect, StartDisconnect),
        (_, ChannelInput.DisconnectRequested) => (ChannelPhase.Closed, ChannelActions.SendDisconnectResponse | End),
        (_, ChannelInput.LinkLost) => (ChannelPhase.Closed, End),
        _ => (phase, ChannelActions.Ignore),
    };

    private static (ChannelPhase Next, ChannelActions Actions) FromOpen(ChannelInput input) => input switch
    {
        // The peer reconfigures: this side states its own direction again, and data waits until both have agreed.
        ChannelInput.ConfigRequestAccepted =>
            (ChannelPhase.WaitConfigRsp, ChannelActions.SendConfigResponse | StartConfiguration),

        // What was agreed before stays in force.
        ChannelInput.ConfigRequestPartial or ChannelInput.ConfigRequestRefused =>
            (ChannelPhase.Open, ChannelActions.SendConfigResponse),
        ChannelInput.ConfigRequestHopeless or ChannelInput.LocalClose or ChannelInput.SecurityLost =>
            (ChannelPhase.WaitDisconnect, StartDisconnect),
        ChannelInput.DisconnectRequested => (ChannelPhase.Closed, ChannelActions.SendDisconnectResponse | End),
        ChannelInput.LinkLost => (ChannelPhase.Closed, End),
        _ => (ChannelPhase.Open, ChannelActions.Ignore),
    };

    private static (ChannelPhase Next, ChannelActions Actions) FromWaitDisconnect(ChannelInput input) => input switch
    {
        ChannelInput.DisconnectConfirmed or ChannelInput.CommandRejected or ChannelInput.RequestTimeout or ChannelInput.LinkLost =>
            (ChannelPhase.Closed, End),

        // Both sides end it at once: each is answered, neither waits.
        ChannelInput.DisconnectRequested => (ChannelPhase.Closed, ChannelActions.SendDisconnectResponse | End),
        ChannelInput.RetryDue => (ChannelPhase.WaitDisconnect, ChannelActions.Retransmit | ChannelActions.ArmRtx),
        _ when IsConfigRequest(input) => (ChannelPhase.WaitDisconnect, ChannelActions.RejectInvalidCid),
        _ => (ChannelPhase.WaitDisconnect, ChannelActions.Ignore),
    };

    private static bool IsConfigRequest(ChannelInput input) => input is ChannelInput.ConfigRequestAccepted
        or ChannelInput.ConfigRequestPartial or ChannelInput.ConfigRequestRefused or ChannelInput.ConfigRequestHopeless;
}
