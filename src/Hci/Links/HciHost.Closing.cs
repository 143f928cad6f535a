using HostStack.Hci.Commands;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Links;

/// <content>How a host lets its controller go. Each step has a limit of its own: a controller that hangs, or a transport
/// that does not close, holds nobody up.</content>
public sealed partial class HciHost
{
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

        var wasOpen = State == HciHostState.Open;
        State = HciHostState.Closing;
        if (_epoch is { IsOver: false } epoch)
        {
            await WaitAsync(EndLinksAsync(epoch), DisconnectLimit);
            var answers = await WaitAsync(epoch.Commands.SendAsync(default(ResetCommand)), LastResetLimit);
            if (wasOpen)
            {
                await LeaveLineAsync(epoch, answers);
            }
        }

        Release(ClosedSentence);
        await _released;
        State = HciHostState.Closed;
    }

    // A chip in the middle of its start-up takes no such command, and one that is silent is not told to become another one.
    private async Task LeaveLineAsync(ControllerEpoch epoch, bool answers)
    {
        if (_transport is not { Line: { } line } transport || line.BaudRate == line.FirstRate)
        {
            return;
        }

        var rate = line.BaudRate;
        var going = answers && !epoch.IsOver ? epoch.GoBackToFirstRateAsync() : null;
        var refusal = going is null || !await WaitAsync(going, FirstRateLimit) || !going.IsCompletedSuccessfully
            ? "it does not answer"
            : await going;
        if (refusal is not null && _transport is not null)
        {
            LinkLog.RateKept(_log, transport.Name, rate, line.FirstRate, refusal);
        }
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

            ended.TrySetResult(true);
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
