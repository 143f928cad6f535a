using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <content>What a host does for its owner: links, names, inquiry.</content>
public sealed partial class HciHost
{
    private static readonly TimeSpan RoleSwitchLimit = TimeSpan.FromSeconds(10);

    /// <summary>Gives the link to a peer, opening it where there is none. Calls for the same peer share the attempt, and a
    /// link that the peer opens meanwhile is taken.</summary>
    /// <param name="peer">With whom.</param>
    /// <param name="cancellationToken">Ends the wait; the page is cancelled when nobody waits for it any more.</param>
    /// <returns>The link, or why there is none: 0x04 the peer does not answer, 0x09 no room, 0x0E and 0x0F refused.</returns>
    /// <exception cref="ControllerUnavailableException">The controller was lost or the host is closed.</exception>
    public Task<ConnectOutcome> ConnectAsync(BdAddr peer, CancellationToken cancellationToken = default) =>
        InEpochAsync(epoch => epoch.Connector.ConnectAsync(peer, cancellationToken));

    /// <summary>Changes the roles on a link (Core, Vol 4, Part E, 7.2.8).</summary>
    /// <param name="link">A link of this host.</param>
    /// <param name="role">What this device shall be.</param>
    /// <returns>Success, or the refusal of controller or peer.</returns>
    /// <exception cref="ControllerUnavailableException">The controller was lost or the host is closed.</exception>
    public Task<HciStatus> SwitchRoleAsync(IAclLink link, LinkRole role) =>
        InEpochAsync(epoch => SwitchRoleAsync(epoch, link, role));

    /// <summary>Asks a device for its name; needs no link.</summary>
    /// <param name="peer">Which device.</param>
    /// <param name="cancellationToken">Ends the wait for a turn.</param>
    /// <exception cref="ControllerUnavailableException">The controller was lost or the host is closed.</exception>
    public Task<RemoteNameOutcome> RequestNameAsync(BdAddr peer, CancellationToken cancellationToken = default) =>
        InEpochAsync(epoch => epoch.Names.RequestAsync(peer, cancellationToken));

    /// <summary>Looks for devices.</summary>
    /// <param name="request">For how long, and whether names are asked for.</param>
    /// <param name="found">Told of each device when it is first heard, and again when its name is known. On the loop.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The devices that answered.</returns>
    /// <exception cref="ControllerUnavailableException">The controller was lost or the host is closed.</exception>
    public Task<IReadOnlyList<DiscoveredDevice>> InquireAsync(
        InquiryRequest request, Action<DiscoveredDevice>? found = null, CancellationToken cancellationToken = default) =>
        InEpochAsync(epoch => epoch.Inquirer.InquireAsync(request, found, cancellationToken));

    private Task<T> InEpochAsync<T>(Func<ControllerEpoch, Task<T>> procedure)
    {
        var epoch = State == HciHostState.Open ? _epoch! : throw Unavailable();
        return epoch.WhileItLastsAsync(procedure(epoch));
    }

    private async Task<HciStatus> SwitchRoleAsync(ControllerEpoch epoch, IAclLink link, LinkRole role)
    {
        if (link is not AclLink { IsUp: true } own || epoch.Links.Find(own.Handle) != own)
        {
            return HciStatus.UnknownConnection;
        }

        if (own.Role == role)
        {
            return HciStatus.Success;
        }

        if (own.RoleSwitch is not null)
        {
            return HciStatus.RoleSwitchPending;
        }

        // Ready before the command goes: Role Change may be handled before the acknowledgement is awaited.
        var changed = new TaskCompletionSource<HciStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        var limit = _loop.Timers.Create(() => changed.TrySetResult(HciStatus.LmpResponseTimeout));
        own.RoleSwitch = changed;
        limit.Arm(RoleSwitchLimit);
        try
        {
            var status = await epoch.Commands.SendAsync(new SwitchRoleCommand(own.Peer.Address, role));
            return status == HciStatus.Success ? await changed.Task : status;
        }
        finally
        {
            limit.Disarm();
            own.RoleSwitch = null;
        }
    }
}
