using System.Buffers.Binary;
using HostStack.Hci.Packets;

namespace HostStack.Replay.Traces;

/// <summary>One line for a packet that its source does not name.</summary>
internal static class PacketTitle
{
    public static string Of(ReadOnlySpan<byte> packet) => (H4PacketType)packet[0] switch
    {
        H4PacketType.Command when packet.Length >= 3 => $"HCI Command: {new OpCode(BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]))}",
        H4PacketType.Event => $"HCI Event: {(EventCode)packet[1]}",
        H4PacketType.AclData when packet.Length >= 3 => $"ACL data: handle {BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]) & 0x0FFF}",
        _ => $"packet of type 0x{packet[0]:x2}",
    };
}
