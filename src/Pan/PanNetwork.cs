using HostStack.Ethernet;
using HostStack.Hci.Wire;
using HostStack.Pan.Authorization;
using HostStack.Pan.Networks;
using HostStack.Pan.Service;

namespace HostStack.Pan;

/// <summary>A served role: its peers, its port and its policy. Ends when disposed or when the host is closed.</summary>
/// <remarks>The port stays its owner's: it is not disposed with the network. A port serves one network in its life.</remarks>
public sealed class PanNetwork : IAsyncDisposable, IPeerHome
{
    private readonly PanService _service;
    private readonly INetworkFabric _fabric;
    private readonly List<PanPeer> _peers = [];
    private readonly IDisposable _advertisement;
    private readonly IDisposable? _central;
    private readonly ExpiryWatch _expiries;
    private bool _closed;

    internal PanNetwork(
        PanService service, PanRole role, IEthernetPort port, PanServiceOptions options, INetworkFabric fabric, IDisposable advertisement)
    {
        _service = service;
        _fabric = fabric;
        _advertisement = advertisement;
        Role = role;
        Port = port;
        Options = options;
        ClientLimit = role == PanRole.Panu ? 1 : options.ClientLimit ?? PanRoles.DefaultClientLimit;
        Gate = new AuthorizationGate(
            options.Authorization, options.Authorizer, service.Host.Loop.Timers, service.Host.Loop.Time, service.Host.Callbacks);
        _expiries = new ExpiryWatch(
            service.Host.Loop.Timers, service.Host.Loop.Time, peer => Gate.Judge(peer.Peer, service.ProvesBond(peer)));

        // One piconet with this device in its middle serves several clients best (PAN 1.0, 4).
        _central = role == PanRole.Panu ? null : service.Host.PreferCentral();
        port.SetCarrier(false);
    }

    /// <summary>The role.</summary>
    public PanRole Role { get; }

    /// <summary>The port.</summary>
    public IEthernetPort Port { get; }

    /// <summary>The policy.</summary>
    public PanServiceOptions Options { get; }

    /// <summary>Peers that it takes at one time.</summary>
    public int ClientLimit { get; }

    internal AuthorizationGate Gate { get; }

    /// <summary>Reads peers and counters.</summary>
    public Task<PanNetworkStatus> GetStatusAsync() => _service.Host.Loop.InvokeAsync(ReadStatus);

    /// <summary>Sends a peer away.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>False where it is not on this network.</returns>
    public Task<bool> DisconnectAsync(PeerAddress peer) =>
        _service.Host.Loop.InvokeAsync(() =>
        {
            var found = Find(peer);
            found?.Dismiss("sent away here");
            return found is not null;
        });

    /// <summary>Stops serving: the record is withdrawn, peers are sent away, the port's carrier goes down. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _service.Host.Loop.InvokeAsync(() =>
            {
                Close("the network was closed");
                return true;
            });
        }
        catch (ObjectDisposedException)
        {
            // The host was closed first, and took the network with it.
        }
    }

    void IPeerHome.Enter(PanPeer peer)
    {
        _peers.Add(peer);
        _fabric.Enter(peer);
        _service.Metrics.PeerEntered(Role);
        PanLog.Joined(_service.Log, Role, peer.Peer, peer.PeerRole);
        _service.Host.Publish(new PeerJoined(Role, peer.Peer, peer.PeerRole, peer.Address));
        _expiries.Add(peer);
    }

    void IPeerHome.Leave(PanPeer peer, string reason)
    {
        _expiries.Remove(peer);
        if (_peers.Remove(peer))
        {
            _fabric.Leave(peer);
            _service.Metrics.PeerLeft(Role);
            PanLog.Left(_service.Log, Role, peer.Peer, reason);
            _service.Host.Publish(new PeerLeft(Role, peer.Peer, reason));
        }
    }

    void IPeerHome.FrameFromPeer(PanPeer peer, in EthernetFrame frame, ReadOnlySpan<byte> extensions) =>
        _fabric.FrameFromPeer(peer, frame, extensions);

    void IPeerHome.PeerWritable(PanPeer peer) => _fabric.PeerWritable(peer);

    /// <summary>Whether one more peer fits; a new session of a peer that is here takes the place of its old one.</summary>
    internal bool HasPlaceFor(PeerAddress peer) => !_closed && (_peers.Count < ClientLimit || Find(peer) is not null);

    /// <summary>Whether nobody else on the network, this machine included, has the peer's network address.</summary>
    internal bool HasAddressFor(PanPeer peer) => _fabric.IsFree(peer);

    internal PanPeer? Find(PeerAddress peer) => _peers.Find(known => known.Peer == peer);

    internal PanNetworkStatus ReadStatus() => new(
        Role,
        Port.Name,
        ClientLimit,
        _fabric.KnownAddresses,
        _fabric.PortCounters,
        [.. _peers.Select(peer =>
            new PanPeerStatus(peer.Peer, peer.PeerRole, peer.Address, peer.Security, _fabric.CountersOf(peer)))]);

    internal void Close(string reason)
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _advertisement.Dispose();
        _central?.Dispose();
        foreach (var peer in _peers.ToArray())
        {
            peer.Dismiss(reason);
        }

        Port.SetCarrier(false);
        _fabric.Close();
        _service.Closed(this);
    }
}
