using System.Net.Sockets;

namespace HostStack.Hci.Transport;

/// <summary>A controller that speaks H4 on a Unix socket: <c>h4:unix:/path</c>.</summary>
public sealed class UnixControllerSource : IControllerSource
{
    internal const string Scheme = "h4:unix";

    private readonly string _path;

    /// <summary>Makes the source; nothing is opened yet.</summary>
    /// <param name="path">The socket's path in the file system.</param>
    /// <exception cref="FormatException">The path is empty or longer than a socket's path can be.</exception>
    public UnixControllerSource(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new FormatException("'h4:unix:' needs the path of a socket; write it like h4:unix:/run/bt.sock.");
        }

        try
        {
            _ = new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException)
        {
            throw new FormatException($"'{path}' is too long for the path of a Unix socket; use a shorter one.");
        }

        _path = path;
    }

    /// <inheritdoc/>
    public string Uri => $"{Scheme}:{_path}";

    /// <inheritdoc/>
    public async Task<IHciTransport> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path), cancellationToken).ConfigureAwait(false);
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
        // A path that is not there gives one code or another by platform: the file system knows better.
        _ when !File.Exists(_path) =>
            $"There is no socket {_path}; start the controller that serves it, or check the path.",
        SocketError.ConnectionRefused =>
            $"Nobody listens on the socket {_path}; start the controller that serves it.",
        SocketError.AccessDenied =>
            $"No permission to open the socket {_path}; run as its owner or join its group.",
        _ => $"The socket {_path} cannot be opened ({error}); check that a controller serves it.",
    };
}
