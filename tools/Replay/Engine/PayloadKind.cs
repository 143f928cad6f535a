using System.Buffers.Binary;

namespace HostStack.Replay.Engine;

/// <summary>What a data PDU is, in words: two hosts' PDUs of one kind are the same step of a trace.</summary>
/// <param name="Name">The kind, <c>BNEP setup response</c>.</param>
/// <param name="IsAnswer">Whether the peer asked for it; what a host sends of its own accord is its own affair.</param>
internal readonly record struct PayloadKind(string Name, bool IsAnswer)
{
    private const ushort SdpPsm = 0x0001;
    private const ushort BnepPsm = 0x000F;
    private const byte Extension = 0x80;

    /// <summary>The kind of a payload on a channel of the service <paramref name="psm"/>.</summary>
    public static PayloadKind Of(ushort psm, ReadOnlySpan<byte> payload) => psm switch
    {
        SdpPsm when payload.Length >= 3 => new($"{SdpName(payload[0])}, transaction {BinaryPrimitives.ReadUInt16BigEndian(payload[1..])}", (payload[0] & 1) == 1),
        BnepPsm when payload.Length >= 2 => Bnep(payload),
        _ => new($"{payload.Length} octets of data", false),
    };

    private static string SdpName(byte pdu) => pdu switch
    {
        0x01 => "SDP error response",
        0x02 => "SDP search request",
        0x03 => "SDP search response",
        0x04 => "SDP attribute request",
        0x05 => "SDP attribute response",
        0x06 => "SDP search attribute request",
        0x07 => "SDP search attribute response",
        _ => $"SDP 0x{pdu:x2}",
    };

    private static PayloadKind Bnep(ReadOnlySpan<byte> payload) => (payload[0] & ~Extension) switch
    {
        0x01 => Control(payload[1]),
        0x00 when payload.Length >= 15 => Network(payload[13..]),
        0x02 when payload.Length >= 3 => Network(payload[1..]),
        0x03 or 0x04 when payload.Length >= 9 => Network(payload[7..]),
        _ => new($"BNEP type 0x{payload[0]:x2}", false),
    };

    private static PayloadKind Control(byte type) => type switch
    {
        0x00 => new("BNEP command not understood", true),
        0x01 => new("BNEP setup request", false),
        0x02 => new("BNEP setup response", true),
        0x03 => new("BNEP network type filter", false),
        0x04 => new("BNEP network type filter response", true),
        0x05 => new("BNEP multicast filter", false),
        0x06 => new("BNEP multicast filter response", true),
        _ => new($"BNEP control 0x{type:x2}", false),
    };

    // Type and payload of an Ethernet frame: what asks and what answers on the network.
    private static PayloadKind Network(ReadOnlySpan<byte> frame)
    {
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame);
        var body = frame[2..];
        return type switch
        {
            0x0806 when body.Length >= 8 && body[7] == 2 => new("ARP reply", true),
            0x0806 => new("ARP request", false),
            0x0800 when body.Length >= 21 && body[9] == 1 && body[20] == 0 => new("IPv4 echo reply", true),
            0x0800 when body.Length >= 21 && body[9] == 1 => new($"ICMP type {body[20]}", false),
            0x86DD when body.Length >= 41 && body[6] == 58 && body[40] == 129 => new("IPv6 echo reply", true),
            0x86DD when body.Length >= 41 && body[6] == 58 && body[40] == 136 => new("neighbour advertisement", true),
            0x86DD when body.Length >= 41 && body[6] == 58 => new($"ICMPv6 type {body[40]}", false),
            _ => new($"frame of type 0x{type:x4}", false),
        };
    }
}
