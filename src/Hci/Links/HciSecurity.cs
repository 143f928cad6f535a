using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;

namespace HostStack.Hci.Links;

/// <summary>What a host needs to secure its links.</summary>
public sealed record HciSecurity
{
    /// <summary>The bonds.</summary>
    public required ILinkKeyStore Store { get; init; }

    /// <summary>How links are secured.</summary>
    public SecurityOptions Options { get; init; } = new();

    /// <summary>Answers for the user; null: nobody does.</summary>
    public IPairingAgent? Agent { get; init; }

    /// <summary>Hears of pairings and refusals, on the loop.</summary>
    public ISecurityObserver? Observer { get; init; }

    /// <summary>Where the agent's callbacks run: not on the loop, which they could hold up.</summary>
    public TaskScheduler Callbacks { get; init; } = TaskScheduler.Default;
}
