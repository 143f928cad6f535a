using HostStack.Bnep.Control;
using HostStack.Bnep.Filters;
using HostStack.Ethernet;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Pan.Client;
using HostStack.Pan.Networks;
using HostStack.Pan.Service;

namespace HostStack.Pan;

/// <summary>This host as the user (PANU) of a peer's network. Ends when disposed, when the host is closed, or, without a
/// <see cref="PanClientOptions.Reconnect"/> policy, when it is lost.</summary>
/// <remarks>The port stays its owner's. While the link is full the port pauses; while there is no connection its carrier is
/// down and its frames are dropped.</remarks>
public sealed class PanConnection : IAsyncDisposable, IPeerHome
{
    // What ends sooner was no success: the waits go on growing, or a peer that takes and drops would be paged for ever.
    private static readonly TimeSpan StableTime = TimeSpan.FromSeconds(10);

    private readonly PanService _service;
    private readonly PointToPoint _pair;
    private readonly BackOff? _backOff;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<string> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<PanPeer> _adoption = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PanPeer? _peer;
    private int _losses;
    private long _connectedAt;

    internal PanConnection(PanService service, PeerAddress peer, PanRole remoteRole, IEthernetPort port, PanClientOptions options)
    {
        _service = service;
        Peer = peer;
        RemoteRole = remoteRole;
        Port = port;
        Options = options;
        _pair = new PointToPoint(service.Host.Loop, port);
        if (options.Reconnect is { } policy)
        {
            _backOff = new BackOff(policy, unchecked(service.Host.Seed ^ (int)peer.Address.Value));
        }

        // Refuses a port that is in use, whose carrier is then somebody else's.
        _pair.Start();
        port.SetCarrier(false);
    }

    /// <summary>The peer.</summary>
    public PeerAddress Peer { get; }

    /// <summary>Its role.</summary>
    public PanRole RemoteRole { get; }

    /// <summary>The port.</summary>
    public IEthernetPort Port { get; }

    /// <summary>The options.</summary>
    public PanClientOptions Options { get; }

    /// <summary>Where it stands. A snapshot where it is read off the loop.</summary>
    public PanConnectionState State { get; private set; }

    /// <summary>Ends, with the reason, when the connection is over for good.</summary>
    public Task<string> Completion => _completion.Task;

    /// <summary>Whether this side has begun to ask and the peer has not said yes yet: only then can the peer's own connection,
    /// begun at the same time, stand for this one.</summary>
    internal bool IsAttempting { get; private set; }

    /// <summary>The session that the peer began at the same time and that became this connection.</summary>
    internal PanPeer? Adopted => _adoption.Task.IsCompletedSuccessfully ? _peer : null;

    internal Task AdoptedAsync => _adoption.Task;

    /// <summary>Reads state and counters.</summary>
    public Task<PanConnectionStatus> GetStatusAsync() => _service.Host.Loop.InvokeAsync(ReadStatus);

    /// <summary>Tells the peer which network types this side wants; <see cref="FilterChanged"/> follows.</summary>
    /// <param name="ranges">The ranges; none: the peer's default.</param>
    /// <returns>False where there is no connection, or such a filter is unanswered.</returns>
    public Task<bool> SetNetworkTypeFilterAsync(params NetworkTypeRange[] ranges) =>
        _service.Host.Loop.InvokeAsync(() => _peer is { } peer && peer.Session.SetNetworkTypeFilter(ranges));

    /// <summary>Tells the peer which multicast destinations this side wants; <see cref="FilterChanged"/> follows.</summary>
    /// <param name="ranges">The ranges; none: the peer's default.</param>
    /// <returns>False where there is no connection, or such a filter is unanswered.</returns>
    public Task<bool> SetMulticastFilterAsync(params MulticastRange[] ranges) =>
        _service.Host.Loop.InvokeAsync(() => _peer is { } peer && peer.Session.SetMulticastFilter(ranges));

