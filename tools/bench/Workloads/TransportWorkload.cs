using System.Net.Sockets;
using HostStack.Hci.Transport;

namespace HostStack.Bench.Workloads;

/// <summary>Eight ACL packets of 1021 octets over a Unix socket to the other end, which reads them: in one write, or in a
/// write each.</summary>
public sealed class TransportWorkload : Workload
{
    private const int PacketsPerUnit = 8;
    private const int PacketSize = 5 + 1021;

    private readonly bool _gathered;
    private readonly byte[] _packet = new byte[PacketSize];
    private readonly byte[] _read = new byte[64 * 1024];
    private readonly string _folder = Directory.CreateTempSubdirectory("hoststack-bench").FullName;
    private readonly Socket _other;
    private readonly NetworkStream _stream;
    private readonly StreamTransport _transport;

    /// <summary>Makes the workload.</summary>
    /// <param name="gathered">Whether the eight packets are one write.</param>
    public TransportWorkload(bool gathered)
        : base(gathered ? "socket, 8 packets, one write" : "socket, 8 packets, a write each")
    {
        _gathered = gathered;
        var endpoint = new UnixDomainSocketEndPoint(Path.Combine(_folder, "s"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(endpoint);
        listener.Listen(1);
        var near = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        near.Connect(endpoint);
        _other = listener.Accept();
        _stream = new NetworkStream(near, ownsSocket: true);
        _transport = new StreamTransport("socket", _stream);
    }

    /// <inheritdoc/>
    public override void Run(int units)
    {
        for (var i = 0; i < units; i++)
        {
            for (var packet = 0; packet < PacketsPerUnit; packet++)
            {
                _transport.Send(_packet);
                if (!_gathered)
                {
                    _transport.Flush();
                }
            }

            _transport.Flush();
            for (var left = PacketsPerUnit * PacketSize; left > 0;)
            {
                left -= _other.Receive(_read);
            }
        }
    }

    /// <inheritdoc/>
    public override string? FindLoss() => _other.Available == 0 ? null : $"{Name}: more octets came than were sent";

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _other.Dispose();
            _stream.Dispose();
            Directory.Delete(_folder, recursive: true);
        }

        base.Dispose(disposing);
    }
}
