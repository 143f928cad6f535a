using System.Buffers.Binary;
using HostStack.Ethernet;

namespace HostStack.NetDevices.Dhcp;

/// <summary>A view of the fixed part of a DHCP message, and its borrowed option fields (RFC 2131, 2).</summary>
/// <remarks><c>| op 1 | htype 1 = 1 | hlen 1 = 6 | hops 1 | xid 4 | secs 2 | flags 2 | ciaddr 4 | yiaddr 4 | siaddr 4 |
/// giaddr 4 | chaddr 16 | sname 64 | file 128 | cookie 4 = 63 82 53 63 | options |</c>, network order.</remarks>
internal readonly ref struct DhcpMessage
{
    /// <summary>The port of servers and relays.</summary>
    public const ushort ServerPort = 67;

    /// <summary>The port of clients.</summary>
    public const ushort ClientPort = 68;

    /// <summary>Octets before the options.</summary>
    public const int FixedSize = 240;

    /// <summary>The least that a BOOTP relay passes on (RFC 1542, 2.1); shorter messages are padded.</summary>
    public const int MinimumSize = 300;

    /// <summary>What every client must be able to receive, as an IP packet (RFC 2131, 2).</summary>
    public const int MinimumMaximumSize = 576;

    private const byte HardwareEthernet = 1;
    private const uint MagicCookie = 0x6382_5363;
    private const ushort BroadcastFlag = 0x8000;
    private const int AddressesOffset = 12;
    private const int HardwareOffset = 28;
    private const int ServerNameOffset = 44;
    private const int FileOffset = 108;
    private const int CookieOffset = 236;

    private DhcpMessage(ReadOnlySpan<byte> source)
    {
        IsReply = source[0] == (byte)Operation.Reply;
        TransactionId = BinaryPrimitives.ReadUInt32BigEndian(source[4..]);
        ClientAddress = BinaryPrimitives.ReadUInt32BigEndian(source[AddressesOffset..]);
        YourAddress = BinaryPrimitives.ReadUInt32BigEndian(source[(AddressesOffset + 4)..]);
        Hardware = MacAddress.Read(source[HardwareOffset..]);
        ServerName = source[ServerNameOffset..FileOffset];
        File = source[FileOffset..CookieOffset];
        Options = source[FixedSize..];
    }

    private enum Operation : byte
    {
        Request = 1,
        Reply = 2,
    }

    /// <summary>Whether a server sent it.</summary>
    public bool IsReply { get; }

    /// <summary>What a reply has in common with its request.</summary>
    public uint TransactionId { get; }

    /// <summary>The address that the client has and uses; 0 where it has none.</summary>
    public uint ClientAddress { get; }

    /// <summary>The address that the server gives.</summary>
    public uint YourAddress { get; }

    /// <summary>The client's MAC address.</summary>
    public MacAddress Hardware { get; }

    /// <summary>64 octets: a name, or more options.</summary>
    public ReadOnlySpan<byte> ServerName { get; }

    /// <summary>128 octets: a name, or more options.</summary>
    public ReadOnlySpan<byte> File { get; }

    /// <summary>The option field behind the cookie.</summary>
    public ReadOnlySpan<byte> Options { get; }

    /// <summary>Reads the fixed part.</summary>
    /// <param name="source">The payload of the datagram.</param>
    /// <param name="message">The view.</param>
    /// <returns>False for too few octets, an unknown operation, other hardware than Ethernet, a group as the client's
    /// address, another cookie.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out DhcpMessage message)
    {
        if (source.Length < FixedSize
            || source[0] is not ((byte)Operation.Request or (byte)Operation.Reply)
            || source[1] != HardwareEthernet
            || source[2] != MacAddress.Size
            || BinaryPrimitives.ReadUInt32BigEndian(source[CookieOffset..]) != MagicCookie)
        {
            message = default;
            return false;
        }

        message = new DhcpMessage(source);
        return !message.Hardware.IsMulticast;
    }

    /// <summary>Writes the fixed part of a request.</summary>
    /// <param name="destination">At least <see cref="FixedSize"/> octets; all of them are written.</param>
    /// <param name="transactionId">What its replies will have.</param>
    /// <param name="seconds">Since the client began.</param>
    /// <param name="isBroadcast">Whether replies are to be broadcast.</param>
    /// <param name="clientAddress">The address in use; 0 where there is none.</param>
    /// <param name="hardware">The client's MAC address.</param>
    public static void WriteRequest(
        Span<byte> destination, uint transactionId, ushort seconds, bool isBroadcast, uint clientAddress, MacAddress hardware)
    {
        destination[..FixedSize].Clear();
        destination[0] = (byte)Operation.Request;
        destination[1] = HardwareEthernet;
        destination[2] = MacAddress.Size;
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], transactionId);
        BinaryPrimitives.WriteUInt16BigEndian(destination[8..], seconds);
        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], isBroadcast ? BroadcastFlag : (ushort)0);
        BinaryPrimitives.WriteUInt32BigEndian(destination[AddressesOffset..], clientAddress);
        hardware.Write(destination[HardwareOffset..]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[CookieOffset..], MagicCookie);
    }
}
