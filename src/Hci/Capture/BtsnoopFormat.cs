using System.Buffers.Binary;
using HostStack.Hci.Packets;

namespace HostStack.Hci.Capture;

/// <summary>How the records of a btsnoop file hold their packets.</summary>
public enum BtsnoopDatalink : uint
{
    /// <summary>Without a type octet: flags tell commands and events from data.</summary>
    Unencapsulated = 1001,

    /// <summary>With the H4 type octet in front.</summary>
    H4 = 1002,

    /// <summary>Linux monitor: without a type octet, flags hold controller and kind, and there are notes.</summary>
    LinuxMonitor = 2001,
}

/// <summary>The layout of btsnoop files, version 1, big-endian (after the snoop format, RFC 1761).</summary>
/// <remarks>
/// <para>File: <c>| "btsnoop" 0 | version 4 | datalink 4 |</c></para>
/// <para>Record: <c>| original length 4 | included length 4 | flags 4 | cumulative drops 4 | timestamp 8 | octets |</c></para>
/// </remarks>
internal static class BtsnoopFormat
{
    public const int FileHeaderSize = 16;
    public const int RecordHeaderSize = 24;
    public const uint Version = 1;

    /// <summary>The longest packet: type octet, ACL header and 65535 octets of data. Longer records are damage.</summary>
    public const int MaxPacket = HciPacket.TypeSize + AclDataPacket.HeaderSize + ushort.MaxValue;

    private const uint ReceivedFlag = 1;
    private const uint CommandOrEventFlag = 2;
    private const int AdapterShift = 16;

    /// <summary>Microseconds from the year 0, where the format's time begins, to 1 January 1970.</summary>
    private const long UnixEpoch = 0x00DC_DDB3_0F2F_8000;

    public static ReadOnlySpan<byte> Magic => "btsnoop\0"u8;

    /// <summary>Whether the datalink's records start with the H4 type octet.</summary>
    public static bool HoldsTypeOctet(BtsnoopDatalink datalink) => datalink == BtsnoopDatalink.H4;

    public static long ToTimestamp(DateTimeOffset time) =>
        UnixEpoch + ((time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    /// <summary>The time of a timestamp; null where no calendar has it.</summary>
    public static DateTimeOffset? ToTime(long timestamp)
    {
        const long earliest = UnixEpoch - (719_162L * 86_400_000_000L);
        const long latest = UnixEpoch + (2_932_896L * 86_400_000_000L);
        return timestamp is >= earliest and < latest
            ? DateTimeOffset.UnixEpoch.AddTicks((timestamp - UnixEpoch) * TimeSpan.TicksPerMicrosecond)
            : null;
    }

    public static void WriteFileHeader(Span<byte> destination, BtsnoopDatalink datalink)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Version);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], (uint)datalink);
    }

    /// <summary>The flags of a packet.</summary>
    public static uint Flags(BtsnoopDatalink datalink, CaptureDirection direction, H4PacketType type)
    {
        if (datalink == BtsnoopDatalink.LinuxMonitor)
        {
            return (uint)ToMonitor(type, direction);
        }

        var received = direction == CaptureDirection.ControllerToHost ? ReceivedFlag : 0;
        return type is H4PacketType.Command or H4PacketType.Event ? received | CommandOrEventFlag : received;
    }

    public static ushort Adapter(uint flags) => (ushort)(flags >> AdapterShift);

    public static MonitorOpCode MonitorCode(uint flags) => (MonitorOpCode)(ushort)flags;

    public static CaptureDirection Direction(uint flags) =>
        (flags & ReceivedFlag) != 0 ? CaptureDirection.ControllerToHost : CaptureDirection.HostToController;

    /// <summary>The type of a packet that has no type octet. Synchronous data cannot be told from ACL.</summary>
    public static H4PacketType UnencapsulatedType(uint flags) => (flags & (ReceivedFlag | CommandOrEventFlag)) switch
    {
        CommandOrEventFlag => H4PacketType.Command,
        CommandOrEventFlag | ReceivedFlag => H4PacketType.Event,
        _ => H4PacketType.AclData,
    };

    /// <summary>Type and direction of a packet of the Linux monitor; null for a note.</summary>
    public static (H4PacketType Type, CaptureDirection Direction)? FromMonitor(MonitorOpCode code) => code switch
    {
        MonitorOpCode.CommandPacket => (H4PacketType.Command, CaptureDirection.HostToController),
        MonitorOpCode.EventPacket => (H4PacketType.Event, CaptureDirection.ControllerToHost),
        MonitorOpCode.AclTransmit => (H4PacketType.AclData, CaptureDirection.HostToController),
        MonitorOpCode.AclReceive => (H4PacketType.AclData, CaptureDirection.ControllerToHost),
        MonitorOpCode.ScoTransmit => (H4PacketType.SynchronousData, CaptureDirection.HostToController),
        MonitorOpCode.ScoReceive => (H4PacketType.SynchronousData, CaptureDirection.ControllerToHost),
        MonitorOpCode.IsoTransmit => (H4PacketType.IsoData, CaptureDirection.HostToController),
        MonitorOpCode.IsoReceive => (H4PacketType.IsoData, CaptureDirection.ControllerToHost),
        _ => null,
    };

    private static MonitorOpCode ToMonitor(H4PacketType type, CaptureDirection direction)
    {
        var received = direction == CaptureDirection.ControllerToHost;
        return type switch
        {
            H4PacketType.Command => MonitorOpCode.CommandPacket,
            H4PacketType.Event => MonitorOpCode.EventPacket,
            H4PacketType.SynchronousData => received ? MonitorOpCode.ScoReceive : MonitorOpCode.ScoTransmit,
            H4PacketType.IsoData => received ? MonitorOpCode.IsoReceive : MonitorOpCode.IsoTransmit,
            H4PacketType.AclData => received ? MonitorOpCode.AclReceive : MonitorOpCode.AclTransmit,
            _ => MonitorOpCode.VendorDiagnostic,
        };
    }
}
