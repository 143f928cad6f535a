using System.Globalization;
using System.Net.Sockets;

namespace HostStack.Hci.Transport;

/// <summary>A controller that speaks H4 on a TCP port: <c>h4:tcp:host:port</c>, with <c>[::1]</c> for IPv6 hosts.</summary>
public sealed class TcpControllerSource : IControllerSource
{
    internal const string Scheme = "h4:tcp";

    private readonly string _host;
    private readonly int _port;

    /// <summary>Makes the source; nothing is opened yet.</summary>
    /// <param name="host">A name or an address, without brackets.</param>
    /// <param name="port">1 to 65535.</param>
    public TcpControllerSource(string host, int port)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        _host = host;
        _port = port;
    }

    /// <inheritdoc/>
    public string Uri => $"{Scheme}:{Endpoint}";

    private string Endpoint => _host.Contains(':', StringComparison.Ordinal) ? $"[{_host}]:{_port}" : $"{_host}:{_port}";

    /// <summary>Reads <c>host:port</c> or <c>[IPv6]:port</c>.</summary>
    /// <param name="address">The text behind <c>h4:tcp:</c>.</param>
    /// <exception cref="FormatException">The text has not this form.</exception>
    public static TcpControllerSource Parse(string address)
    {
        var colon = address.LastIndexOf(':');
        var host = colon > 0 ? address[..colon] : string.Empty;
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        host = bracketed ? host[1..^1] : host;
        if (host.AsSpan().Trim().IsEmpty
            || (!bracketed && host.AsSpan().ContainsAny(":[]"))
            || !ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
        {
            throw new FormatException(
                $"'{Scheme}:{address}' needs a host and a port from 1 to 65535; write it like h4:tcp:localhost:9000 or h4:tcp:[::1]:9000.");
        }

        return new TcpControllerSource(host, port);
    }

    /// <inheritdoc/>
    public async Task<IHciTransport> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true; // Packets are gathered here already; waiting for more would only delay them.
            await socket.ConnectAsync(_host, _port, cancellationToken).ConfigureAwait(false);
            return SocketTransport.Over(Uri, socket);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new ControllerUnavailableException(Explain(failure.SocketErrorCode), failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private string Explain(SocketError error) => error switch
    {
        SocketError.ConnectionRefused =>
            $"Nobody listens on {Endpoint}; start the controller there, or check host and port.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
            $"The host {_host} is not known; check its name.",
        SocketError.AccessDenied =>
            $"No permission to connect to {Endpoint}; check the firewall or the sandbox.",
        _ => $"{Endpoint} cannot be reached ({error}); check the network and that a controller serves that port.",
    };
}
