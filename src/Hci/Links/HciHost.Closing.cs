using HostStack.Hci.Commands;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Links;

/// <content>How a host lets its controller go. Each step has a limit of its own: a controller that hangs, or a transport
/// that does not close, holds nobody up. A controller that is not up has no steps but the transport's.</content>
public sealed partial class HciHost
{
    private const string Silent = "it does not answer";

    private static readonly TimeSpan DisconnectLimit = TimeSpan.FromSeconds(2);

    // Only for the controller's own good: it is not used after that.
    private static readonly TimeSpan LastResetLimit = TimeSpan.FromSeconds(2);

    // For the next host's good, which else finds silence: a command that a chip answers in milliseconds, and what the chip rests.
    private static readonly TimeSpan FirstRateLimit = TimeSpan.FromSeconds(1);

    // A serial line may have to send what it holds first.
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(5);

    private async Task CloseOnceAsync()
    {
        if (State is HciHostState.Closed or HciHostState.Failed)
        {
            State = HciHostState.Closed;
            await _released;
            return;
        }

        var before = State;
        State = HciHostState.Closing;
        try
        {
            if (before == HciHostState.Open)
            {
                await EndAsync(_epoch!);
            }
            else if (before == HciHostState.Resetting)
            {
                await LeaveLineAsync(static () => Task.FromResult<string?>("it was being reset"));
            }
        }
        finally
        {
            // A start-up and a bring-up end here, at their next step: nothing is sent in between, at whatever rate the chip is.
            Release(ClosedSentence);
            await _released;
            State = HciHostState.Closed;
        }
    }

    private async Task EndAsync(ControllerEpoch epoch)
    {
        await WaitAsync(EndLinksAsync(epoch), DisconnectLimit);
        var answers = await WaitAsync(epoch.Commands.SendAsync(default(ResetCommand)), LastResetLimit);
        await LeaveLineAsync(() => answers && !epoch.IsOver ? GoBackToFirstRateAsync(epoch) : Task.FromResult<string?>(Silent));
    }

    // Warns where the next host does not find the controller at the line's first rate.
    private async Task LeaveLineAsync(Func<Task<string?>> goBack)
    {
        if (_transport is not { } transport)
        {
            return;
        }

        try
        {
            if (transport.Line is { BaudRate: var rate, FirstRate: var first } && rate != first
                && await goBack() is { } refusal && _transport is not null)
            {
                LinkLog.RateKept(_log, transport.Name, rate, first, refusal);
            }
        }
#pragma warning disable CA1031 // A line that fails is let go like any other.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LinkLog.LineFailed(_log, transport.Name, failure);
        }
    }

    private async Task<string?> GoBackToFirstRateAsync(ControllerEpoch epoch)
    {
        var going = epoch.GoBackToFirstRateAsync();
        var inTime = await WaitAsync(going, FirstRateLimit);
        return inTime && going.Exception?.InnerException is not ControllerUnavailableException ? await going : Silent;
    }

    private static async Task EndLinksAsync(ControllerEpoch epoch)
    {
        epoch.Links.IsAdmitting = false;
        epoch.Context.Post(new WriteScanEnableCommand(ScanEnable.None));
        var links = epoch.Links.All.ToArray();
        foreach (var link in links)
        {
            link.Disconnect(HciStatus.RemotePowerOff);
        }

        foreach (var link in links)
        {
            await link.Ended;
        }
    }

    // Waits until the work has ended, whichever way, but no longer than the limit.
    // Not WhenAny: its continuations leave the loop for the thread pool.
    private async Task<bool> WaitAsync(Task work, TimeSpan limit)
    {
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var timer = _loop.Timers.Create(() => ended.TrySetResult(false));
        timer.Arm(limit);
        _ = TellAsync();
        var inTime = await ended.Task;
        timer.Disarm();
        return inTime;

        async Task TellAsync()
        {
            try
            {
                await work;
            }
            catch (ControllerUnavailableException)
            {
                // A controller that is lost has nothing to be ended.
            }
            finally
            {
                ended.TrySetResult(true);
            }
        }
    }

    private void Release(string sentence)
    {
        _sentence = sentence;
        _epoch?.Close(sentence);
        _loop.Idle -= Flush;
        _inbox = null;
        if (_transport is { } transport)
        {
            _transport = null;
            _released = ReleaseAsync(transport, _released);
        }
    }

    private async Task ReleaseAsync(IHciTransport transport, Task earlier)
    {
        if (!await WaitAsync(DisposeAsync(transport), ReleaseLimit))
        {
            LinkLog.ReleaseSlow(_log, transport.Name, ReleaseLimit);
        }

        await earlier;
    }

    private async Task DisposeAsync(IHciTransport transport)
    {
        try
        {
            await transport.DisposeAsync();
        }
#pragma warning disable CA1031 // A transport that cannot be closed in order is as lost as another.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LinkLog.ReleaseFailed(_log, transport.Name, fault);
        }
    }
}
