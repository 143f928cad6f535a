using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>Opens links: one page at a time, one for all who want the same peer.</summary>
internal sealed class Connector(LinkSet links)
{
    // A controller that is busy (an inquiry that is ending, another page) refuses with 0x0C for a moment.
    private const int Attempts = 10;
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(200);

    private readonly LinkContext _context = links.Context;
    private readonly Dictionary<BdAddr, Attempt> _attempts = [];

    /// <summary>Gives the link to a peer, opening it where there is none.</summary>
    public async Task<ConnectOutcome> ConnectAsync(BdAddr peer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (peer.IsZero || peer == _context.Controller.Address)
        {
            return new ConnectOutcome(null, HciStatus.RejectedBdAddr);
        }

        if (links.Find(peer) is { IsUp: true } link)
        {
            return new ConnectOutcome(link, HciStatus.Success);
        }

        if (_attempts.TryGetValue(peer, out var attempt))
        {
            attempt.Waiters++;
        }
        else
        {
            attempt = new Attempt { Waiters = 1 };
            _attempts[peer] = attempt;
            attempt.Task = RunAsync(peer, attempt);
        }

        try
        {
            return await attempt.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            attempt.Waiters--;
            if (attempt is { Waiters: 0, Task.IsCompleted: false })
            {
                // Nobody waits any more: the page is cancelled, unless the peer's own request makes the link.
                attempt.IsAbandoned = true;
                attempt.Page?.Disconnect(HciStatus.RemoteUserTerminated);
            }
        }
    }

    private async Task<ConnectOutcome> RunAsync(BdAddr peer, Attempt attempt)
    {
        try
        {
            for (var i = 1; ; i++)
            {
                var outcome = await PageAsync(peer, attempt);
                if (outcome.IsUp || attempt.Waiters == 0 || i == Attempts)
                {
                    return outcome;
                }

                if (attempt.IsAbandoned)
                {
                    attempt.IsAbandoned = false; // Someone came after the last had gone: the page begins again.
                }
                else if (outcome.Status == HciStatus.CommandDisallowed)
                {
                    await _context.Timers.DelayAsync(BusyPause);
                }
                else
                {
                    return outcome;
                }
            }
        }
        finally
        {
            _attempts.Remove(peer);
        }
    }

    private async Task<ConnectOutcome> PageAsync(BdAddr peer, Attempt attempt)
    {
        // Not cancelled by one of those who wait: whether any is left is asked when the turn has come.
        using var turn = await _context.Arbiter.EnterAsync(CancellationToken.None);
        if (links.Find(peer) is { } existing)
        {
            // The peer was quicker: its link is taken. One that is ending is waited for, and then made anew.
            var theirs = await existing.Outcome;
            if (theirs.IsUp && existing.IsUp)
            {
                return theirs;
            }

            await existing.Ended;
        }

        if (attempt.Waiters == 0)
        {
            return new ConnectOutcome(null, HciStatus.UnknownConnection);
        }

        if (!links.IsAdmitting || !links.HasRoom)
        {
            return new ConnectOutcome(null, HciStatus.ConnectionLimitExceeded);
        }

        var link = links.Begin(peer, LinkPhase.Paging);
        attempt.Page = link;
        var neighbor = _context.Neighbors.Find(peer);
        _context.Post(
            new CreateConnectionCommand(
                peer, PacketTypes.All, neighbor.PageScanRepetitionMode, neighbor.ClockOffset, AllowRoleSwitch: true),
            status => links.Apply(link, LinkInput.AttemptFailed, status));
        return await link.Outcome;
    }

    private sealed class Attempt
    {
        public Task<ConnectOutcome> Task { get; set; } = null!;

        public int Waiters { get; set; }

        public AclLink? Page { get; set; }

        /// <summary>Whether the page was cancelled because nobody waited.</summary>
        public bool IsAbandoned { get; set; }
    }
}
