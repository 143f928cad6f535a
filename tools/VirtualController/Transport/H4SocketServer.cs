using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Transport;

/// <summary>Serves the controllers of a radio as H4 over a Unix socket or TCP, so that any host can attach: one controller
/// per connection. A connection that ends frees its controller, with its address, for the next.</summary>
public sealed class H4SocketServer : IAsyncDisposable
{
    private const string UnixScheme = "h4:unix:";
    private const string TcpScheme = "h4:tcp:";

    private readonly VirtualRadio _radio;
    private readonly Socket _listener;
    private readonly string? _path;
    private readonly Func<int, ControllerOptions> _options;
    private readonly Func<Stream, Stream> _wrap;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<SimulatedController> _slots = [];
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    private H4SocketServer(
        VirtualRadio radio, Socket listener, string uri, string? path,
        Func<int, ControllerOptions>? options, Func<Stream, Stream>? wrap)
    {
        _radio = radio;
        _listener = listener;
        _path = path;
        _options = options ?? (static _ => new ControllerOptions());
        _wrap = wrap ?? (static stream => stream);
        Uri = uri;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where hosts connect: <c>h4:unix:/path</c>, <c>h4:tcp:127.0.0.1:9000</c> with the real port.</summary>
    public string Uri { get; }

    /// <summary>The controllers that were made so far, by slot.</summary>
    public IReadOnlyList<SimulatedController> Controllers
    {
        get
        {
            lock (_gate)
            {
                return [.. _slots];
            }
        }
    }

    /// <summary>Begins to serve. The radio must run on a thread of its own (<see cref="VirtualRadio.Start"/>).</summary>
    /// <param name="radio">Whose controllers.</param>
    /// <param name="uri"><c>h4:unix:/path</c> or <c>h4:tcp:host:port</c>; port 0 takes a free one.</param>
    /// <param name="options">What the controller of a slot (0, 1, …) is; null: a default one.</param>
    /// <param name="wrap">Put around each connection's stream, to inject faults; null: nothing.</param>
    /// <exception cref="ArgumentException">The URI is not of these forms.</exception>
    /// <exception cref="IOException">The address cannot be used; the message says why and what to do.</exception>
    public static H4SocketServer Listen(
        VirtualRadio radio, string uri, Func<int, ControllerOptions>? options = null, Func<Stream, Stream>? wrap = null)
    {
        if (uri.StartsWith(UnixScheme, StringComparison.Ordinal) && uri.Length > UnixScheme.Length)
        {
            var path = uri[UnixScheme.Length..];
            RemoveStale(path);
            var listener = Bind(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), Endpoint(path), uri);
            return new H4SocketServer(radio, listener, uri, path, options, wrap);
        }

        if (uri.StartsWith(TcpScheme, StringComparison.Ordinal) && TryParseTcp(uri[TcpScheme.Length..], out var endpoint))
        {
            var listener = Bind(new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp), endpoint, uri);
            return new H4SocketServer(radio, listener, TcpScheme + listener.LocalEndPoint, path: null, options, wrap);
        }

        throw new ArgumentException(
            $"'{uri}' is no place to serve; write h4:unix:/path or h4:tcp:127.0.0.1:PORT.", nameof(uri));
    }

    /// <summary>Ends all connections and frees the address. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] connections;
        lock (_gate)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections);
        if (_path is not null)
        {
            File.Delete(_path);
        }

        _stop.Dispose();
    }

    private static UnixDomainSocketEndPoint Endpoint(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException tooLong)
        {
            throw new IOException($"The socket path '{path}' is too long; use one of fewer than 108 octets.", tooLong);
        }
    }

    private static bool TryParseTcp(string text, out IPEndPoint endpoint)
    {
        if (text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase))
        {
            text = string.Create(CultureInfo.InvariantCulture, $"{IPAddress.Loopback}{text["localhost".Length..]}");
        }

        return IPEndPoint.TryParse(text, out endpoint!) && text.Contains(':', StringComparison.Ordinal);
    }

    private static Socket Bind(Socket socket, EndPoint endpoint, string uri)
    {
        try
        {
            if (endpoint is IPEndPoint)
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
            }

            socket.Bind(endpoint);
            socket.Listen();
            return socket;
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new IOException($"Cannot serve at {uri}: {refused.Message}. Choose another address or end its user.", refused);
        }
    }

    // A socket file that nobody answers is left over from a server that was killed.
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(Endpoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused && !CanBeOpened(path))
        {
            File.Delete(path);
        }
        catch (SocketException)
        {
            // Not a socket, or not ours: binding will say what is wrong.
        }
    }

    // Connecting to a file that is no socket is refused, too; but a socket cannot be opened, and a file can.
    private static bool CanBeOpened(string path)
    {
        try
        {
            using var opened = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                if (socket.ProtocolType == ProtocolType.Tcp)
                {
                    socket.NoDelay = true;
                }

                var connection = new H4Connection(TakeSlot(), _wrap(new NetworkStream(socket, ownsSocket: true)));
                var running = connection.RunAsync(_stop.Token);
                lock (_gate)
                {
                    _connections.RemoveAll(static task => task.IsCompleted);
                    _connections.Add(running);
                }
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // A connection that failed before it began, or the end of the server: the condition tells which.
            }
        }
    }

    // Several servers may stand on one radio.
    private string FreeName(int slot)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"h4-{slot}");
        for (var other = 2; _radio.Find(name) is not null; other++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"h4-{slot}-{other}");
        }

        return name;
    }

    private SimulatedController TakeSlot()
    {
        lock (_gate)
        {
            foreach (var controller in _slots)
            {
                if (controller.TryOpen())
                {
                    return controller;
                }
            }

            var slot = _slots.Count;
            var options = _options(slot);
            var added = _radio.Add(options.Name is null ? options with { Name = FreeName(slot) } : options);
            added.TryOpen();
            _slots.Add(added);
            return added;
        }
    }
}
