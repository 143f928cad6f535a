namespace HostStack.Hci.Loop;

/// <summary>Keeps async methods that were started on a loop there.</summary>
internal sealed class LoopSynchronizationContext(EventLoop loop) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) =>
        loop.Post(static (callback, argument) => ((SendOrPostCallback)callback!)(argument), d, state);

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Waiting for a loop can block it; use Post or RunAsync.");

    public override SynchronizationContext CreateCopy() => this;
}
