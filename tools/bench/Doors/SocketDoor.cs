using System.Net.Sockets;
using HostStack.Hci.Transport;

namespace HostStack.Bench.Doors;

/// <summary>H4 over a Unix socket, with the kernel between the two ends.</summary>
internal sealed class SocketDoor : IDoor
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hoststack-bench").FullName;
    private readonly byte[] _read = new byte[64 * 1024];
    private readonly Socket _other;

    /// <summary>Connects the two ends.</summary>
    public SocketDoor()
    {
        var endpoint = new UnixDomainSocketEndPoint(Path.Combine(_folder, "s"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(endpoint);
        listener.Listen(1);
        var near = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        near.Connect(endpoint);
        _other = listener.Accept();
        Transport = new StreamTransport("h4:socket", new NetworkStream(near, ownsSocket: true));
    }

    /// <inheritdoc/>
    public IHciTransport Transport { get; }

    /// <summary>Octets that were sent and not taken.</summary>
    public int Available => _other.Available;

    /// <inheritdoc/>
    public void Deliver(ReadOnlySpan<byte> packet) => _other.Send(packet);

    /// <inheritdoc/>
    public void Take(int octets)
    {
        while (octets > 0)
        {
            octets -= _other.Receive(_read);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
