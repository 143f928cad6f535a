namespace HostStack.Hci.Transport.UserChannel;

/// <summary>An adapter of the Linux kernel, and what is told of it before it is opened.</summary>
/// <param name="Uri">What means it: <c>hci-user:0</c>.</param>
/// <param name="Device">The device behind it.</param>
/// <param name="Problem">Why its user channel cannot be opened now, in one sentence with the remedy; null where nothing that the
/// kernel tells without an opening speaks against it.</param>
public sealed record KernelAdapter(string Uri, ControllerDevice Device, string? Problem)
{
    /// <summary>Whether it can be opened, for all that is known.</summary>
    public bool CanOpen => Problem is null;
}
