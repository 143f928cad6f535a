using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <content>Pairing and bonds.</content>
public sealed partial class HciHost
{
    private LinkSecurityCoordinator? _coordinator;

    /// <summary>Which controller the bonds belong to.</summary>
    public ControllerIdentity Identity => new(Controller?.Address ?? default, Controller?.Fingerprint ?? string.Empty);

    /// <summary>Who answers for the user; null: nobody does.</summary>
    public IPairingAgent? Agent
    {
        get => _coordinator?.Agent;
        set
        {
            if (_coordinator is { } coordinator)
            {
                coordinator.Agent = value;
            }
        }
    }

    /// <summary>Whether peers may begin to pair.</summary>
    public bool IsPairingWindowOpen => _coordinator?.IsPairingWindowOpen ?? false;

    /// <summary>The bonds of this controller.</summary>
    public IReadOnlyList<LinkKeyRow> Bonds => _coordinator?.Bonds ?? [];

    /// <summary>Bonds of this address that are not this controller's: another one had the address, or its firmware changed what it
    /// tells of itself. Not used until <see cref="AdoptBondsAsync"/>.</summary>
    public IReadOnlyList<LinkKeyRow> ForeignBonds => _coordinator?.ForeignBonds ?? [];

    /// <summary>Lets peers pair for a time.</summary>
    /// <param name="duration">How long.</param>
    /// <returns>Disposing closes the window before the time; on the loop.</returns>
    public IDisposable OpenPairingWindow(TimeSpan duration) => Coordinator.OpenPairingWindow(duration);

    /// <summary>Pairs with a device that the operator named, opening a link where there is none.</summary>
    /// <param name="peer">Which device.</param>
    /// <param name="requirement">What the link must meet afterwards; null: the stack's default.</param>
    /// <param name="cancellationToken">Ends the wait for the link.</param>
    /// <exception cref="ControllerUnavailableException">The controller was lost or the host is closed.</exception>
    public Task<PairingOutcome> PairAsync(
        BdAddr peer, SecurityRequirement? requirement = null, CancellationToken cancellationToken = default) =>
        InEpochAsync(epoch => PairAsync(epoch, peer, requirement, cancellationToken));

    /// <summary>Removes a bond, durably, and ends the link that stands on it.</summary>
    /// <param name="peer">With whom.</param>
    /// <returns>Whether there was a bond.</returns>
    /// <exception cref="KeyStoreException">The store cannot be written.</exception>
    public Task<bool> RemoveBondAsync(PeerAddress peer) => Coordinator.RemoveBondAsync(peer);

    /// <summary>Takes over the bonds of another controller that had this address: the operator says that this is
    /// right.</summary>
    /// <param name="of">Which one; null for all that had the address.</param>
    /// <returns>How many bonds.</returns>
    /// <exception cref="KeyStoreException">The store cannot be written.</exception>
    public Task<int> AdoptBondsAsync(ControllerIdentity? of = null) => Coordinator.AdoptAsync(of);

    /// <summary>Takes over what was written of this chip with the number of its firmware, as HostStack once did: what it has now
    /// goes before what it had.</summary>
    /// <returns>How many bonds.</returns>
    /// <exception cref="KeyStoreException">The store cannot be written.</exception>
    public async Task<int> AdoptOwnBondsAsync()
    {
        if (_coordinator is not { } coordinator || Controller is not { } controller)
        {
            return 0;
        }

        var count = 0;
        foreach (var earlier in ControllerFingerprint.EarlierForms(Identity, controller.Version, coordinator.ForeignBonds))
        {
            count += await coordinator.AdoptAsync(earlier);
        }

        return count;
    }

    /// <summary>Has the controller make new out-of-band data of this device.</summary>
    /// <returns>The data; both parts null where the controller makes none.</returns>
    /// <exception cref="ControllerUnavailableException">The controller was lost or the host is closed.</exception>
    public Task<OobData> ReadLocalOobDataAsync() => Coordinator.ReadLocalOobDataAsync();

    private LinkSecurityCoordinator Coordinator =>
        _coordinator ?? throw new InvalidOperationException("The host was made without security.");

    private async Task<PairingOutcome> PairAsync(
        ControllerEpoch epoch, BdAddr peer, SecurityRequirement? requirement, CancellationToken cancellationToken)
    {
        var outcome = await epoch.Connector.ConnectAsync(peer, cancellationToken);
        if (outcome.Link is not AclLink link)
        {
            return new PairingOutcome(SecurityShortfall.LinkLost, null, outcome.Status);
        }

        link.Hold(1);
        try
        {
            return await Coordinator.PairAsync(link, requirement);
        }
        finally
        {
            link.Hold(-1);
        }
    }

    private LinkSecurityCoordinator Coordinate(HciSecurity security)
    {
        _coordinator = new LinkSecurityCoordinator(
            this, _loop.Timers, security.Store, security.Options, security.Agent, () => Identity, _log, security.Callbacks);
        if (security.Observer is { } observer)
        {
            _coordinator.Observer = observer;
        }

        return _coordinator;
    }
}
