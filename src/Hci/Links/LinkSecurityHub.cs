using System.Globalization;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Hci.Links;

/// <summary>What a host needs to secure its links.</summary>
public sealed record LinkSecuritySetup
{
    /// <summary>Where bonds live.</summary>
    public required ILinkKeyStore KeyStore { get; init; }

    /// <summary>How links are secured.</summary>
    public SecurityOptions Options { get; init; } = new();

    /// <summary>Who answers for the user; null: only what this host begins is paired.</summary>
    public IPairingAgent? Agent { get; init; }

    /// <summary>Where the agent is called.</summary>
    public TaskScheduler CallbackScheduler { get; init; } = TaskScheduler.Default;

    /// <summary>Who is told of pairings and refusals; null: nobody.</summary>
    public ISecurityObserver? Observer { get; init; }

    /// <summary>Where to log; null: nowhere.</summary>
    public ILogger? Log { get; init; }
}

/// <summary>The security of a host's links, as the host's owner sees it. Loop only.</summary>
public sealed class LinkSecurityHub
{
    private readonly LinkSecurityCoordinator _coordinator;

    internal LinkSecurityHub(HciHost host, EventLoop loop, LinkSecuritySetup setup)
    {
        _coordinator = new LinkSecurityCoordinator(
            host, loop.Timers, setup.KeyStore, setup.Options, setup.Agent, () => Identify(host.Controller),
            setup.Log ?? NullLogger.Instance, setup.CallbackScheduler);
        if (setup.Observer is { } observer)
        {
            _coordinator.Observer = observer;
        }

        Links = new Adapter(_coordinator);
    }

    /// <summary>Whether peers may begin to pair.</summary>
    public bool IsPairingWindowOpen => _coordinator.IsPairingWindowOpen;

    /// <summary>The bonds of the controller that is in use.</summary>
    public IReadOnlyList<LinkKeyRow> Bonds => _coordinator.Bonds;

    internal ILinkSecurity Links { get; }

    /// <summary>Makes a host together with its security.</summary>
    /// <param name="loop">The loop that owns both.</param>
    /// <param name="options">How the controller is set up.</param>
    /// <param name="user">The layer above the links.</param>
    /// <param name="setup">What securing links needs.</param>
    /// <param name="observer">Hears of the controller as a whole.</param>
    /// <param name="log">Where to log.</param>
    /// <returns>The host, closed yet, and its security.</returns>
    public static (HciHost Host, LinkSecurityHub Security) Create(
        EventLoop loop, HciOptions options, IAclLinkUser user, LinkSecuritySetup setup, IHciHostObserver? observer = null, ILogger? log = null)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(setup);
        LinkSecurityHub? hub = null;
        var host = new HciHost(
            loop,
            options,
            user,
            owner => (hub = new LinkSecurityHub(owner, loop, setup)).Links,
            observer,
            log);
        return (host, hub!);
    }

    /// <summary>Pairs because the operator named the peer; authenticates where a stored key serves.</summary>
    /// <param name="link">A link of this host.</param>
    /// <param name="requirement">What the link must meet afterwards; null: the stack's default.</param>
    public Task<PairingOutcome> PairAsync(IAclLink link, SecurityRequirement? requirement = null) =>
        link is ISecuredLink own
            ? _coordinator.PairAsync(own, requirement)
            : throw new ArgumentException("The link is of another host.", nameof(link));

    /// <summary>Lets peers pair for a time.</summary>
    /// <param name="duration">How long.</param>
    /// <returns>Disposing closes the window before the time; on the loop.</returns>
    public IDisposable OpenPairingWindow(TimeSpan duration) => _coordinator.OpenPairingWindow(duration);

    /// <summary>Removes a bond, durably, and ends the link that stands on it.</summary>
    /// <param name="peer">With whom.</param>
    /// <returns>Whether there was a bond.</returns>
    /// <exception cref="KeyStoreException">The store cannot be written.</exception>
    public Task<bool> RemoveBondAsync(PeerAddress peer) => _coordinator.RemoveBondAsync(peer);

    /// <summary>Takes over the bonds of another controller that had this address.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="KeyStoreException">The store cannot be written.</exception>
    public Task<int> AdoptBondsAsync() => _coordinator.AdoptAsync();

    /// <summary>Has the controller make new out-of-band data of this device.</summary>
    /// <exception cref="Transport.ControllerUnavailableException">The controller hung, was reset or was lost.</exception>
    public Task<OobData> ReadLocalOobDataAsync() => _coordinator.ReadLocalOobDataAsync();

    // What stays the same over firmware restarts, and differs between makes of controllers that share an address.
    private static ControllerIdentity Identify(ControllerInfo? controller) => controller is null
        ? default
        : new ControllerIdentity(
            controller.Address,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{controller.Version.CompanyIdentifier:X4}-{(byte)controller.Version.HciVersion:X2}-{controller.Version.LmpSubversion:X4}"));

    private sealed class Adapter(LinkSecurityCoordinator coordinator) : ILinkSecurity
    {
        public bool HandleEvent(EventCode code, ReadOnlySpan<byte> parameters) => coordinator.HandleEvent(code, parameters);

        public void LinkOpened(ISecuredLink link) => coordinator.LinkOpened(link);

        public void LinkClosed(ISecuredLink link) => coordinator.LinkClosed(link);

        public Task<SecurityShortfall> EnsureAsync(ISecuredLink link, SecurityRequirement requirement) =>
            coordinator.EnsureAsync(link, requirement);

        public SecurityShortfall Check(ISecuredLink link, SecurityRequirement requirement) => coordinator.Check(link, requirement);
    }
}
