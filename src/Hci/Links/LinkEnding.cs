using HostStack.Hci.Packets;

namespace HostStack.Hci.Links;

/// <summary>Ends links: lets what is queued go first, then sends Disconnect (Core, Vol 4, Part E, 7.1.6).</summary>
/// <remarks>Disconnect overtakes what the controller still holds, so that without the wait a peer would not hear why its
/// channel was refused or closed. A packet that the controller completed was acknowledged by the peer's.</remarks>
internal sealed class LinkEnding(LinkSet links)
{
    /// <summary>How long what is queued may take: a silent peer holds no link that is not wanted any more.</summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly LinkContext _context = links.Context;

    /// <summary>Waits until everything has gone; <see cref="LinkInput.Drained"/> follows, at once where nothing waits.</summary>
    public void Drain(AclLink link)
    {
        if (link.Egress!.IsActive)
        {
            link.Egress.IsDraining = true;
        }
        else
        {
            links.Apply(link, LinkInput.Drained, link.CloseReason);
        }
    }

    /// <summary>Sends Disconnect; what is queued still is dropped.</summary>
    public void Disconnect(AclLink link)
    {
        if (link.Egress is { } egress)
        {
            _context.Scheduler.Discard(egress);
        }

        Ask(link, isLast: false);
    }

    private void Ask(AclLink link, bool isLast)
    {
        var told = link.CloseReason is HciStatus.AuthenticationFailure or HciStatus.RemoteUserTerminated
            or HciStatus.RemoteLowResources or HciStatus.RemotePowerOff or HciStatus.UnsupportedRemoteFeature
            or HciStatus.UnitKeyNotSupported
            ? link.CloseReason
            : HciStatus.RemoteUserTerminated; // The command takes no other.
        _context.Post(new DisconnectCommand(link.Handle, told), status => Refused(link, status, isLast));
    }

    // Only a controller that does not know the link has ended it. One that refuses is asked once more; where that does not
    // help either, the limit of the phase ends the wait, and the controller is reset.
    private void Refused(AclLink link, HciStatus status, bool isLast)
    {
        if (status == HciStatus.UnknownConnection)
        {
            links.Apply(link, LinkInput.Disconnected, HciStatus.LocalHostTerminated);
        }
        else if (!isLast)
        {
            _context.Timers.Create(() => AskAgain(link)).Arm(RetryPause);
        }
    }

    private void AskAgain(AclLink link)
    {
        if (link.Phase is LinkPhase.Disconnecting or LinkPhase.Dropping)
        {
            Ask(link, isLast: true);
        }
    }
}
