namespace HostStack.Hci.Links;

/// <summary>Where a link stands.</summary>
internal enum LinkPhase
{
    /// <summary>This host pages the peer.</summary>
    Paging = 0,

    /// <summary>The peer's request was accepted.</summary>
    Accepting,

    /// <summary>This host pages the peer, and the peer's own request was accepted: one of them makes the link.</summary>
    Crossing,

    /// <summary>Nobody wants the link any more; how the attempt ends is awaited.</summary>
    Canceling,

    /// <summary>The link is up.</summary>
    Up,

    /// <summary>The end was asked for; what is queued goes first, and nothing more is taken.</summary>
    Draining,

    /// <summary>The controller was asked for the end.</summary>
    Disconnecting,

    /// <summary>The end was asked for, of a link that nobody above was told of.</summary>
    Dropping,

    /// <summary>The end. A new link to the same peer is a new object.</summary>
    Down,
}

/// <summary>What happens to a link.</summary>
internal enum LinkInput
{
    /// <summary>The peer asks for a link.</summary>
    PeerRequested = 0,

    /// <summary>An attempt to make the link failed.</summary>
    AttemptFailed,

    /// <summary>The link was made.</summary>
    Completed,

    /// <summary>This host wants it no more.</summary>
    CloseRequested,

    /// <summary>The link cannot be trusted any more: what is queued must not go.</summary>
    CutRequested,

    /// <summary>Everything that was queued has gone.</summary>
    Drained,

    /// <summary>The controller says that the link has ended, or that it never knew it.</summary>
    Disconnected,

    /// <summary>What was awaited did not come.</summary>
    GaveUp,

    /// <summary>The controller is gone, or was reset.</summary>
    ControllerLost,
}

/// <summary>What is to be done.</summary>
[Flags]
internal enum LinkActions
{
    /// <summary>Nothing more than the change of phase.</summary>
    None = 0,

    /// <summary>The input does not fit the phase: counted.</summary>
    Ignore = 1 << 0,

    /// <summary>Send Accept Connection Request.</summary>
    Accept = 1 << 1,

    /// <summary>Send Reject Connection Request.</summary>
    Reject = 1 << 2,

    /// <summary>Send Create Connection Cancel.</summary>
    CancelPage = 1 << 3,

    /// <summary>Send Disconnect.</summary>
    Disconnect = 1 << 4,

    /// <summary>Wait for the controller with a limit.</summary>
    ArmTimer = 1 << 5,

    /// <summary>Tell everyone that the link is up.</summary>
    AnnounceUp = 1 << 6,

    /// <summary>Tell everyone that the link is down, and take its buffers back.</summary>
    AnnounceDown = 1 << 7,

    /// <summary>Forget the link and tell those who waited for it.</summary>
    End = 1 << 8,

    /// <summary>Let what is queued go, and say when it has gone.</summary>
    Drain = 1 << 9,

    /// <summary>The controller does not do what it must: it is reset.</summary>
    Fault = 1 << 10,
}

/// <summary>The life of a link as a table (Core, Vol 4, Part E, 7.1.5 to 7.1.9, 7.7.3 to 7.7.5). Pure.</summary>
internal static class LinkTable
{
    /// <summary>What an input does in a phase.</summary>
    public static (LinkPhase Phase, LinkActions Actions) Next(LinkPhase phase, LinkInput input) => (phase, input) switch
    {
        (LinkPhase.Down, _) => (LinkPhase.Down, LinkActions.Ignore),

        // Both sides page at once: whichever connection the controllers make is taken.
        (LinkPhase.Paging, LinkInput.PeerRequested) => (LinkPhase.Crossing, LinkActions.Accept | LinkActions.ArmTimer),
        (LinkPhase.Paging, LinkInput.AttemptFailed) => (LinkPhase.Down, LinkActions.End),
        (LinkPhase.Crossing, LinkInput.AttemptFailed) => (LinkPhase.Accepting, LinkActions.ArmTimer),
        (LinkPhase.Accepting, LinkInput.AttemptFailed) => (LinkPhase.Down, LinkActions.End),

        (LinkPhase.Paging or LinkPhase.Accepting or LinkPhase.Crossing, LinkInput.Completed) =>
            (LinkPhase.Up, LinkActions.AnnounceUp),

        // A page can be cancelled, an acceptance cannot; how either ends is told by Connection Complete.
        (LinkPhase.Paging or LinkPhase.Crossing, LinkInput.CloseRequested or LinkInput.GaveUp) =>
            (LinkPhase.Canceling, LinkActions.CancelPage | LinkActions.ArmTimer),
        (LinkPhase.Accepting, LinkInput.CloseRequested) => (LinkPhase.Canceling, LinkActions.ArmTimer),
        (LinkPhase.Accepting, LinkInput.GaveUp) => (LinkPhase.Down, LinkActions.End),

        // The link was made before the cancellation was heard: it is ended again, and nobody above hears of it.
        (LinkPhase.Canceling, LinkInput.Completed) => (LinkPhase.Dropping, LinkActions.Disconnect | LinkActions.ArmTimer),
        (LinkPhase.Canceling, LinkInput.AttemptFailed or LinkInput.GaveUp) => (LinkPhase.Down, LinkActions.End),
        (LinkPhase.Dropping, LinkInput.Disconnected) => (LinkPhase.Down, LinkActions.End),

        // Disconnect would overtake what is queued: the peer's last answer, and the end of its channels.
        (LinkPhase.Up, LinkInput.CloseRequested) => (LinkPhase.Draining, LinkActions.Drain | LinkActions.ArmTimer),
        (LinkPhase.Draining, LinkInput.Drained or LinkInput.GaveUp) or (LinkPhase.Up or LinkPhase.Draining, LinkInput.CutRequested) =>
            (LinkPhase.Disconnecting, LinkActions.Disconnect | LinkActions.ArmTimer),
        (LinkPhase.Up or LinkPhase.Draining or LinkPhase.Disconnecting, LinkInput.Disconnected) =>
            (LinkPhase.Down, LinkActions.AnnounceDown | LinkActions.End),

        // The controller keeps a link that it was told to end: its handle is not safe to be used again.
        (LinkPhase.Disconnecting, LinkInput.GaveUp) =>
            (LinkPhase.Down, LinkActions.AnnounceDown | LinkActions.End | LinkActions.Fault),
        (LinkPhase.Dropping, LinkInput.GaveUp) => (LinkPhase.Down, LinkActions.End | LinkActions.Fault),

        (LinkPhase.Up or LinkPhase.Draining or LinkPhase.Disconnecting, LinkInput.ControllerLost) =>
            (LinkPhase.Down, LinkActions.AnnounceDown | LinkActions.End),
        (_, LinkInput.ControllerLost) => (LinkPhase.Down, LinkActions.End),

        // A peer that asks for a second link, or while the first is being ended, asks too early.
        (not LinkPhase.Paging, LinkInput.PeerRequested) => (phase, LinkActions.Reject | LinkActions.Ignore),

        _ => (phase, LinkActions.Ignore),
    };
}
