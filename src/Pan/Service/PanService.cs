using HostStack.Bnep.Control;
using HostStack.Bnep.Filters;
using HostStack.Bnep.Frames;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.Pan.Networks;
using HostStack.Pan.Roles;
using HostStack.Sdp.Records;
using Microsoft.Extensions.Logging;

namespace HostStack.Pan.Service;

/// <summary>PAN on one host: the listener on PSM 0x000F that all roles share, the networks, the connections, and the
/// sessions that belong to none of them yet. Loop only.</summary>
internal sealed class PanService : IDisposable
{
    /// <summary>The smallest MTU that BNEP lives with (BNEP 1.0, 2.2).</summary>
    public const ushort BnepMtu = 1691;

    private readonly Dictionary<PanRole, PanNetwork> _networks = [];
    private readonly List<PanConnection> _connections = [];
    private readonly HashSet<PanPeer> _peers = [];
    private readonly SetupDecision _decision;
    private readonly BnepMetrics _bnepMetrics = new();
    private IDisposable? _listener;
    private SecurityRequirement? _listenerSecurity;
    private bool _closed;

    public PanService(IPanHost host)
    {
        Host = host;
        Log = host.Loggers.CreateLogger("HostStack.Pan");
        BnepLog = host.Loggers.CreateLogger("HostStack.Bnep");
        _decision = new SetupDecision(this);
    }

    public IPanHost Host { get; }

    public ILogger Log { get; }

    public ILogger BnepLog { get; }

    public PanMetrics Metrics { get; } = new();

    public IReadOnlyList<PanConnection> Connections => _connections;

    /// <summary>The roles that are offered.</summary>
    public ServedRoles Served { get; private set; }

    /// <summary>Refusals that this side gave.</summary>
    public long SetupsRefused { get; private set; }

