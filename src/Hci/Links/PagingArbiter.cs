using System.Diagnostics.CodeAnalysis;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Links;

/// <summary>Gives turns to what a controller does not do at once: paging, remote names, inquiry (0x0C). First come, first
/// served; of one epoch.</summary>
internal sealed class PagingArbiter
{
    private readonly LinkedList<TaskCompletionSource<Turn>> _waiting = new();
    private string? _closed;
    private bool _busy;

    /// <summary>Procedures that wait for their turn.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Waits for a turn, which ends when it is disposed.</summary>
    /// <param name="cancellationToken">Ends the wait, and gives the place in the row up. May be cancelled anywhere.</param>
    /// <exception cref="ControllerUnavailableException">The epoch is over.</exception>
    public async Task<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_closed is not null)
        {
            throw new ControllerUnavailableException(_closed);
        }

        if (!_busy)
        {
            _busy = true;
            return new Turn(this);
        }

        var place = _waiting.AddLast(new TaskCompletionSource<Turn>(TaskCreationOptions.RunContinuationsAsynchronously));

        // Not WaitAsync: its continuation would leave the loop for the thread pool.
        using var registration = cancellationToken.UnsafeRegister(
            static (turn, token) => ((TaskCompletionSource<Turn>)turn!).TrySetCanceled(token), place.Value);
        try
        {
            return await place.Value.Task;
        }
        catch (OperationCanceledException)
        {
            Drop(place);
            throw;
        }
    }

    /// <summary>The epoch is over: nobody gets a turn any more.</summary>
    public void Close(string sentence)
    {
        _closed ??= sentence;
        while (TryTakeFirst(out var turn))
        {
            turn.TrySetException(new ControllerUnavailableException(_closed));
        }
    }

    private void Leave()
    {
        // One that was cancelled, and does not know it yet, takes no turn.
        while (TryTakeFirst(out var next))
        {
            if (next.TrySetResult(new Turn(this)))
            {
                return;
            }
        }

        _busy = false;
    }

    private void Drop(LinkedListNode<TaskCompletionSource<Turn>> place)
    {
        if (place.List is not null)
        {
            _waiting.Remove(place);
        }
    }

    private bool TryTakeFirst([NotNullWhen(true)] out TaskCompletionSource<Turn>? turn)
    {
        turn = _waiting.First?.Value;
        if (turn is null)
        {
            return false;
        }

        _waiting.RemoveFirst();
        return true;
    }

    /// <summary>The right to page.</summary>
    internal sealed class Turn(PagingArbiter arbiter) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            if (!_ended)
            {
                _ended = true;
                arbiter.Leave();
            }
        }
    }
}
