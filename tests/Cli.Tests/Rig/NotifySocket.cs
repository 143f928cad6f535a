using System.Net.Sockets;
using System.Text;

namespace HostStack.Cli.Tests.Rig;

/// <summary>A service manager's side of sd_notify: a datagram socket, and what came there.</summary>
internal sealed class NotifySocket : IDisposable
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _received = [];

    /// <summary>Binds.</summary>
    /// <param name="address">As in <c>$NOTIFY_SOCKET</c>: a path, or <c>@name</c>.</param>
    public NotifySocket(string address)
    {
        Address = address;
        _socket.Bind(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
    }

    public string Address { get; }

    /// <summary>All that came so far.</summary>
    public IReadOnlyList<string> Received => _received;

    /// <summary>The next datagram.</summary>
    public async Task<string> NextAsync()
    {
        using var limit = new CancellationTokenSource(HangLimit, TimeProvider.System);
        var buffer = new byte[4096];
        try
        {
            var length = await _socket.ReceiveAsync(buffer, limit.Token);
            _received.Add(Encoding.UTF8.GetString(buffer, 0, length));
            return _received[^1];
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"The service manager was told nothing for {HangLimit}; before: {string.Join(" | ", _received)}");
        }
    }

    /// <summary>Reads up to a datagram that is wanted.</summary>
    public async Task<string> UntilAsync(Func<string, bool> wanted)
    {
        while (true)
        {
            if (await NextAsync() is var datagram && wanted(datagram))
            {
                return datagram;
            }
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        if (Address[0] != '@')
        {
            File.Delete(Address);
        }
    }
}
