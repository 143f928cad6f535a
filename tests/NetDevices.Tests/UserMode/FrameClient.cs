using System.Buffers.Binary;
using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>A peer that speaks by single frames, and keeps what the port delivers.</summary>
internal sealed class FrameClient : IEthernetPortSink
{
    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const int UdpHeader = 8;

    private readonly Lock _gate = new();
    private readonly UserModePort _port;
    private readonly List<byte[]> _frames = [];
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _accepts = true;
    private int _searched;

    public FrameClient(UserModePort port)
    {
        _port = port;
        port.Start(this);
        port.SetCarrier(true);
    }

    /// <summary>Frames that came so far.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _frames.Count;
            }
        }
    }

    /// <summary>False makes the port pause.</summary>
    public bool Accepts
    {
        set
        {
            lock (_gate)
            {
                _accepts = value;
            }
        }
    }

    public bool FrameReceived(in EthernetFrame frame)
    {
        lock (_gate)
        {
            if (!_accepts)
            {
                return false;
            }

            var octets = new byte[frame.Length];
            frame.CopyTo(octets);
            _frames.Add(octets);
            _arrived.TrySetResult();
            return true;
        }
    }

    /// <summary>Waits for the next frame of a kind; those before it are passed over.</summary>
    public async Task<byte[]> NextAsync(Func<byte[], bool> isWanted, string what)
    {
        using var deadline = new CancellationTokenSource(Limit);
        while (true)
        {
            Task arrived;
            lock (_gate)
            {
                while (_searched < _frames.Count)
                {
                    if (isWanted(_frames[_searched++]))
                    {
                        return _frames[_searched - 1];
                    }
                }

                _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                arrived = _arrived.Task;
            }

            try
            {
                await arrived.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"no {what} within {Limit.TotalSeconds} s; {Count} other frames");
            }
        }
    }

    public bool Send(MacAddress from, MacAddress to, EtherType type, byte[] payload) =>
        _port.Send(new EthernetFrame(to, from, type, payload));

    /// <summary>Sends a datagram of IPv4, as the peer with that MAC address.</summary>
    public bool SendUdp(MacAddress from, MacAddress to, IPEndPoint source, IPEndPoint destination, ReadOnlySpan<byte> data)
    {
        var packet = new byte[IpPacket.HeaderSize4 + UdpHeader + data.Length];
        var udp = packet.AsSpan(IpPacket.HeaderSize4);
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)(UdpHeader + data.Length));
        data.CopyTo(udp[UdpHeader..]);
        new IpPacket(Address(source.Address), Address(destination.Address), (IpProtocol)17, udp).WriteHeader(packet);
        return Send(from, to, EtherType.IPv4, packet);
    }

    /// <summary>Whether a frame is a datagram of IPv4 to a port, and what it carries.</summary>
    public static bool TryReadUdp(byte[] octets, int port, out byte[] data)
    {
        data = [];
        if (!EthernetFrame.TryParse(octets, out var frame)
            || frame.Type != EtherType.IPv4
            || !IpPacket.TryParse4(frame.Payload, out var packet)
            || packet.Protocol != (IpProtocol)17
            || packet.Payload.Length < UdpHeader
            || BinaryPrimitives.ReadUInt16BigEndian(packet.Payload[2..]) != port)
        {
            return false;
        }

        data = packet.Payload[UdpHeader..].ToArray();
        return true;
    }

    private static InternetAddress Address(IPAddress address) => InternetAddress.Read(address.GetAddressBytes());
}
