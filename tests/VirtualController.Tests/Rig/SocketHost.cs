using System.Net.Sockets;

namespace HostStack.VirtualController.Tests.Rig;

/// <summary>A raw host on a socket: writes octets, awaits packets.</summary>
internal sealed class SocketHost(Stream stream) : IAsyncDisposable
{
    private readonly List<byte> _octets = [];

    public static async Task<SocketHost> ConnectAsync(string uri, CancellationToken stop)
    {
        Socket socket;
        if (uri.StartsWith("h4:unix:", StringComparison.Ordinal))
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(uri["h4:unix:".Length..]), stop);
        }
        else
        {
            socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(System.Net.IPEndPoint.Parse(uri["h4:tcp:".Length..]), stop);
        }

        return new SocketHost(new NetworkStream(socket, ownsSocket: true));
    }

    public async Task SendAsync(string hex, CancellationToken stop) =>
        await stream.WriteAsync(Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal)), stop);

    /// <summary>The next packet.</summary>
    public async Task<string> ReceiveAsync(CancellationToken stop)
    {
        var buffer = new byte[4096];
        while (true)
        {
            if (Length() is { } length && length <= _octets.Count)
            {
                var packet = Convert.ToHexStringLower(_octets.Take(length).ToArray());
                _octets.RemoveRange(0, length);
                return packet;
            }

            var count = await stream.ReadAsync(buffer, stop);
            Assert.That(count, Is.Positive, "the server closed the connection");
            _octets.AddRange(buffer.AsSpan(0, count));
        }
    }

    /// <summary>Skips packets until one begins so.</summary>
    public async Task<string> ReceiveAsync(string prefix, CancellationToken stop)
    {
        while (true)
        {
            var packet = await ReceiveAsync(stop);
            if (packet.StartsWith(prefix, StringComparison.Ordinal))
            {
                return packet;
            }
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private int? Length() => _octets.Count switch
    {
        >= 3 when _octets[0] == 0x04 => 3 + _octets[2],
        >= 5 when _octets[0] == 0x02 => 5 + _octets[3] + (_octets[4] << 8),
        _ => null,
    };
}
