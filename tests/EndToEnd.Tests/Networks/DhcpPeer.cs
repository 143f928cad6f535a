using System.Buffers.Binary;
using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Memory;

namespace HostStack.EndToEnd.Tests.Networks;

/// <summary>A machine that knows DHCP and UDP over IPv4 and nothing else, written from the RFCs alone: 791, 768, 826, 2131.</summary>
internal sealed class DhcpPeer : IMemoryPortUser
{
    private const int IpHeader = 20;
    private const int UdpHeader = 8;
    private const int DhcpOptions = 240;
    private const int DhcpSize = 300;
    private const ushort ClientPort = 68;
    private const ushort ServerPort = 67;
    private const byte Udp = 17;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly MemoryEthernetPort _port;
    private readonly Lock _gate = new();
    private readonly List<byte[]> _frames = [];
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _searched;
    private IPAddress _address = IPAddress.Any;

    public DhcpPeer(MemoryEthernetPort port)
    {
        _port = port;
        port.Attach(this);
    }

    public void FrameReceived(in EthernetFrame frame)
    {
        if (frame.Type == EtherType.Arp)
        {
            AnswerArp(frame.Payload);
        }

        lock (_gate)
        {
            var octets = new byte[frame.Length];
            frame.CopyTo(octets);
            _frames.Add(octets);
            _arrived.TrySetResult();
        }
    }

    public void CarrierChanged(bool up)
    {
    }

    /// <summary>Discover, offer, request, acknowledgement.</summary>
    /// <returns>The address and the router.</returns>
    public async Task<(IPAddress Address, IPAddress Router)> LeaseAsync(uint transaction)
    {
        SendDhcp(transaction, [53, 1, 1, 255]);
        var offer = await NextDatagramAsync(ClientPort, data => IsAnswer(data, transaction, 2), "DHCP offer");
        SendDhcp(transaction, [53, 1, 3, 50, 4, .. offer.AsSpan(16, 4), 255]);
        var lease = await NextDatagramAsync(ClientPort, data => IsAnswer(data, transaction, 5), "DHCP acknowledgement");
        _address = new IPAddress(lease.AsSpan(16, 4));
        var router = lease.AsSpan(DhcpOptions).IndexOf((ReadOnlySpan<byte>)[3, 4]);
        Assert.That(router, Is.Not.Negative, "a router");
        return (_address, new IPAddress(lease.AsSpan(DhcpOptions + router + 2, 4)));
    }

    /// <summary>Sends a datagram from the leased address and waits for the answer.</summary>
    public async Task<byte[]> AskAsync(MacAddress gateway, IPEndPoint to, ushort from, byte[] question)
    {
        Send(gateway, _address, from, to, question);
        return await NextDatagramAsync(from, static _ => true, "answer");
    }

    private static bool IsAnswer(byte[] data, uint transaction, byte type) =>
        data.Length > DhcpOptions
        && BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(4)) == transaction
        && data.AsSpan(DhcpOptions).IndexOf((ReadOnlySpan<byte>)[53, 1, type]) >= 0;

    private void SendDhcp(uint transaction, ReadOnlySpan<byte> options)
    {
        var message = new byte[DhcpSize];
        message[0] = 1;
        message[1] = 1;
        message[2] = MacAddress.Size;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), transaction);
        _port.Address.Write(message.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(236), 0x6382_5363);
        options.CopyTo(message.AsSpan(DhcpOptions));
        Send(MacAddress.Broadcast, IPAddress.Any, ClientPort, new IPEndPoint(IPAddress.Broadcast, ServerPort), message);
    }

    private void Send(MacAddress to, IPAddress source, ushort port, IPEndPoint destination, ReadOnlySpan<byte> data)
    {
        var packet = new byte[IpHeader + UdpHeader + data.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = Udp;
        source.GetAddressBytes().CopyTo(packet, 12);
        destination.Address.GetAddressBytes().CopyTo(packet, 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(packet.AsSpan(0, IpHeader)));
        var udp = packet.AsSpan(IpHeader);
        BinaryPrimitives.WriteUInt16BigEndian(udp, port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        data.CopyTo(udp[UdpHeader..]);
        Assert.That(_port.Transmit(new EthernetFrame(to, _port.Address, EtherType.IPv4, packet)), Is.True);
    }

    private static ushort Checksum(ReadOnlySpan<byte> header)
    {
        var sum = 0;
        for (var i = 0; i < header.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        }

        return (ushort)~((sum & 0xFFFF) + (sum >> 16));
    }

    private void AnswerArp(ReadOnlySpan<byte> request)
    {
        if (request.Length < 28 || request[7] != 1 || !request.Slice(24, 4).SequenceEqual(_address.GetAddressBytes()))
        {
            return;
        }

        var reply = request[..28].ToArray();
        reply[7] = 2;
        _port.Address.Write(reply.AsSpan(8));
        request.Slice(24, 4).CopyTo(reply.AsSpan(14));
        request.Slice(8, 10).CopyTo(reply.AsSpan(18));
        _port.Transmit(new EthernetFrame(MacAddress.Read(request[8..]), _port.Address, EtherType.Arp, reply));
    }

    private async Task<byte[]> NextDatagramAsync(ushort port, Func<byte[], bool> isWanted, string what)
    {
        using var deadline = new CancellationTokenSource(Limit);
        while (true)
        {
            Task arrived;
            lock (_gate)
            {
                while (_searched < _frames.Count)
                {
                    if (TryReadDatagram(_frames[_searched++], port, out var data) && isWanted(data))
                    {
                        return data;
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
                Assert.Fail($"waited {Limit.TotalSeconds} s for: {what}");
            }
        }
    }

    private static bool TryReadDatagram(byte[] octets, ushort port, out byte[] data)
    {
        var udp = EthernetFrame.HeaderSize + IpHeader;
        var isDatagram = octets.Length > udp + UdpHeader
            && octets[12] == 8 && octets[13] == 0
            && octets[EthernetFrame.HeaderSize + 9] == Udp
            && BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(udp + 2)) == port;
        data = isDatagram ? octets[(udp + UdpHeader)..] : [];
        return isDatagram;
    }
}
