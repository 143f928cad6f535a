using HostStack.Hci.Loop;
using HostStack.Hci.Wire;

namespace HostStack.VirtualController.Controllers;

/// <summary>What a page is for.</summary>
internal enum PagePurpose
{
    Connection,
    RemoteName,
}

/// <summary>One page from one device to another, until it is answered.</summary>
internal sealed class PageAttempt(SimulatedController initiator, BdAddr target, PagePurpose purpose, bool allowRoleSwitch)
{
    public SimulatedController Initiator { get; } = initiator;

    public BdAddr Target { get; } = target;

    public PagePurpose Purpose { get; } = purpose;

    /// <summary>Whether the initiator lets the acceptor become central.</summary>
    public bool AllowRoleSwitch { get; } = allowRoleSwitch;

    /// <summary>Page timeout at the initiator.</summary>
    public LoopTimer? Timeout { get; set; }

    /// <summary>Connection accept timeout at the target, once it was reached.</summary>
    public LoopTimer? AcceptTimeout { get; set; }

    /// <summary>Whether the page has been on the air long enough to be heard.</summary>
    public bool IsOnAir { get; set; }

    /// <summary>Who has the request before its host now.</summary>
    public SimulatedController? Reached { get; set; }

    public bool IsOver { get; private set; }

    public void End()
    {
        IsOver = true;
        Timeout?.Disarm();
        AcceptTimeout?.Disarm();
    }
}
