using System.Buffers.Binary;
using System.Text;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Dhcp;

/// <summary>What the client says (RFC 2131, 4.4): every message that it sends, by which fields are there.</summary>
internal readonly record struct DhcpRequest(DhcpMessageType Type, uint TransactionId, MacAddress Hardware)
{
    /// <summary>The most that the options can be: all of them, with the longest texts.</summary>
    public const int MaximumOptions = 176;

    /// <summary>The longest host name: one label (RFC 1035, 2.3.4).</summary>
    public const int MaximumHostName = 63;

    private const int Headers = EthernetFrame.HeaderSize + IpPacket.HeaderSize4 + UdpDatagram.HeaderSize;
    private const byte IdentifierEthernet = 1;

    // In the order in which the client prefers them; routes by class come before plain routers (RFC 3442).
    private static ReadOnlySpan<byte> Wanted =>
    [
        (byte)DhcpOptionCode.SubnetMask,
        (byte)DhcpOptionCode.ClasslessRoutes,
        (byte)DhcpOptionCode.Router,
        (byte)DhcpOptionCode.DomainNameServer,
        (byte)DhcpOptionCode.DomainName,
        (byte)DhcpOptionCode.InterfaceMtu,
        (byte)DhcpOptionCode.LeaseTime,
        (byte)DhcpOptionCode.RenewalTime,
        (byte)DhcpOptionCode.RebindingTime,
    ];

    /// <summary>Seconds since the client began to want an address.</summary>
    public ushort Seconds { get; init; }

    /// <summary>Whether replies are to be broadcast.</summary>
    public bool IsBroadcast { get; init; }

    /// <summary>The address in use; 0 where there is none.</summary>
    public uint ClientAddress { get; init; }

    /// <summary>The address that is wanted, declined, or offered; null leaves the option out.</summary>
    public uint? RequestedAddress { get; init; }

    /// <summary>The server that is meant; null leaves the option out.</summary>
    public uint? Server { get; init; }

    /// <summary>The client's name; null leaves the option out.</summary>
    public string? HostName { get; init; }

    /// <summary>The longest message that the client takes, as an IP packet.</summary>
    public ushort MaximumMessageSize { get; init; }

    /// <summary>Why it declines; null leaves the option out.</summary>
    public string? Message { get; init; }

    private bool AsksForParameters => Type is DhcpMessageType.Discover or DhcpMessageType.Request;

    /// <summary>Writes the message, padded to what relays pass on.</summary>
    /// <param name="destination">At least <see cref="DhcpMessage.FixedSize"/> plus <see cref="MaximumOptions"/> octets.</param>
    /// <returns>How many were written.</returns>
    public int Write(Span<byte> destination)
    {
        DhcpMessage.WriteRequest(destination, TransactionId, Seconds, IsBroadcast, ClientAddress, Hardware);
        var writer = new OptionWriter(destination, DhcpMessage.FixedSize);
        writer.Add(DhcpOptionCode.MessageType, [(byte)Type]);
        Span<byte> identifier = stackalloc byte[1 + MacAddress.Size];
        identifier[0] = IdentifierEthernet;
        Hardware.Write(identifier[1..]);
        writer.Add(DhcpOptionCode.ClientIdentifier, identifier);
        writer.Add(DhcpOptionCode.RequestedAddress, RequestedAddress);
        writer.Add(DhcpOptionCode.ServerIdentifier, Server);
        if (AsksForParameters)
        {
            writer.Add(DhcpOptionCode.MaximumMessageSize, [(byte)(MaximumMessageSize >> 8), (byte)MaximumMessageSize]);
            writer.Add(DhcpOptionCode.ParameterRequestList, Wanted);
            writer.Add(DhcpOptionCode.HostName, HostName);
        }

        writer.Add(DhcpOptionCode.Message, Message);
        return writer.End();
    }

    /// <summary>The message as a frame, datagram and packet around it.</summary>
    /// <param name="destination">To whom.</param>
    /// <param name="source">The source address; 0 where there is none.</param>
    /// <param name="target">The destination address.</param>
    public byte[] ToFrame(MacAddress destination, uint source, uint target)
    {
        var frame = new byte[Headers + DhcpMessage.FixedSize + MaximumOptions];
        var length = Headers + Write(frame.AsSpan(Headers));
        var from = InternetAddress.FromV4(source);
        var to = InternetAddress.FromV4(target);
        var packet = frame.AsSpan(EthernetFrame.HeaderSize, length - EthernetFrame.HeaderSize);
        var datagram = packet[IpPacket.HeaderSize4..];
        new UdpDatagram(DhcpMessage.ClientPort, DhcpMessage.ServerPort, datagram[UdpDatagram.HeaderSize..])
            .WriteHeader(from, to, datagram);
        new IpPacket(from, to, IpProtocol.Udp, datagram).WriteHeader(packet);
        new EthernetFrame(destination, Hardware, EtherType.IPv4, packet).WriteHeader(frame);
        return frame[..length];
    }

    private ref struct OptionWriter(Span<byte> message, int offset)
    {
        private readonly Span<byte> _message = message;
        private int _offset = offset;

        public void Add(DhcpOptionCode code, scoped ReadOnlySpan<byte> value)
        {
            _message[_offset] = (byte)code;
            _message[_offset + 1] = (byte)value.Length;
            value.CopyTo(_message[(_offset + 2)..]);
            _offset += 2 + value.Length;
        }

        public void Add(DhcpOptionCode code, uint? value)
        {
            if (value is { } number)
            {
                Span<byte> octets = stackalloc byte[sizeof(uint)];
                BinaryPrimitives.WriteUInt32BigEndian(octets, number);
                Add(code, octets);
            }
        }

        public void Add(DhcpOptionCode code, string? text)
        {
            if (text is not null)
            {
                Span<byte> octets = stackalloc byte[MaximumHostName];
                Add(code, octets[..Encoding.ASCII.GetBytes(text.AsSpan(0, Math.Min(text.Length, MaximumHostName)), octets)]);
            }
        }

        public int End()
        {
            _message[_offset++] = (byte)DhcpOptionCode.End;
            if (_offset < DhcpMessage.MinimumSize)
            {
                _message[_offset..DhcpMessage.MinimumSize].Clear();
                _offset = DhcpMessage.MinimumSize;
            }

            return _offset;
        }
    }
}
