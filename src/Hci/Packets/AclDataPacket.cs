using System.Buffers.Binary;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Where an ACL packet stands in its L2CAP PDU (Core, Vol 4, Part E, 5.4.2).</summary>
public enum PacketBoundary : byte
{
    /// <summary>The first part; may not be flushed. Host to controller.</summary>
    FirstNonFlushable = 0b00,

    /// <summary>A further part.</summary>
    Continuing = 0b01,

    /// <summary>The first part; may be flushed. Controller to host always.</summary>
    FirstFlushable = 0b10,

    /// <summary>A whole PDU; AMP only, withdrawn.</summary>
    Complete = 0b11,
}

/// <summary>For whom an ACL packet is (Core, Vol 4, Part E, 5.4.2).</summary>
public enum BroadcastFlag : byte
{
    /// <summary>One device.</summary>
    PointToPoint = 0b00,

    /// <summary>All peripherals of the piconet.</summary>
    BrEdrBroadcast = 0b01,

    /// <summary>Withdrawn.</summary>
    Reserved2 = 0b10,

    /// <summary>Reserved.</summary>
    Reserved3 = 0b11,
}

/// <summary>An ACL data packet without its type octet (Core, Vol 4, Part E, 5.4.2). Borrowed.</summary>
/// <remarks><c>| handle 12 bits, PB 2 bits, BC 2 bits | length 2 | data |</c>, little-endian.</remarks>
public readonly ref struct AclDataPacket : IWireFormat<AclDataPacket>
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 4;

    private const int BoundaryShift = 12;
    private const int BroadcastShift = 14;

    /// <summary>Makes a packet of its parts.</summary>
    /// <param name="handle">The link.</param>
    /// <param name="boundary">Where it stands in its PDU.</param>
    /// <param name="broadcast">For whom it is.</param>
    /// <param name="data">At most 65535 octets.</param>
    public AclDataPacket(ConnectionHandle handle, PacketBoundary boundary, BroadcastFlag broadcast, ReadOnlySpan<byte> data)
    {
        Handle = handle;
        Boundary = boundary;
        Broadcast = broadcast;
        Data = data;
    }

    /// <summary>The link.</summary>
    public ConnectionHandle Handle { get; }

    /// <summary>Where the packet stands in its PDU.</summary>
    public PacketBoundary Boundary { get; }

    /// <summary>For whom it is.</summary>
    public BroadcastFlag Broadcast { get; }

    /// <summary>The part of a PDU.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <inheritdoc/>
    public int EncodedSize => HeaderSize + Data.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out AclDataPacket value)
    {
        var reader = new WireReader(source);
        var first = reader.U16();
        var data = reader.Bytes(reader.U16());
        value = new(
            new((ushort)(first & 0x0FFF)), (PacketBoundary)((first >> BoundaryShift) & 0b11),
            (BroadcastFlag)(first >> BroadcastShift), data);
        return reader.AtEnd;
    }

    /// <summary>Writes a header, for a packet whose data already stands behind it. Allocates nothing.</summary>
    /// <param name="destination">At least <see cref="HeaderSize"/> octets.</param>
    /// <param name="handle">The link.</param>
    /// <param name="boundary">Where the packet stands in its PDU.</param>
    /// <param name="dataLength">Octets of data that follow.</param>
    /// <param name="broadcast">For whom it is.</param>
    public static void WriteHeader(
        Span<byte> destination, ConnectionHandle handle, PacketBoundary boundary, ushort dataLength,
        BroadcastFlag broadcast = BroadcastFlag.PointToPoint)
    {
        var first = (handle.Value & 0x0FFF) | ((int)boundary << BoundaryShift) | ((int)broadcast << BroadcastShift);
        BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)first);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], dataLength);
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        WriteHeader(header, Handle, Boundary, checked((ushort)Data.Length), Broadcast);
        writer.Bytes(header);
        writer.Bytes(Data);
    }
}
