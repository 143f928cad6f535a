namespace HostStack.NetDevices.Dhcp;

/// <summary>States of the client (RFC 2131, 4.4, figure 5). A lease may be held in all but the first: while the client finds
/// its way after a reconnect, the old address stays until it ends.</summary>
internal enum DhcpPhase
{
    /// <summary>Not begun, or released.</summary>
    Stopped,

    /// <summary>The network is away; nothing is asked.</summary>
    Suspended,

    /// <summary>Asks for offers.</summary>
    Selecting,

    /// <summary>Has asked for what was offered.</summary>
    Requesting,

    /// <summary>Asks whether a remembered address is still right.</summary>
    Rebooting,

    /// <summary>Looks whether another uses the address that was given.</summary>
    Checking,

    /// <summary>Waits before it begins again.</summary>
    Waiting,

    /// <summary>Has an address.</summary>
    Bound,

    /// <summary>Asks the server for more time.</summary>
    Renewing,

    /// <summary>Asks any server for more time.</summary>
    Rebinding,
}

/// <summary>What happens to the client.</summary>
internal enum DhcpInput
{
    /// <summary>The network is there, and no address is remembered.</summary>
    Begin,

    /// <summary>The network is there, and an address is remembered that may still be right.</summary>
    BeginRemembered,

    /// <summary>The network is away.</summary>
    Suspend,

    /// <summary>No address is wanted any more.</summary>
    Release,

    /// <summary>A server offers an address.</summary>
    Offer,

    /// <summary>A server gives the address that was asked for.</summary>
    Ack,

    /// <summary>A server refuses.</summary>
    Nak,

    /// <summary>Nobody else uses the address.</summary>
    AddressFree,

    /// <summary>Somebody else uses the address.</summary>
    AddressTaken,

    /// <summary>No answer yet.</summary>
    RetryDue,

    /// <summary>No answer at all.</summary>
    RetriesSpent,

    /// <summary>The wait is over.</summary>
    WaitOver,

    /// <summary>T1.</summary>
    RenewDue,

    /// <summary>T2.</summary>
    RebindDue,

    /// <summary>The lease ends.</summary>
    Expired,
}

/// <summary>What the client then does, in the order of the values.</summary>
[Flags]
internal enum DhcpActions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>What came has no meaning now: counted.</summary>
    Ignore = 1,

    /// <summary>Say that the address cannot be used.</summary>
    Decline = 2,

    /// <summary>Give the address back.</summary>
    GiveBack = 4,

    /// <summary>Use the address no more, where one is in use.</summary>
    Drop = 8,

    /// <summary>The address is not asked for again.</summary>
    Forget = 16,

    /// <summary>Keep what was offered or given.</summary>
    Keep = 32,

    /// <summary>Begin a transaction of its own.</summary>
    NewTransaction = 64,

    /// <summary>Send what the new state asks, and wait for an answer.</summary>
    Send = 128,

    /// <summary>Look whether somebody else uses the address.</summary>
    Check = 256,

    /// <summary>Use the address.</summary>
    Take = 512,

    /// <summary>Wait before beginning again.</summary>
    Wait = 1024,
}

/// <summary>The client's state machine (RFC 2131, 4.4).</summary>
internal static class DhcpTransitions
{
    private const DhcpActions Begin = DhcpActions.NewTransaction | DhcpActions.Send;

    /// <summary>Gives the next state, and what to do.</summary>
    /// <param name="phase">The state.</param>
    /// <param name="input">What happened.</param>
    public static (DhcpPhase Phase, DhcpActions Actions) Next(DhcpPhase phase, DhcpInput input) => (phase, input) switch
    {
        // What ends it comes first: it is so in every state.
        (DhcpPhase.Stopped, DhcpInput.Release or DhcpInput.Suspend) => (phase, DhcpActions.Ignore),
        (_, DhcpInput.Release) => (DhcpPhase.Stopped, DhcpActions.GiveBack | DhcpActions.Drop),
        (_, DhcpInput.Suspend) => (DhcpPhase.Suspended, DhcpActions.None),

        (DhcpPhase.Stopped or DhcpPhase.Suspended, DhcpInput.Begin) => (DhcpPhase.Selecting, Begin),
        (DhcpPhase.Stopped or DhcpPhase.Suspended, DhcpInput.BeginRemembered) => (DhcpPhase.Rebooting, Begin),

        // The first offer is as good as any: a personal network has one server.
        (DhcpPhase.Selecting, DhcpInput.Offer) => (DhcpPhase.Requesting, DhcpActions.Keep | DhcpActions.Send),

        (DhcpPhase.Requesting or DhcpPhase.Rebooting, DhcpInput.Ack) =>
            (DhcpPhase.Checking, DhcpActions.Keep | DhcpActions.Check),

        // A server that offers and then refuses would be asked for ever without the wait.
        (DhcpPhase.Requesting, DhcpInput.Nak) => (DhcpPhase.Waiting, DhcpActions.Drop | DhcpActions.Forget | DhcpActions.Wait),
        (DhcpPhase.Rebooting or DhcpPhase.Renewing or DhcpPhase.Rebinding, DhcpInput.Nak) =>
            (DhcpPhase.Selecting, DhcpActions.Drop | DhcpActions.Forget | Begin),

        (DhcpPhase.Checking, DhcpInput.AddressFree) => (DhcpPhase.Bound, DhcpActions.Take),
        (DhcpPhase.Checking or DhcpPhase.Bound or DhcpPhase.Renewing or DhcpPhase.Rebinding, DhcpInput.AddressTaken) =>
            (DhcpPhase.Waiting, DhcpActions.Decline | DhcpActions.Drop | DhcpActions.Forget | DhcpActions.Wait),
        (DhcpPhase.Waiting, DhcpInput.WaitOver) => (DhcpPhase.Selecting, Begin),

        (DhcpPhase.Selecting or DhcpPhase.Requesting or DhcpPhase.Rebooting or DhcpPhase.Renewing or DhcpPhase.Rebinding,
            DhcpInput.RetryDue) => (phase, DhcpActions.Send),
        (DhcpPhase.Requesting or DhcpPhase.Rebooting, DhcpInput.RetriesSpent) => (DhcpPhase.Selecting, Begin),

        (DhcpPhase.Bound, DhcpInput.RenewDue) => (DhcpPhase.Renewing, Begin),
        (DhcpPhase.Bound or DhcpPhase.Renewing, DhcpInput.RebindDue) => (DhcpPhase.Rebinding, Begin),
        (DhcpPhase.Renewing or DhcpPhase.Rebinding, DhcpInput.Ack) => (DhcpPhase.Bound, DhcpActions.Keep | DhcpActions.Take),

        (DhcpPhase.Bound or DhcpPhase.Renewing or DhcpPhase.Rebinding, DhcpInput.Expired) =>
            (DhcpPhase.Selecting, DhcpActions.Drop | Begin),
        (DhcpPhase.Stopped, DhcpInput.Expired) => (phase, DhcpActions.Ignore),

        // The address of before the reconnect ends while the way to a new one goes on.
        (_, DhcpInput.Expired) => (phase, DhcpActions.Drop),

        _ => (phase, DhcpActions.Ignore),
    };
}
