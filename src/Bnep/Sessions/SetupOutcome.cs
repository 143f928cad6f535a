using HostStack.Bnep.Control;

namespace HostStack.Bnep.Sessions;

/// <summary>How a setup request of this side ended.</summary>
public enum SetupResult
{
    /// <summary>The peer answered; the code says what.</summary>
    Answered = 0,

    /// <summary>The peer never answered, however often it was asked; the channel is being closed.</summary>
    TimedOut,

    /// <summary>The channel ended before an answer.</summary>
    Closed,

    /// <summary>The peer does not know the message; on a live connection the roles stay.</summary>
    NotUnderstood,
}

/// <summary>The end of a setup request.</summary>
/// <remarks>Some peers answer success on a channel that they close at once: whoever must be sure waits until
/// <see cref="BnepSession.IsConfirmed"/>, or for <see cref="IBnepSessionUser.Closed"/>.</remarks>
/// <param name="Result">How it ended.</param>
/// <param name="Code">The peer's answer where there was one; otherwise <see cref="SetupResponseCode.NotAllowed"/>.</param>
/// <param name="Attempts">How often the request was sent.</param>
public readonly record struct SetupOutcome(SetupResult Result, SetupResponseCode Code, int Attempts)
{
    /// <summary>Whether the peer agreed.</summary>
    public bool IsAccepted => Result == SetupResult.Answered && Code == SetupResponseCode.Success;
}

/// <summary>What became of a frame.</summary>
public enum BnepSendResult
{
    /// <summary>The channel took it.</summary>
    Sent = 0,

    /// <summary>A filter of the peer or the administrator stopped it.</summary>
    Filtered,

    /// <summary>A filter stopped its payload; its extension headers were sent (BNEP 1.0, 2.6.4).</summary>
    HeaderOnly,

    /// <summary>The payload, or payload and extension headers together, are longer than the channel may carry.</summary>
    TooLong,

    /// <summary>The link's queue is full: <see cref="IBnepSessionUser.Writable"/> follows.</summary>
    QueueFull,

    /// <summary>The connection is not established.</summary>
    NotOpen,
}