    public PanNetwork Serve(PanRole role, IEthernetPort port, PanServiceOptions options)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_networks.ContainsKey(role))
        {
            throw new InvalidOperationException($"{role.Name()} is served already; dispose its network first.");
        }

        // First of all: a port that is in use already refuses here, before anything is offered for it.
        INetworkFabric fabric = role == PanRole.Panu
            ? new PairFabric(Host.Loop, port)
            : new SwitchFabric(this, port, options.Switch);
        fabric.Start();
        var record = role switch
        {
            PanRole.Nap => NetworkServiceRecord.Nap(options.Record),
            PanRole.Gn => NetworkServiceRecord.Gn(options.Record),
            _ => NetworkServiceRecord.Panu(options.Record),
        };
        var network = new PanNetwork(this, role, port, options, fabric, Host.Advertise(record, (ushort)role));
        _networks.Add(role, network);
        try
        {
            UpdateListener();
        }
        catch
        {
            _listenerSecurity = null;
            network.Close("the PSM is taken");
            throw;
        }

        Host.Publish(new NetworkUp(role, port.Name));
        return network;
    }

    /// <summary>Makes a connection, not begun yet.</summary>
    /// <exception cref="InvalidOperationException">There is one to the peer.</exception>
    public PanConnection Connect(PeerAddress peer, PanRole remoteRole, IEthernetPort port, PanClientOptions options)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_connections.Exists(other => other.Peer == peer))
        {
            throw new InvalidOperationException(
                $"There is a connection to {peer} already; dispose it before another one is made.");
        }

        var connection = new PanConnection(this, peer, remoteRole, port, options);
        _connections.Add(connection);
        return connection;
    }

    public void Remove(PanConnection connection) => _connections.Remove(connection);

    public void Closed(PanNetwork network)
    {
        _networks.Remove(network.Role);
        UpdateListener();
        Host.Publish(new NetworkDown(network.Role, network.Port.Name));
    }

    public PanNetwork? NetworkOf(PanRole role) => _networks.GetValueOrDefault(role);

    /// <summary>The connection of this side to a peer's PANU that is being made at this moment.</summary>
    public PanConnection? AttemptTo(PeerAddress peer) =>
        _connections.Find(connection => connection.Peer == peer && connection.RemoteRole == PanRole.Panu && connection.IsAttempting);

    /// <summary>A session of this side, for a channel that it asks for.</summary>
    public PanPeer CreateOutgoing(IAclLink link, PanRole remoteRole, BnepSessionOptions options) =>
        Create(new PanPeer(this, link.Peer, Host.Address) { WantedRemoteRole = remoteRole, Link = link }, options);

    public void Gone(PanPeer peer) => _peers.Remove(peer);

    public Task DecideAsync(PanPeer peer, BnepUuid destination, BnepUuid source, CancellationToken abandoned) =>
        _decision.RunAsync(peer, destination, source, abandoned);

    public void Expired(PanPeer peer, BnepUuid destination, BnepUuid source) =>
        _decision.ReportExpired(peer, destination, source);

    /// <summary>Whether a peer's link proves a stored key. A bond is the address's: on a link that is not encrypted nobody has
    /// proved to be the one who has it.</summary>
    public bool ProvesBond(PanPeer peer) => Host.IsBonded(peer.Peer) && peer.Security.IsEncrypted;

    /// <summary>Reports one refusal: one log line, one event.</summary>
    public void Report(SetupRefused refused)
    {
        SetupsRefused += refused.ByPeer ? 0 : 1;
        Metrics.Refused(refused);
        PanLog.SetupRefused(
            Log,
            refused.Layer,
            refused.Peer,
            refused.Rule,
            refused.Role,
            refused.Code is { } code ? $"0x{(ushort)code:X4}" : "none",
            refused.KeyType,
            refused.Remedy);
        Host.Publish(refused);
    }

    public PanStatus ReadStatus() => new(
        [.. _networks.Values.Select(static network => network.ReadStatus())],
        [.. _connections.Select(static connection => connection.ReadStatus())],
        SetupsRefused);

    /// <summary>Ends everything. Idempotent.</summary>
    public void Dispose()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        foreach (var connection in _connections.ToArray())
        {
            connection.Close("the host was closed");
        }

        foreach (var network in _networks.Values.ToArray())
        {
            network.Close("the host was closed");
        }

        foreach (var peer in _peers.ToArray())
        {
            peer.Dismiss("the host was closed");
        }

        _bnepMetrics.Dispose();
        Metrics.Dispose();
    }

    private BnepSession? Accept(IL2capChannel channel)
    {
        if (_closed || _networks.Count == 0)
        {
            return null;
        }

        // The role, and with it the role's own options, is known only at setup: until then the first network's hold.
        var options = _networks.Values.First().Options.Bnep;
        return Create(new PanPeer(this, channel.Link.Peer, Host.Address) { Link = channel.Link }, options).Session;
    }

    private PanPeer Create(PanPeer peer, BnepSessionOptions options)
    {
        peer.Session = new BnepSession(
            new MacAddress(Host.Address.Value),
            new MacAddress(peer.Peer.Address.Value),
            options,
            Host.Loop.Timers,
            peer,
            BnepLog,
            _bnepMetrics);
        _peers.Add(peer);
        return peer;
    }

    private void UpdateListener()
    {
        Served = _networks.Keys.Aggregate(ServedRoles.None, static (all, role) => all | RolePairs.Flag(role));
        var security = _networks.Count == 0 ? null : LeastStrict(_networks.Values.Select(static network => network.Options.Security));
        if (security == _listenerSecurity)
        {
            return;
        }

        _listener?.Dispose();
        _listenerSecurity = security;
        _listener = security is null
            ? null
            : Host.Listen(new ServiceRegistration
            {
                Psm = Psm.Bnep,
                Options = new ChannelOptions { IncomingMtu = BnepMtu, OutgoingMtuFloor = BnepMtu, Security = security },
                Accept = Accept,
            });
    }

    // All roles share one PSM: L2CAP asks what every role asks, and setup asks the rest for the role that is wanted.
    private static SecurityRequirement LeastStrict(IEnumerable<SecurityRequirement> requirements) =>
        requirements.Aggregate(static (one, other) => new SecurityRequirement
        {
            Encryption = one.Encryption && other.Encryption,
            Authenticated = one.Authenticated && other.Authenticated,
            SecureConnectionsOnly = one.SecureConnectionsOnly && other.SecureConnectionsOnly,
            MinimumKeySize = Math.Min(one.MinimumKeySize, other.MinimumKeySize),
            AllowUnknownKeySize = one.AllowUnknownKeySize || other.AllowUnknownKeySize,
        });
}
