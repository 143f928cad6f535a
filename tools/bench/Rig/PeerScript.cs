using System.Buffers.Binary;
using HostStack.Ethernet;
using HostStack.Hci.Wire;

namespace HostStack.Bench.Rig;

/// <summary>The octets of one peer: what it sends to connect, and the ACL packets of its Ethernet frames. Written by hand, so
/// that the stack is not measured against its own encoder.</summary>
internal sealed class PeerScript(int number)
{
    private const int SignalingChannel = 0x0001;
    private const int FirstDynamicChannel = 0x0040;
    private const int FirstFragment = 0x2000;
    private const int Continuation = 0x1000;
    private const int L2capHeader = 4;

    // Where the parts of an L2CAP signalling command stand in an H4 ACL packet: type 1, ACL header 4, L2CAP header 4.
    private const int ChannelOffset = 7;
    private const int CodeOffset = 9;
    private const int IdentifierOffset = 10;
    private const byte ConfigurationRequest = 0x04;

    /// <summary>The number of its link.</summary>
    public ConnectionHandle Handle { get; } = new((ushort)number);

    /// <summary>Its device address.</summary>
    public BdAddr Address { get; } = new(0x5CF3_7066_1200UL + (uint)number);

    /// <summary>The same as a network address.</summary>
    public MacAddress Mac => new(Address.Value);

    /// <summary>HCI_Connection_Request, and the HCI_Connection_Complete that follows when the host has accepted.</summary>
    public (byte[] Request, byte[] Complete) Connect()
    {
        var address = new byte[BdAddr.Size];
        Address.Write(address);
        return (
            [0x04, 0x04, 0x0A, .. address, 0x00, 0x01, 0x02, 0x01],
            [0x04, 0x03, 0x0B, 0x00, (byte)Handle.Value, (byte)(Handle.Value >> 8), .. address, 0x01, 0x00]);
    }

    /// <summary>L2CAP_CONNECTION_REQ for BNEP; the peer's endpoint is 0x0040.</summary>
    public byte[] ConnectionRequest() => Acl(SignalingChannel, [0x02, 0x01, 0x04, 0x00, 0x0F, 0x00, 0x40, 0x00]);

    /// <summary>L2CAP_CONFIGURATION_REQ with the MTU of BNEP, and the positive response to the host's.</summary>
    public byte[][] Configure(IEnumerable<byte[]> sent)
    {
        var request = sent.Last(packet => packet[ChannelOffset] == SignalingChannel && packet[CodeOffset] == ConfigurationRequest);
        return
        [
            Acl(SignalingChannel, [0x05, request[IdentifierOffset], 0x06, 0x00, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00]),
            Acl(SignalingChannel, [0x04, 0x02, 0x08, 0x00, 0x40, 0x00, 0x00, 0x00, 0x01, 0x02, 0x9B, 0x06]),
        ];
    }

    /// <summary>BNEP_SETUP_CONNECTION_REQUEST from PANU to NAP.</summary>
    public byte[] SetupRequest() => Acl(FirstDynamicChannel, [0x01, 0x01, 0x02, 0x11, 0x16, 0x11, 0x15]);

    /// <summary>The ACL packets of one IPv4 frame from this peer.</summary>
    /// <param name="destination">Where it goes.</param>
    /// <param name="payload">Octets of payload.</param>
    /// <param name="compressed">Whether its BNEP header has no address: it is for the host itself.</param>
    /// <param name="aclLength">Octets of data in a packet.</param>
    public byte[][] Frame(MacAddress destination, int payload, bool compressed, int aclLength)
    {
        var header = compressed ? 3 : 15;
        var sdu = new byte[header + payload];
        if (compressed)
        {
            sdu[0] = 0x02;
        }
        else
        {
            destination.Write(sdu.AsSpan(1));
            Mac.Write(sdu.AsSpan(7));
        }

        BinaryPrimitives.WriteUInt16BigEndian(sdu.AsSpan(header - 2), EtherType.IPv4.Value);
        for (var i = 0; i < payload; i++)
        {
            sdu[header + i] = (byte)i;
        }

        return Acl(FirstDynamicChannel, sdu, aclLength);
    }

    private byte[] Acl(int channel, byte[] payload) => Acl(channel, payload, int.MaxValue)[0];

    private byte[][] Acl(int channel, byte[] payload, int aclLength)
    {
        var pdu = new byte[L2capHeader + payload.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(pdu, (ushort)payload.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(pdu.AsSpan(2), (ushort)channel);
        payload.CopyTo(pdu.AsSpan(L2capHeader));
        return [.. pdu.Chunk(aclLength).Select((data, index) => Packet(data, index == 0 ? FirstFragment : Continuation))];
    }

    private byte[] Packet(byte[] data, int boundary)
    {
        var flags = Handle.Value | boundary;
        return [0x02, (byte)flags, (byte)(flags >> 8), (byte)data.Length, (byte)(data.Length >> 8), .. data];
    }
}
