using HostStack.Ethernet;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan.Service;

namespace HostStack.Pan;

/// <summary>Personal Area Networking on a host.</summary>
public static class PanHostExtensions
{
    /// <summary>Serves a role: a record is offered, and peers whose setup the policy allows are joined to the port. NAP, GN
    /// and PANU may be served at once, each with its own port and policy.</summary>
    /// <param name="host">The host.</param>
    /// <param name="role">The role.</param>
    /// <param name="port">The network port; it stays the caller's.</param>
    /// <param name="options">The policy; null: encryption with a 16-octet key, bonded peers.</param>
    /// <exception cref="InvalidOperationException">The role is served already, or another service has PSM 0x000F.</exception>
    public static Task<PanNetwork> ServeAsync(
        this BluetoothHost host, PanRole role, IEthernetPort port, PanServiceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(port);
        return host.Loop.InvokeAsync(() => ServiceOf(host).Serve(role, port, options ?? new PanServiceOptions()));
    }

    /// <summary>Becomes the user of a peer's network.</summary>
    /// <param name="host">The host.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="remoteRole">The peer's role: NAP, GN, or PANU for a link of two.</param>
    /// <param name="port">The network port; it stays the caller's.</param>
    /// <param name="options">The choices; null: no reconnecting.</param>
    /// <param name="cancellationToken">Ends the first attempt.</param>
    /// <exception cref="PanRefusedException">The peer is not there, or something on the way said no; the message says what
    /// to do.</exception>
    /// <exception cref="Hci.Transport.ControllerUnavailableException">There is no controller.</exception>
    public static async Task<PanConnection> ConnectAsync(
        this BluetoothHost host,
        PeerAddress peer,
        PanRole remoteRole,
        IEthernetPort port,
        PanClientOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var result = await host.TryConnectAsync(peer, remoteRole, port, options, cancellationToken);
        return result.Connection ?? throw new PanRefusedException(result.Refusal!);
    }

    /// <summary>Becomes the user of a peer's network; a refusal is a result.</summary>
    /// <param name="host">The host.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="remoteRole">The peer's role: NAP, GN, or PANU for a link of two.</param>
    /// <param name="port">The network port; it stays the caller's.</param>
    /// <param name="options">The choices; null: no reconnecting.</param>
    /// <param name="cancellationToken">Ends the first attempt.</param>
    /// <exception cref="Hci.Transport.ControllerUnavailableException">There is no controller.</exception>
    public static Task<PanConnectResult> TryConnectAsync(
        this BluetoothHost host,
        PeerAddress peer,
        PanRole remoteRole,
        IEthernetPort port,
        PanClientOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(port);
        return host.Loop.RunAsync(async () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var service = ServiceOf(host);
            var connection = service.Connect(peer, remoteRole, port, options ?? new PanClientOptions());
            using var registration = cancellationToken.Register(() =>
                host.Loop.Post(static (target, _) => ((PanConnection)target!).Close("cancelled"), connection));
            var refusal = await connection.StartAsync();
            return refusal is null ? new PanConnectResult(connection, null) : new PanConnectResult(null, refusal);
        });
    }

    /// <summary>Reads everything that PAN does on a host.</summary>
    /// <param name="host">The host.</param>
    public static Task<PanStatus> GetPanStatusAsync(this BluetoothHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Loop.InvokeAsync(() => ServiceOf(host).ReadStatus());
    }

    private static PanService ServiceOf(BluetoothHost host) =>
        host.GetOrAttach(static owner => new PanAttachment(owner)).Service;
}
