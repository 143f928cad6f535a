using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>A peer's name, or why there is none.</summary>
/// <param name="Name">The name; null where it could not be read.</param>
/// <param name="Status">Success, or why.</param>
public readonly record struct RemoteNameOutcome(string? Name, HciStatus Status);

/// <summary>Asks peers for their names, one at a time (Core, Vol 4, Part E, 7.1.19).</summary>
internal sealed class RemoteNames
{
    private static readonly TimeSpan ControllerSlack = TimeSpan.FromSeconds(10);

    private readonly LinkContext _context;
    private readonly LoopTimer _limit;
    private TaskCompletionSource<RemoteNameOutcome>? _answer;
    private BdAddr _asked;

    public RemoteNames(LinkContext context)
    {
        _context = context;
        _limit = context.Timers.Create(GiveUp);
    }

    public async Task<RemoteNameOutcome> RequestAsync(BdAddr peer, CancellationToken cancellationToken)
    {
        using var turn = await _context.Arbiter.EnterAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var answer = new TaskCompletionSource<RemoteNameOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        (_answer, _asked) = (answer, peer);
        var neighbor = _context.Neighbors.Find(peer);
        _limit.Arm(_context.Options.PageTimeout + ControllerSlack);
        var status = await _context.Commands.SendAsync(
            new RemoteNameRequestCommand(peer, neighbor.PageScanRepetitionMode, neighbor.ClockOffset));
        if (status != HciStatus.Success)
        {
            Answer(new RemoteNameOutcome(null, status));
        }

        return await answer.Task;
    }

    /// <summary>Takes Remote Name Request Complete.</summary>
    /// <returns>Whether it was waited for.</returns>
    public bool Take(in RemoteNameRequestCompleteEvent complete)
    {
        if (_answer is null || complete.Address != _asked)
        {
            return false;
        }

        Answer(new RemoteNameOutcome(
            complete.Status == HciStatus.Success ? complete.RemoteName.ToString() : null, complete.Status));
        return true;
    }

    /// <summary>The epoch is over.</summary>
    public void Close() => Answer(new RemoteNameOutcome(null, HciStatus.HardwareFailure));

    private void GiveUp()
    {
        _context.Post(new RemoteNameRequestCancelCommand(_asked));
        Answer(new RemoteNameOutcome(null, HciStatus.PageTimeout));
    }

    private void Answer(RemoteNameOutcome outcome)
    {
        _limit.Disarm();
        _answer?.TrySetResult(outcome);
        _answer = null;
    }
}
