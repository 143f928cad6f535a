using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HostStack.NetDevices.Linux;

namespace HostStack.EndToEnd.Tests.Networks;

/// <summary>What the service says of a call.</summary>
internal sealed record RestAnswer(string Resource, string Client, string Server);

/// <summary>A small HTTP service that lives in a network namespace: it answers in JSON from where a call came and where it
/// arrived, and gives a file.</summary>
internal sealed class RestService : IAsyncDisposable
{
    /// <summary>Where <see cref="File"/> is.</summary>
    public const string FilePath = "/file";

    private const int LongestRequest = 8192;
    private const int FileSize = 150_000;

    private readonly Socket _listener;
    private readonly Task _serving;

    /// <summary>Begins to serve on every address of the namespace.</summary>
    public RestService(LinuxNetworkNamespace network)
    {
        _listener = network.Run(static () =>
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
            socket.Listen();
            return socket;
        });
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        for (var i = 0; i < File.Length; i++)
        {
            File[i] = (byte)(i * 31 >> 3);
        }

        _serving = ServeAsync();
    }

    public int Port { get; }

    /// <summary>What <see cref="FilePath"/> gives.</summary>
    public byte[] File { get; } = new byte[FileSize];

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private static string Text(EndPoint? end)
    {
        var address = ((IPEndPoint)end!).Address;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.IsIPv6LinkLocal ? new IPAddress(address.GetAddressBytes()).ToString() : address.ToString();
    }

    private async Task ServeAsync()
    {
        while (await AcceptAsync() is { } accepted)
        {
            using var call = accepted;
            try
            {
                await AnswerAsync(call);
            }
            catch (SocketException)
            {
                // Its caller has given up; the next one is served.
            }
        }
    }

    // Null where the service is over.
    private async Task<Socket?> AcceptAsync()
    {
        try
        {
            return await _listener.AcceptAsync();
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private async Task AnswerAsync(Socket call)
    {
        var request = new byte[LongestRequest];
        var length = 0;
        do
        {
            var read = await call.ReceiveAsync(request.AsMemory(length));
            if (read == 0)
            {
                return;
            }

            length += read;
        }
        while (!request.AsSpan(0, length).EndsWith("\r\n\r\n"u8));

        var parts = Encoding.ASCII.GetString(request, 0, length).Split(' ', 3);
        var isFile = parts[1] == FilePath;
        var body = isFile
            ? File
            : JsonSerializer.SerializeToUtf8Bytes(new RestAnswer(parts[1], Text(call.RemoteEndPoint), Text(call.LocalEndPoint)));
        var head = $"HTTP/1.1 {(parts[0] == "GET" ? "200 OK" : "405 Method Not Allowed")}\r\n"
            + $"Content-Type: {(isFile ? "application/octet-stream" : "application/json")}\r\n"
            + $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        await call.SendAsync(Encoding.ASCII.GetBytes(head));
        for (var sent = 0; sent < body.Length;)
        {
            sent += await call.SendAsync(body.AsMemory(sent));
        }

        call.Shutdown(SocketShutdown.Send);
    }
}
