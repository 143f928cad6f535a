using static HostStack.Hci.Transport.ThreeWire.LinkActions;

namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>How far the link is (Core, Vol 4, Part D, 8).</summary>
internal enum LinkPhase
{
    /// <summary>Nobody has answered.</summary>
    Uninitialized = 0,

    /// <summary>Somebody is there; what both can do is not agreed.</summary>
    Initialized,

    /// <summary>HCI packets flow.</summary>
    Active,

    /// <summary>Over: given up, or the other side began anew.</summary>
    Ended,
}

/// <summary>What a link does about what it met.</summary>
[Flags]
internal enum LinkActions
{
    /// <summary>Nothing; it is counted.</summary>
    Ignore = 0,

    /// <summary>A SYNC goes out, and is repeated.</summary>
    SendSync = 1,

    /// <summary>A SYNC RESPONSE goes out.</summary>
    SendSyncResponse = 2,

    /// <summary>A CONFIG goes out, and is repeated.</summary>
    SendConfig = 4,

    /// <summary>A CONFIG RESPONSE goes out.</summary>
    SendConfigResponse = 8,

    /// <summary>The configuration of the message holds from now on; packets are numbered from 0.</summary>
    Activate = 16,

    /// <summary>A WOKEN goes out.</summary>
    SendWoken = 32,

    /// <summary>The other side sleeps: nothing but WAKEUP is sent to it.</summary>
    PeerSleeps = 64,

    /// <summary>The other side is awake.</summary>
    PeerWakes = 128,

    /// <summary>The other side has begun anew: what was open here is void.</summary>
    ReportRestart = 256,
}

/// <summary>What is done with each message in each phase. Pure.</summary>
internal static class LinkTable
{
    /// <summary>One step.</summary>
    /// <param name="phase">Where the link is.</param>
    /// <param name="message">What came.</param>
    /// <returns>Where it is then, and what is done.</returns>
    public static (LinkPhase Phase, LinkActions Actions) Step(LinkPhase phase, LinkMessage message) => (phase, message) switch
    {
        // A side that knows nothing of us is answered, as long as we know nothing of it, either.
        (LinkPhase.Uninitialized or LinkPhase.Initialized, LinkMessage.Sync) => (phase, SendSyncResponse),

        // Somebody is there: say what we can do.
        (LinkPhase.Uninitialized, LinkMessage.SyncResponse) => (LinkPhase.Initialized, SendConfig),

        // Agreed in this direction; our own CONFIG is under way.
        (LinkPhase.Initialized, LinkMessage.Config) => (phase, SendConfigResponse),

        // Agreed.
        (LinkPhase.Initialized, LinkMessage.ConfigResponse) => (LinkPhase.Active, Activate),

        // The other side missed our response: say it again.
        (LinkPhase.Active, LinkMessage.Config) => (phase, SendConfigResponse),

        // Who asks whether anybody is there has forgotten everything: packets, credits, links.
        (LinkPhase.Active, LinkMessage.Sync) => (LinkPhase.Ended, ReportRestart),

        // The other side has something for us.
        (LinkPhase.Active, LinkMessage.Wakeup) => (phase, SendWoken | PeerWakes),

        // The other side saves power.
        (LinkPhase.Active, LinkMessage.Sleep) => (phase, PeerSleeps),

        // Our WAKEUP was heard.
        (LinkPhase.Active, LinkMessage.Woken) => (phase, PeerWakes),

        // Late answers, and what this phase has no use for.
        _ => (phase, Ignore),
    };

    /// <summary>What is sent in a phase, and repeated until the phase ends.</summary>
    public static LinkActions Repeated(LinkPhase phase) => phase switch
    {
        LinkPhase.Uninitialized => SendSync,
        LinkPhase.Initialized => SendConfig,
        _ => Ignore,
    };
}
