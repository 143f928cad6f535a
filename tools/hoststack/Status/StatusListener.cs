using System.Net.Sockets;
using System.Security.Cryptography;

namespace HostStack.Cli.Status;

/// <summary>A status socket that listens before it has its name. Another start that removes the sockets of the dead, and
/// whoever looks for hosts, never finds one that is bound and does not answer yet.</summary>
internal sealed class StatusListener : IDisposable
{
    private const int Backlog = 8;
    private const int HiddenDigits = 5;

    private string? _hidden;

    private StatusListener(Socket socket, string path, string? hidden)
    {
        Socket = socket;
        Path = path;
        _hidden = hidden;
    }

    public Socket Socket { get; }

    /// <summary>The name that it gets.</summary>
    public string Path { get; }

    /// <summary>Listens, under a name that nobody looks for.</summary>
    /// <param name="path">The name that it gets.</param>
    /// <exception cref="IOException">The path cannot be an address.</exception>
    /// <exception cref="SocketException">The folder does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">The socket cannot be closed to others.</exception>
    public static StatusListener Open(string path)
    {
        _ = StatusProtocol.Endpoint(path);

        // Windows renames no socket that is open.
        var hidden = OperatingSystem.IsWindows()
            ? null
            : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path) ?? "", $".{RandomNumberGenerator.GetHexString(HiddenDigits, lowercase: true)}");
        var listener = new StatusListener(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), path, hidden);
        try
        {
            listener.Socket.Bind(StatusProtocol.Endpoint(hidden ?? path));

            // Nobody can connect before it listens, so that no moment is open to others.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(hidden!, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            listener.Socket.Listen(Backlog);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Gives it its name.</summary>
    /// <returns>False where another one has it.</returns>
    /// <exception cref="IOException">The folder does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it.</exception>
    public bool TryPublish()
    {
        if (_hidden is null)
        {
            return true;
        }

        try
        {
            File.Move(_hidden, Path);
            _hidden = null;
            return true;
        }
        catch (IOException) when (File.Exists(Path))
        {
            return false;
        }
    }

    /// <summary>Ends listening. A name that was given stays.</summary>
    public void Dispose()
    {
        Socket.Dispose();
        if (_hidden is not null)
        {
            File.Delete(_hidden);
        }
    }
}
