using HostStack.Hci.Commands;
using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Security;

/// <summary>The security of all links of one controller: answers its questions, authenticates, pairs, encrypts, reads key
/// sizes, keeps bonds. Loop only; does no I/O of its own but for the key store's writes.</summary>
internal sealed class LinkSecurityCoordinator : ILinkSecurity
{
    private readonly SecurityContext _context;
    private readonly SecurityEventRouter _router;
    private readonly Dictionary<LinkSecuritySession, SecurityProcedure> _procedures = [];

    /// <summary>Makes a coordinator without links, the pairing window closed.</summary>
    /// <param name="commands">The way to the controller.</param>
    /// <param name="timers">The loop's timers.</param>
    /// <param name="store">The bonds.</param>
    /// <param name="options">How links are secured.</param>
    /// <param name="agent">Answers for the user; null: nobody does, and only what this host begins is paired.</param>
    /// <param name="identity">Which controller this is; asked when it is needed, for bring-up learns it.</param>
    /// <param name="log">Where to log.</param>
    /// <param name="callbackScheduler">Where the agent's callbacks run.</param>
    public LinkSecurityCoordinator(
        ICommandSender commands, TimerQueue timers, ILinkKeyStore store, SecurityOptions options, IPairingAgent? agent,
        Func<ControllerIdentity> identity, ILogger log, TaskScheduler callbackScheduler)
    {
        _context = new SecurityContext(commands, timers, store, options, agent, identity, log, callbackScheduler);
        _router = new SecurityEventRouter(_context);
    }

    /// <summary>Who is told of pairings and refusals.</summary>
    public ISecurityObserver Observer
    {
        get => _context.Observer;
        set => _context.Observer = value;
    }

    /// <summary>Who answers for the user.</summary>
    public IPairingAgent? Agent
    {
        get => _context.Agent;
        set => _context.Agent = value;
    }

    /// <summary>Whether peers may begin to pair.</summary>
    public bool IsPairingWindowOpen => _context.Window.IsOpen;

    /// <summary>What was counted.</summary>
    public SecurityCounters Counters => _context.Counters;

    /// <summary>Handles an event, if it is one of security.</summary>
    /// <param name="code">The event.</param>
    /// <param name="parameters">Its parameters, borrowed.</param>
    /// <returns>Whether it is one.</returns>
    public bool HandleEvent(EventCode code, ReadOnlySpan<byte> parameters) => _router.Handle(code, parameters);

    /// <summary>A link is up. Before any of its data is taken.</summary>
    /// <param name="link">The link.</param>
    public void LinkOpened(ISecuredLink link)
    {
        var session = new LinkSecuritySession(link, _context);
        _router.Add(session);
        _procedures[session] = new SecurityProcedure(session, _context);
        if (link.Peer.Address == _context.Identity.Address)
        {
            session.Refuse(SecurityRule.OwnAddress);
            link.Disconnect(HciStatus.AuthenticationFailure);
        }
        else if (link.Security.IsEncrypted)
        {
            // Security mode 3: encrypted before there was a connection; the key size is as unknown as ever.
            session.Cipher.Changed(HciStatus.Success, link.Security.Encryption, null);
        }
    }

    /// <summary>A link has ended: whatever waits for it hears so.</summary>
    /// <param name="link">The link.</param>
    public void LinkClosed(ISecuredLink link)
    {
        if (_router.Find(link) is { } session)
        {
            _router.Remove(session);
            _procedures.Remove(session);
            session.Close();
        }
    }

    /// <summary>Whether a link meets a requirement now, without doing anything.</summary>
    /// <param name="link">The link.</param>
    /// <param name="requirement">What is asked.</param>
    public SecurityShortfall Check(ISecuredLink link, SecurityRequirement requirement) =>
        Find(link) is { } procedure ? procedure.Check(requirement) : SecurityShortfall.LinkLost;

    /// <summary>Whether a link may be more secure in a moment.</summary>
    /// <param name="link">The link.</param>
    public SecurityProspect Prospect(ISecuredLink link) =>
        _router.Find(link) is not { } session ? SecurityProspect.None
        : session.State.IsBusy ? SecurityProspect.UnderWay
        : session.Keys.Select(null, out _, out _) is not null ? SecurityProspect.Bonded
        : SecurityProspect.None;

    /// <summary>Brings a link to what is asked: authenticates with the stored key, or pairs where the window is open;
    /// encrypts; reads the key size. Calls that ask for the same share the work.</summary>
    /// <param name="link">The link.</param>
    /// <param name="requirement">What is asked.</param>
    /// <returns>What is still missing.</returns>
    public async Task<SecurityShortfall> EnsureAsync(ISecuredLink link, SecurityRequirement requirement)
    {
        if (Find(link) is not { } procedure)
        {
            return SecurityShortfall.LinkLost;
        }

        var end = await procedure.EnsureAsync(requirement, isExplicit: false);
        return procedure.ShortfallAfter(requirement, end);
    }

