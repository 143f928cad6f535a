using HostStack.Hci.Packets;

namespace HostStack.Hci.Capture;

/// <summary>Which way a captured packet went.</summary>
public enum CaptureDirection : byte
{
    /// <summary>Commands, and data that this host sends.</summary>
    HostToController = 0,

    /// <summary>Events, and data that this host receives.</summary>
    ControllerToHost = 1,
}

/// <summary>One record of a capture: a packet, or a note of the system that captured.</summary>
/// <param name="Timestamp">When, to the microsecond.</param>
/// <param name="Direction">Which way; for a note without meaning.</param>
/// <param name="Packet">The packet, H4 type octet first; empty for a note. Owned by the record.</param>
/// <param name="OriginalLength">Octets that the packet had, the type octet included; more than were kept where the capture cut
/// it.</param>
/// <param name="Drops">Packets that the capturing system has lost since it began.</param>
public readonly record struct CaptureRecord(
    DateTimeOffset Timestamp, CaptureDirection Direction, ReadOnlyMemory<byte> Packet, uint OriginalLength, uint Drops)
{
    /// <summary>The number of the controller, where one capture holds several; else 0.</summary>
    public ushort Adapter { get; init; }

    /// <summary>The note; null for a packet.</summary>
    public CaptureNote? Note { get; init; }

    /// <summary>Whether the record is a packet.</summary>
    public bool IsPacket => Note is null;

    /// <summary>Whether the capture kept only the beginning of the packet.</summary>
    public bool IsCut => IsPacket && Packet.Length < OriginalLength;

    /// <summary>What the packet is; null for a note and for a packet without octets.</summary>
    public H4PacketType? Type => Packet.IsEmpty ? null : (H4PacketType)Packet.Span[0];
}

/// <summary>A record that is no packet: a controller came or went, or a program left a line.</summary>
/// <param name="OpCode">What it is.</param>
/// <param name="Data">Its contents, in the form of the Linux monitor.</param>
public sealed record CaptureNote(MonitorOpCode OpCode, ReadOnlyMemory<byte> Data);

/// <summary>What a record of the Linux monitor (datalink 2001) is: the low 16 bits of its flags.</summary>
public enum MonitorOpCode : ushort
{
    /// <summary>A controller came: type, bus, address and name follow.</summary>
    NewIndex = 0,

    /// <summary>A controller went.</summary>
    DeleteIndex = 1,

    /// <summary>A command.</summary>
    CommandPacket = 2,

    /// <summary>An event.</summary>
    EventPacket = 3,

    /// <summary>ACL data to the controller.</summary>
    AclTransmit = 4,

    /// <summary>ACL data from the controller.</summary>
    AclReceive = 5,

    /// <summary>Synchronous data to the controller.</summary>
    ScoTransmit = 6,

    /// <summary>Synchronous data from the controller.</summary>
    ScoReceive = 7,

    /// <summary>A controller was opened.</summary>
    OpenIndex = 8,

    /// <summary>A controller was closed.</summary>
    CloseIndex = 9,

    /// <summary>A controller's address and maker.</summary>
    IndexInfo = 10,

    /// <summary>A maker's diagnostic data.</summary>
    VendorDiagnostic = 11,

    /// <summary>A line of the system.</summary>
    SystemNote = 12,

    /// <summary>A line of a program.</summary>
    UserLogging = 13,

    /// <summary>A program opened the management interface.</summary>
    ControlOpen = 14,

    /// <summary>A program closed the management interface.</summary>
    ControlClose = 15,

    /// <summary>A management command.</summary>
    ControlCommand = 16,

    /// <summary>A management event.</summary>
    ControlEvent = 17,

    /// <summary>Isochronous data to the controller.</summary>
    IsoTransmit = 18,

    /// <summary>Isochronous data from the controller.</summary>
    IsoReceive = 19,
}
