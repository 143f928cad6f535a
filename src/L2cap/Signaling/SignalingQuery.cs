using HostStack.Hci.Loop;
using HostStack.L2cap.Frames;

namespace HostStack.L2cap.Signaling;

/// <summary>How an echo or information request ended.</summary>
public enum QueryOutcome
{
    /// <summary>The peer answered.</summary>
    Answered = 0,

    /// <summary>The peer rejected the command: old devices do.</summary>
    Rejected,

    /// <summary>No answer came in time.</summary>
    Timeout,

    /// <summary>The link ended, or had ended before.</summary>
    LinkLost,

    /// <summary>Too many requests are outstanding on the link.</summary>
    Busy,
}

/// <summary>The answer to an information request.</summary>
/// <param name="Outcome">Whether there is one.</param>
/// <param name="Response">The answer, where there is one; <see cref="InformationResult.NotSupported"/> is an answer.</param>
public readonly record struct InformationOutcome(QueryOutcome Outcome, InformationResponse Response)
{
    /// <summary>Whether the peer told what was asked.</summary>
    public bool IsKnown => Outcome == QueryOutcome.Answered && Response.Result == InformationResult.Success;
}

/// <summary>One echo or information request of this side, until its end.</summary>
internal sealed class SignalingQuery : IRequester
{
    private readonly TaskCompletionSource<InformationOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PendingRequests _pending;
    private readonly Action _ended;
    private readonly LoopTimer _timer;

    public SignalingQuery(PendingRequests pending, TimerQueue timers, CommandCode response, Action ended)
    {
        _pending = pending;
        _ended = ended;
        _timer = timers.Create(() => End(new(QueryOutcome.Timeout, default)));
        Identifier = pending.Add(response, this);
    }

    /// <summary>The request's identifier; 0 where none was free.</summary>
    public byte Identifier { get; }

    /// <summary>Ends with the query.</summary>
    public Task<InformationOutcome> Completion => _completion.Task;

    /// <summary>Starts the response timer.</summary>
    public void Arm(TimeSpan timeout) => _timer.Arm(timeout);

    /// <inheritdoc/>
    public void Rejected(CommandReject reject) => End(new(QueryOutcome.Rejected, default));

    /// <summary>The answer, a timeout or the link's end. Later calls do nothing.</summary>
    public void End(InformationOutcome outcome)
    {
        if (_completion.Task.IsCompleted)
        {
            return;
        }

        _timer.Disarm();
        _pending.Remove(Identifier);
        _completion.SetResult(outcome);
        _ended();
    }
}
