using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Where an isochronous packet stands in its SDU (Core, Vol 4, Part E, 5.4.5).</summary>
public enum IsoPacketBoundary : byte
{
    /// <summary>The first part.</summary>
    First = 0b00,

    /// <summary>A further part.</summary>
    Continuing = 0b01,

    /// <summary>A whole SDU.</summary>
    Complete = 0b10,

    /// <summary>The last part.</summary>
    Last = 0b11,
}

/// <summary>An isochronous data packet without its type octet (Core, Vol 4, Part E, 5.4.5). Borrowed.</summary>
/// <remarks><c>| handle 12 bits, PB 2 bits, TS 1 bit, reserved | length 14 bits, reserved | data load |</c>.</remarks>
public readonly ref struct IsoDataPacket : IWireFormat<IsoDataPacket>
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 4;

    /// <summary>The most octets of a data load.</summary>
    public const int MaxDataLoad = 0x3FFF;

    private const int BoundaryShift = 12;
    private const int TimeStampBit = 1 << 14;

    /// <summary>Makes a packet of its parts.</summary>
    /// <param name="handle">The stream.</param>
    /// <param name="boundary">Where it stands in its SDU.</param>
    /// <param name="hasTimeStamp">Whether the data load starts with a time stamp.</param>
    /// <param name="dataLoad">At most <see cref="MaxDataLoad"/> octets.</param>
    public IsoDataPacket(ConnectionHandle handle, IsoPacketBoundary boundary, bool hasTimeStamp, ReadOnlySpan<byte> dataLoad)
    {
        Handle = handle;
        Boundary = boundary;
        HasTimeStamp = hasTimeStamp;
        DataLoad = dataLoad;
    }

    /// <summary>The stream.</summary>
    public ConnectionHandle Handle { get; }

    /// <summary>Where the packet stands in its SDU.</summary>
    public IsoPacketBoundary Boundary { get; }

    /// <summary>Whether the data load starts with a time stamp.</summary>
    public bool HasTimeStamp { get; }

    /// <summary>Time stamp, SDU header and data.</summary>
    public ReadOnlySpan<byte> DataLoad { get; }

    /// <inheritdoc/>
    public int EncodedSize => HeaderSize + DataLoad.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out IsoDataPacket value)
    {
        var reader = new WireReader(source);
        var first = reader.U16();
        var data = reader.Bytes(reader.U16() & MaxDataLoad);
        value = new(
            new((ushort)(first & 0x0FFF)), (IsoPacketBoundary)((first >> BoundaryShift) & 0b11), (first & TimeStampBit) != 0,
            data);
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(DataLoad.Length, MaxDataLoad, nameof(DataLoad));
        var flags = HasTimeStamp ? TimeStampBit : 0;
        writer.U16((ushort)((Handle.Value & 0x0FFF) | ((int)Boundary << BoundaryShift) | flags));
        writer.U16((ushort)DataLoad.Length);
        writer.Bytes(DataLoad);
    }
}
