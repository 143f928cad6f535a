namespace HostStack.Bench.Rig;

/// <summary>A clock that stands still: no timer of the stack fires while a data path is measured.</summary>
internal sealed class FrozenTime : TimeProvider
{
    public override long GetTimestamp() => 0;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
}