    /// <summary>Like <see cref="EnsureAsync"/>, for a service that tells of refusals with its own: what is refused meanwhile
    /// is handed to it and not told to the observer.</summary>
    /// <param name="link">The link.</param>
    /// <param name="requirement">What is asked.</param>
    public async Task<SecurityOutcome> SecureForServiceAsync(ISecuredLink link, SecurityRequirement requirement)
    {
        if (_router.Find(link) is not { } session || Find(link) is not { } procedure)
        {
            return new SecurityOutcome(SecurityShortfall.LinkLost);
        }

        var shortfall = SecurityShortfall.None;
        SecurityRefusal? refusal;
        ProcedureEnd? end = null;
        session.Refusals.Enter();
        try
        {
            end = await procedure.EnsureAsync(requirement, isExplicit: false);
            shortfall = procedure.ShortfallAfter(requirement, end);
        }
        finally
        {
            refusal = session.Refusals.Leave(shortfall != SecurityShortfall.None, end?.Rule);
        }

        return new SecurityOutcome(shortfall, refusal);
    }

    /// <summary>Pairs because the operator named the peer; authenticates where a stored key serves.</summary>
    /// <param name="link">The link.</param>
    /// <param name="requirement">What the link must meet afterwards; null: the stack's default.</param>
    public async Task<PairingOutcome> PairAsync(ISecuredLink link, SecurityRequirement? requirement = null)
    {
        if (_router.Find(link) is not { } session || Find(link) is not { } procedure)
        {
            return new PairingOutcome(SecurityShortfall.LinkLost);
        }

        var asked = requirement ?? SecurityRequirement.Default;
        var end = await procedure.EnsureAsync(asked, isExplicit: true);
        var shortfall = procedure.ShortfallAfter(asked, end);
        return shortfall == SecurityShortfall.None
            ? new PairingOutcome(
                shortfall, null, HciStatus.Success, session.Pairing.LastModel, session.Keys.Type, session.Keys.Stored is not null)
            : new PairingOutcome(shortfall, end.Rule, end.Status);
    }

    /// <summary>Lets peers pair for a time.</summary>
    /// <param name="duration">How long.</param>
    /// <returns>Disposing closes the window before the time; on the loop.</returns>
    public IDisposable OpenPairingWindow(TimeSpan duration) => _context.Window.Open(duration);

    /// <summary>Removes a bond, durably, and ends the link that stands on it.</summary>
    /// <param name="peer">With whom.</param>
    /// <returns>Whether there was a bond.</returns>
    /// <exception cref="KeyStoreException">The store cannot be written.</exception>
    public Task<bool> RemoveBondAsync(PeerAddress peer)
    {
        var removed = _context.Store.Remove(new LinkKeyId(_context.Identity, peer));
        if (_router.Find(peer.Address) is { } session)
        {
            session.Keys.Forget();
            session.Link.Disconnect(HciStatus.RemoteUserTerminated);
        }

        if (removed)
        {
            _context.Report(observer => observer.BondRemoved(peer));
        }

        return Task.FromResult(removed);
    }

    /// <summary>The bonds of this controller.</summary>
    public IReadOnlyList<LinkKeyRow> Bonds => [.. _context.Store.List().Where(row => row.Id.Controller == _context.Identity)];

    /// <summary>Bonds of this address that another controller, or this one with other firmware, made.</summary>
    public IReadOnlyList<LinkKeyRow> ForeignBonds => _context.Store.ListForeign(_context.Identity);

    /// <summary>Takes over the bonds of another controller that had this address: the operator says that this is
    /// right.</summary>
    /// <returns>How many bonds.</returns>
    /// <exception cref="KeyStoreException">The store cannot be written.</exception>
    public Task<int> AdoptAsync(ControllerIdentity? of) => Task.FromResult(_context.Store.Adopt(_context.Identity, of));

    /// <summary>Has the controller make new out-of-band data of this device; data that was read before stays good until
    /// then.</summary>
    /// <returns>The data; both parts null where the controller makes none.</returns>
    /// <exception cref="Transport.ControllerUnavailableException">The controller hung, was reset or was lost.</exception>
    public async Task<OobData> ReadLocalOobDataAsync()
    {
        if (_context.Commands.Supports(OpCode.ReadLocalOobExtendedData))
        {
            var both = await _context.Commands.SendAsync(new ReadLocalOobExtendedDataCommand());
            if (both.Status == HciStatus.Success)
            {
                return new OobData(Pair(both.C192, both.R192), Pair(both.C256, both.R256));
            }
        }

        if (!_context.Commands.Supports(OpCode.ReadLocalOobData))
        {
            return new OobData(null, null);
        }

        var single = await _context.Commands.SendAsync(new ReadLocalOobDataCommand());
        return new OobData(single.Status == HciStatus.Success ? Pair(single.C, single.R) : null, null);
    }

    private static OobPair? Pair(OobValue hash, OobValue randomizer) => hash.IsZero ? null : new OobPair(hash, randomizer);

    private SecurityProcedure? Find(ISecuredLink link) =>
        _router.Find(link) is { } session ? _procedures.GetValueOrDefault(session) : null;
}
