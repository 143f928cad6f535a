using System.Buffers.Binary;
using System.Net;

namespace HostStack.Replay.Scripted;

/// <summary>What a scripted peer puts on the air, octet by octet from the specifications, with no codec of the stack.</summary>
internal static class PeerOctets
{
    private const ushort SignalingCid = 0x0001;

    /// <summary>L2CAP_CONFIGURATION_REQ with one option, MTU 1691 (Core, Vol 3, Part A, 4.4 and 5.1).</summary>
    public static byte[] ConfigurationRequest(byte identifier, ushort hostChannel) =>
        Signal(0x04, identifier, [Low(hostChannel), High(hostChannel), 0, 0, 0x01, 2, 0x9B, 0x06]);

    /// <summary>L2CAP_CONFIGURATION_RSP: accepted (Core, Vol 3, Part A, 4.5).</summary>
    public static byte[] ConfigurationResponse(byte identifier, ushort hostChannel) =>
        Signal(0x05, identifier, [Low(hostChannel), High(hostChannel), 0, 0, 0, 0]);

    /// <summary>A data PDU.</summary>
    public static byte[] Data(ushort channel, ReadOnlySpan<byte> payload) =>
        [Low((ushort)payload.Length), High((ushort)payload.Length), Low(channel), High(channel), .. payload];

    /// <summary>BNEP_SETUP_CONNECTION_REQUEST_MSG with 16-bit UUIDs, PANU to <paramref name="destination"/> (BNEP 1.0, 2.6.3.1).</summary>
    public static byte[] BnepSetup(ushort destination) => [0x01, 0x01, 2, High(destination), Low(destination), 0x11, 0x15];

    /// <summary>BNEP_GENERAL_ETHERNET (BNEP 1.0, 2.5).</summary>
    public static byte[] General(ulong destination, ulong source, ushort type, ReadOnlySpan<byte> payload) =>
        [0x00, .. Mac(destination), .. Mac(source), High(type), Low(type), .. payload];

    /// <summary>An ARP request (RFC 826).</summary>
    public static byte[] ArpRequest(ulong mac, IPAddress from, IPAddress to) =>
        [0, 1, 8, 0, 6, 4, 0, 1, .. Mac(mac), .. from.GetAddressBytes(), 0, 0, 0, 0, 0, 0, .. to.GetAddressBytes()];

    /// <summary>An ICMP echo request in IPv4 (RFC 791, RFC 792).</summary>
    public static byte[] EchoRequest(IPAddress from, IPAddress to, ushort sequence)
    {
        byte[] icmp = [8, 0, 0, 0, 0x48, 0x53, High(sequence), Low(sequence), .. "refused no more"u8];
        PutChecksum(icmp, 2);
        var length = (ushort)(20 + icmp.Length);
        byte[] header = [0x45, 0, High(length), Low(length), 0, 1, 0x40, 0, 64, 1, 0, 0, .. from.GetAddressBytes(), .. to.GetAddressBytes()];
        PutChecksum(header, 10);
        return [.. header, .. icmp];
    }

    private static byte[] Signal(byte code, byte identifier, byte[] data) =>
        Data(SignalingCid, [code, identifier, Low((ushort)data.Length), High((ushort)data.Length), .. data]);

    private static byte[] Mac(ulong value)
    {
        var octets = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(octets, value);
        return octets[2..];
    }

    private static byte Low(ushort value) => (byte)value;

    private static byte High(ushort value) => (byte)(value >> 8);

    // RFC 1071: the ones' complement of the ones' complement sum.
    private static void PutChecksum(byte[] octets, int at)
    {
        var sum = 0;
        for (var i = 0; i < octets.Length; i += 2)
        {
            sum += (octets[i] << 8) | (i + 1 < octets.Length ? octets[i + 1] : 0);
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(at), (ushort)~sum);
    }
}
