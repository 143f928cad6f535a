using HostStack.Hci.Transport;

namespace HostStack.Hci.Links;

/// <summary>Gives turns to what a controller does not do at once: paging, remote names, inquiry (0x0C). First come, first
/// served; of one epoch.</summary>
internal sealed class PagingArbiter
{
    private readonly Queue<TaskCompletionSource<Turn>> _waiting = new();
    private string? _closed;
    private bool _busy;

    /// <summary>Procedures that wait for their turn.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Waits for a turn, which ends when it is disposed.</summary>
    /// <exception cref="ControllerUnavailableException">The epoch is over.</exception>
    public Task<Turn> EnterAsync()
    {
        if (_closed is not null)
        {
            return Task.FromException<Turn>(new ControllerUnavailableException(_closed));
        }

        if (!_busy)
        {
            _busy = true;
            return Task.FromResult(new Turn(this));
        }

        var turn = new TaskCompletionSource<Turn>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(turn);
        return turn.Task;
    }

    /// <summary>The epoch is over: nobody gets a turn any more.</summary>
    public void Close(string sentence)
    {
        _closed ??= sentence;
        while (_waiting.TryDequeue(out var turn))
        {
            turn.SetException(new ControllerUnavailableException(_closed));
        }
    }

    private void Leave()
    {
        if (_waiting.TryDequeue(out var next))
        {
            next.SetResult(new Turn(this));
        }
        else
        {
            _busy = false;
        }
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
