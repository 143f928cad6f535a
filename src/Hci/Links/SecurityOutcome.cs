using HostStack.Hci.Security;

namespace HostStack.Hci.Links;

/// <summary>How it ended that a link was to be secured for a service.</summary>
/// <param name="Shortfall">What is still missing; <see cref="SecurityShortfall.None"/> where the link now meets what was
/// asked.</param>
/// <param name="Refusal">What the security layer refused, by which rule, with the remedy. Nobody has been told of it: the
/// service tells it with its own refusal. Null where that layer refused nothing.</param>
public readonly record struct SecurityOutcome(SecurityShortfall Shortfall, SecurityRefusal? Refusal = null);
