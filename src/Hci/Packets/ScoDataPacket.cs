using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>How well synchronous data was received (Core, Vol 4, Part E, 5.4.3).</summary>
public enum SynchronousPacketStatus : byte
{
    /// <summary>Correctly received; also host to controller.</summary>
    Correct = 0b00,

    /// <summary>Possibly invalid.</summary>
    PossiblyInvalid = 0b01,

    /// <summary>Nothing was received.</summary>
    NoData = 0b10,

    /// <summary>Partly lost.</summary>
    PartiallyLost = 0b11,
}

/// <summary>A synchronous data packet without its type octet (Core, Vol 4, Part E, 5.4.3). Borrowed.</summary>
/// <remarks><c>| handle 12 bits, packet status 2 bits, reserved 2 bits | length 1 | data |</c>, little-endian.</remarks>
public readonly ref struct ScoDataPacket : IWireFormat<ScoDataPacket>
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 3;

    private const int StatusShift = 12;

    /// <summary>Makes a packet of its parts.</summary>
    /// <param name="handle">The link.</param>
    /// <param name="packetStatus">How well the data was received.</param>
    /// <param name="data">At most 255 octets.</param>
    public ScoDataPacket(ConnectionHandle handle, SynchronousPacketStatus packetStatus, ReadOnlySpan<byte> data)
    {
        Handle = handle;
        PacketStatus = packetStatus;
        Data = data;
    }

    /// <summary>The link.</summary>
    public ConnectionHandle Handle { get; }

    /// <summary>How well the data was received.</summary>
    public SynchronousPacketStatus PacketStatus { get; }

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <inheritdoc/>
    public int EncodedSize => HeaderSize + Data.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ScoDataPacket value)
    {
        var reader = new WireReader(source);
        var first = reader.U16();
        var data = reader.Bytes(reader.U8());
        value = new(new((ushort)(first & 0x0FFF)), (SynchronousPacketStatus)((first >> StatusShift) & 0b11), data);
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16((ushort)((Handle.Value & 0x0FFF) | ((int)PacketStatus << StatusShift)));
        writer.U8(checked((byte)Data.Length));
        writer.Bytes(Data);
    }
}
