namespace HostStack.NetDevices.Addressing;

/// <summary>Does what may take a while, one after the other and in order, on another thread: system calls and files do not
/// belong on the loop that brings frames.</summary>
/// <param name="failed">Hears of work that threw, which it should not; what follows is done all the same.</param>
/// <param name="schedule">Runs one piece of work elsewhere; null takes the thread pool.</param>
internal sealed class SerialWork(Action<Exception> failed, Action<Action>? schedule = null)
{
    private readonly Action<Action> _schedule =
        schedule ?? (static work => ThreadPool.UnsafeQueueUserWorkItem(static state => state(), work, preferLocal: false));

    private readonly Lock _gate = new();
    private readonly Queue<Action> _queue = new();
    private bool _running;

    /// <summary>Adds work. It begins with <see cref="Run"/>, so that this may be called under the
    /// caller's lock.</summary>
    /// <param name="work">The work.</param>
    public void Add(Action work)
    {
        lock (_gate)
        {
            _queue.Enqueue(work);
        }
    }

    /// <summary>Has the work done that was added.</summary>
    public void Run()
    {
        lock (_gate)
        {
            if (_running || _queue.Count == 0)
            {
                return;
            }

            _running = true;
        }

        _schedule(Drain);
    }

    /// <summary>Ends when all that was added so far is done.</summary>
    public Task FinishAsync()
    {
        var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(finished.SetResult);
        Run();
        return finished.Task;
    }

    private void Drain()
    {
        while (true)
        {
            Action? work;
            lock (_gate)
            {
                if (!_queue.TryDequeue(out work))
                {
                    _running = false;
                    return;
                }
            }

            Do(work);
        }
    }

#pragma warning disable CA1031 // Nobody stands above: what is thrown here would end the process.
    private void Do(Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure)
        {
            failed(failure);
        }
    }
#pragma warning restore CA1031
}