    /// <summary>Ends the connection, and the attempts to bring it back. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _service.Host.Loop.InvokeAsync(() =>
            {
                Close("closed here");
                return true;
            });
        }
        catch (ObjectDisposedException)
        {
            // The host was closed first, and took the connection with it.
        }
    }

    void IPeerHome.Enter(PanPeer peer)
    {
        var former = _peer;
        _peer = peer;
        _pair.Attach(peer, isProved: !peer.Session.IsInitiator || peer.Session.IsConfirmed);
        former?.Dismiss("replaced by another session with the peer");
        if (!peer.Session.IsInitiator)
        {
            _adoption.TrySetResult(peer);
        }
    }

    void IPeerHome.Confirmed(PanPeer peer)
    {
        if (ReferenceEquals(_peer, peer))
        {
            _pair.Proved();
        }
    }

    void IPeerHome.Leave(PanPeer peer, string reason)
    {
        _pair.Detach(peer);
        if (ReferenceEquals(_peer, peer))
        {
            _peer = null;
            _lost.TrySetResult(reason);
        }
    }

    void IPeerHome.FrameFromPeer(PanPeer peer, in EthernetFrame frame, ReadOnlySpan<byte> extensions) =>
        _pair.FrameFromPeer(frame);

    void IPeerHome.PeerWritable(PanPeer peer) => _pair.Writable();

    /// <summary>Makes the connection for the first time, then keeps it. Loop only.</summary>
    /// <returns>The refusal; null where it is up.</returns>
    internal async Task<SetupRefused?> StartAsync()
    {
        try
        {
            var refusal = await AttemptAsync();
            if (refusal is { } first && !(Options.RetryFirstAttempt && !first.IsFinal && _backOff is not null))
            {
                Close(first.Refusal.Rule);
                return first.Refusal;
            }

            _ = KeepAsync(connected: refusal is null);
            return null;
        }
        catch (Exception)
        {
            Close("the attempt was ended");
            throw;
        }
    }

    /// <summary>The peer said yes to the setup: what it begins from here on is a connection of its own.</summary>
    internal void SetupAccepted() => IsAttempting = false;

    /// <summary>An attempt begins, or begins again because its link has ended under it: what became of the one before is
    /// forgotten.</summary>
    internal void BeginAttempt()
    {
        IsAttempting = true;
        _adoption = new TaskCompletionSource<PanPeer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _lost = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal PanConnectionStatus ReadStatus() => new(
        Peer, RemoteRole, Port.Name, State, _peer?.Security ?? default, _pair.Counters, _losses);

    internal void Close(string reason)
    {
        if (State == PanConnectionState.Closed)
        {
            return;
        }

        var wasConnected = State == PanConnectionState.Connected;
        State = PanConnectionState.Closed;
        _closing.Cancel();
        _peer?.Dismiss(reason);
        _pair.Close();
        _service.Remove(this);
        if (wasConnected)
        {
            ReportDisconnected(reason);
        }

        _completion.TrySetResult(reason);
    }

    private async Task<(SetupRefused Refusal, bool IsFinal)?> AttemptAsync()
    {
        _closing.Token.ThrowIfCancellationRequested();
        State = PanConnectionState.Connecting;
        BeginAttempt();
        try
        {
            var result = await new ConnectAttempt(_service, this, _closing.Token).RunAsync();

            // Closed in the turn in which the attempt ended: what it found is gone already.
            _closing.Token.ThrowIfCancellationRequested();
            if (result.Refusal is { } refusal)
            {
                return (refusal, result.IsFinal);
            }
        }
        finally
        {
            IsAttempting = false;
        }

        State = PanConnectionState.Connected;
        _connectedAt = _service.Host.Loop.Timers.Now;
        _service.Metrics.Connected(RemoteRole);
        PanLog.Connected(_service.Log, RemoteRole, Peer);
        _service.Host.Publish(new PanConnected(Peer, RemoteRole));
        return null;
    }

    private async Task KeepAsync(bool connected)
    {
        try
        {
            while (true)
            {
                if (connected)
                {
                    var reason = await _lost.Task;
                    if (State == PanConnectionState.Closed)
                    {
                        return;
                    }

                    if (_service.Host.Loop.Timers.Since(_connectedAt) >= StableTime)
                    {
                        _backOff?.Reset();
                    }

                    _losses++;
                    _service.Metrics.Lost(RemoteRole);
                    State = PanConnectionState.Waiting;
                    ReportDisconnected(reason);
                    if (_backOff is null)
                    {
                        Close(reason);
                        return;
                    }
                }

                if (!await WaitAsync() || await TryAgainAsync() is not { } again)
                {
                    return;
                }

                connected = again;
            }
        }
        catch (OperationCanceledException)
        {
            // Closed meanwhile.
        }
        catch (ObjectDisposedException)
        {
            Close("the host was closed");
        }
#pragma warning disable CA1031 // Nobody awaits this: a fault must end the connection, and be told by its completion.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Close($"ended by a fault: {fault.Message}");
        }
    }

    private async Task<bool> WaitAsync()
    {
        if (_backOff!.Next() is not { } wait)
        {
            Close($"given up after {_backOff.Attempts} attempts");
            return false;
        }

        State = PanConnectionState.Waiting;
        PanLog.Reconnecting(_service.Log, _backOff.Attempts, RemoteRole, Peer, wait);
        _service.Host.Publish(new Reconnecting(Peer, RemoteRole, _backOff.Attempts, wait));
        await new LoopWaiter(_service.Host.Loop.Timers, _closing.Token).DelayAsync(wait);
        return true;
    }

    // True: connected; false: not this time; null: over.
    private async Task<bool?> TryAgainAsync()
    {
        try
        {
            if (await AttemptAsync() is not { } refused)
            {
                return true;
            }

            if (refused.IsFinal)
            {
                Close(refused.Refusal.Rule);
                return null;
            }
        }
        catch (ControllerUnavailableException)
        {
            // The host opens it again by itself; this connection asks again at its own time.
        }

        return false;
    }

    private void ReportDisconnected(string reason)
    {
        _service.Metrics.Disconnected(RemoteRole);
        PanLog.Disconnected(_service.Log, RemoteRole, Peer, reason);
        _service.Host.Publish(new PanDisconnected(Peer, RemoteRole, reason));
    }
}
