using HostStack.Bnep.Control;

namespace HostStack.Bnep.Sessions;

/// <summary>A setup request that waits for the user.</summary>
/// <param name="Request">The request.</param>
/// <param name="Extensions">The chain of extension headers that came with it; its own copy.</param>
internal readonly record struct HeldSetup(SetupRequest Request, byte[] Extensions)
{
    /// <summary>Whether another request asks for the same.</summary>
    public bool Asks(in SetupRequest other) =>
        Request.Destination == other.Destination && Request.Source == other.Source;
}

/// <summary>The peer's setup requests that wait, oldest first. Bounded.</summary>
internal sealed class HeldSetups
{
    /// <summary>Repeats of a request over 25 s are few; more are a flood.</summary>
    public const int Limit = 8;

    private readonly Queue<HeldSetup> _queue = new(Limit);

    public bool IsEmpty => _queue.Count == 0;

    public bool IsFull => _queue.Count >= Limit;

    public HeldSetup Oldest => _queue.Peek();

    public void Add(HeldSetup setup) => _queue.Enqueue(setup);

    public void Clear() => _queue.Clear();

    /// <summary>Takes the oldest request and those that repeat it right behind.</summary>
    /// <param name="all">Takes what differs from it too.</param>
    public HeldSetup[] TakeRun(bool all)
    {
        var first = _queue.Peek().Request;
        var run = new List<HeldSetup>(_queue.Count);
        while (_queue.TryPeek(out var next) && (all || next.Asks(first)))
        {
            run.Add(_queue.Dequeue());
        }

        return [.. run];
    }
}
