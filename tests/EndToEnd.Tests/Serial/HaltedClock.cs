namespace HostStack.EndToEnd.Tests.Serial;

/// <summary>The system's clock until it is halted: timers go on, and find that no time has passed.</summary>
internal sealed class HaltedClock : TimeProvider
{
    private long _halted;

    public void Halt() => Volatile.Write(ref _halted, base.GetTimestamp());

    public override long GetTimestamp() => Volatile.Read(ref _halted) is var at and not 0 ? at : base.GetTimestamp();
}
