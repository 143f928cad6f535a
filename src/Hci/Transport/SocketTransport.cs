using System.Net.Sockets;

namespace HostStack.Hci.Transport;

/// <summary>H4 over a connected socket.</summary>
internal static class SocketTransport
{
    // A controller that takes nothing for so long is lost: the loop must not wait for it for ever.
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(5);

    /// <summary>Takes the socket over.</summary>
    public static StreamTransport Over(string name, Socket socket)
    {
        socket.SendTimeout = (int)SendLimit.TotalMilliseconds;
        return new StreamTransport(name, new NetworkStream(socket, ownsSocket: true));
    }
}
