using HostStack.Hci.Wire;

namespace HostStack.L2cap.Frames;

/// <summary>Modes of a channel (Core, Vol 3, Part A, 5.4).</summary>
public enum ChannelMode : byte
{
    /// <summary>Basic L2CAP mode: the default.</summary>
    Basic = 0x00,

    /// <summary>Retransmission mode.</summary>
    Retransmission = 0x01,

    /// <summary>Flow control mode.</summary>
    FlowControl = 0x02,

    /// <summary>Enhanced Retransmission mode.</summary>
    EnhancedRetransmission = 0x03,

    /// <summary>Streaming mode.</summary>
    Streaming = 0x04,
}

/// <summary>The retransmission and flow control option's data (Core, Vol 3, Part A, 5.4).</summary>
/// <remarks><c>| mode 1 | TxWindow 1 | MaxTransmit 1 | retransmission timeout 2 | monitor timeout 2 | MPS 2 |</c></remarks>
/// <param name="Mode">The mode; in Basic mode all other fields are 0.</param>
/// <param name="TxWindow">Frames, 1 to 63.</param>
/// <param name="MaxTransmit">Transmissions of one frame; 0 is no limit.</param>
/// <param name="RetransmissionTimeout">Milliseconds; 0 in a request.</param>
/// <param name="MonitorTimeout">Milliseconds; 0 in a request.</param>
/// <param name="Mps">Octets of payload in one frame.</param>
public readonly record struct RetransmissionOption(
    ChannelMode Mode, byte TxWindow, byte MaxTransmit, ushort RetransmissionTimeout, ushort MonitorTimeout, ushort Mps)
    : IOptionData<RetransmissionOption>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 9;

    /// <summary>Basic mode.</summary>
    public static RetransmissionOption Basic => default;

    /// <inheritdoc/>
    public static OptionType Type => OptionType.RetransmissionAndFlowControl;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RetransmissionOption value)
    {
        var reader = new WireReader(source);
        value = new((ChannelMode)reader.U8(), reader.U8(), reader.U8(), reader.U16(), reader.U16(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Mode);
        writer.U8(TxWindow);
        writer.U8(MaxTransmit);
        writer.U16(RetransmissionTimeout);
        writer.U16(MonitorTimeout);
        writer.U16(Mps);
    }
}

/// <summary>Kinds of frame check sequence (Core, Vol 3, Part A, 5.5).</summary>
public enum FcsType : byte
{
    /// <summary>No FCS.</summary>
    None = 0x00,

    /// <summary>16 bits: the default.</summary>
    Crc16 = 0x01,
}

/// <summary>The frame check sequence option's data (Core, Vol 3, Part A, 5.5).</summary>
/// <param name="Fcs">The kind that is asked for.</param>
public readonly record struct FcsOption(FcsType Fcs) : IOptionData<FcsOption>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 1;

    /// <inheritdoc/>
    public static OptionType Type => OptionType.Fcs;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out FcsOption value)
    {
        var reader = new WireReader(source);
        value = new((FcsType)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer) => writer.U8((byte)Fcs);
}

/// <summary>The extended flow specification option's data (Core, Vol 3, Part A, 5.6).</summary>
/// <remarks><c>| identifier 1 | service type 1 | maximum SDU 2 | SDU inter-arrival 4 | access latency 4 | flush timeout 4 |</c></remarks>
/// <param name="Identifier">Of the specification.</param>
/// <param name="ServiceType">Level of service.</param>
/// <param name="MaximumSdu">Octets.</param>
/// <param name="SduInterArrival">Microseconds.</param>
/// <param name="AccessLatency">Microseconds.</param>
/// <param name="FlushTimeout">Microseconds.</param>
public readonly record struct ExtendedFlowSpecificationOption(
    byte Identifier, ServiceType ServiceType, ushort MaximumSdu, uint SduInterArrival, uint AccessLatency, uint FlushTimeout)
    : IOptionData<ExtendedFlowSpecificationOption>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 16;

    /// <inheritdoc/>
    public static OptionType Type => OptionType.ExtendedFlowSpecification;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ExtendedFlowSpecificationOption value)
    {
        var reader = new WireReader(source);
        value = new(reader.U8(), (ServiceType)reader.U8(), reader.U16(), reader.U32(), reader.U32(), reader.U32());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8(Identifier);
        writer.U8((byte)ServiceType);
        writer.U16(MaximumSdu);
        writer.U32(SduInterArrival);
        writer.U32(AccessLatency);
        writer.U32(FlushTimeout);
    }
}

/// <summary>The extended window size option's data (Core, Vol 3, Part A, 5.7).</summary>
/// <param name="MaximumWindow">Frames, 1 to 0x3FFF.</param>
public readonly record struct ExtendedWindowOption(ushort MaximumWindow) : IOptionData<ExtendedWindowOption>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 2;

    /// <inheritdoc/>
    public static OptionType Type => OptionType.ExtendedWindowSize;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ExtendedWindowOption value)
    {
        var reader = new WireReader(source);
        value = new(reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer) => writer.U16(MaximumWindow);
}
