using HostStack.Hci.Loop;

namespace HostStack.Hci.Security;

/// <summary>One question to the agent: asked on the callback scheduler, answered on the loop, no later than its deadline.</summary>
/// <remarks>Loop only, but for the callback itself. The answer comes exactly once unless the call is abandoned.</remarks>
internal sealed class AgentCall<T> : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly LoopTimer _deadline;
    private readonly TaskScheduler _scheduler;
    private readonly Action<AgentAnswer, T?> _answered;
    private bool _over;

    private AgentCall(TaskScheduler scheduler, TimerQueue timers, TimeSpan deadline, Action<AgentAnswer, T?> answered)
    {
        _scheduler = scheduler;
        _answered = answered;
        _deadline = timers.Create(() => Answer(AgentAnswer.TooLate, default));
        _deadline.Arm(deadline);
    }

    /// <summary>Asks.</summary>
    /// <param name="scheduler">Where the callback runs.</param>
    /// <param name="timers">The loop's timers.</param>
    /// <param name="deadline">How long the answer may take.</param>
    /// <param name="ask">The callback.</param>
    /// <param name="answered">Called on the loop.</param>
    public static AgentCall<T> Start(
        TaskScheduler scheduler, TimerQueue timers, TimeSpan deadline, Func<CancellationToken, Task<T>> ask,
        Action<AgentAnswer, T?> answered)
    {
        var call = new AgentCall<T>(scheduler, timers, deadline, answered);
        _ = call.RunAsync(ask);
        return call;
    }

    /// <summary>The answer no longer counts.</summary>
    public void Dispose() => Close();

    private async Task RunAsync(Func<CancellationToken, Task<T>> ask)
    {
        var token = _cancellation.Token;
        try
        {
            var answer = await Task.Factory
                .StartNew(() => ask(token), CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler)
                .Unwrap();
            Answer(AgentAnswer.Given, answer);
        }
#pragma warning disable CA1031 // An application's fault is a no, not this host's end.
        catch (Exception)
#pragma warning restore CA1031
        {
            Answer(AgentAnswer.Failed, default);
        }
    }

    private void Answer(AgentAnswer kind, T? answer)
    {
        if (!_over)
        {
            Close();
            _answered(kind, answer);
        }
    }

    private void Close()
    {
        if (!_over)
        {
            _over = true;
            _deadline.Disarm();

            // The application's own callbacks hang on the token: they run where its others do.
            _ = Task.Factory.StartNew(
                _cancellation.Cancel, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);
        }
    }
}

/// <summary>How a question ended.</summary>
internal enum AgentAnswer
{
    /// <summary>With an answer.</summary>
    Given = 0,

    /// <summary>With an exception.</summary>
    Failed,

    /// <summary>Too late.</summary>
    TooLate,
}
