using HostStack.Hci.Wire;

namespace HostStack.L2cap.Frames;

/// <summary>What an L2CAP_INFORMATION_REQ asks (Core, Vol 3, Part A, 4.10).</summary>
public enum InformationType : ushort
{
    /// <summary>Connectionless MTU; two octets.</summary>
    ConnectionlessMtu = 0x0001,

    /// <summary>Extended features supported; four octets, <see cref="ExtendedFeatures"/>.</summary>
    ExtendedFeatures = 0x0002,

    /// <summary>Fixed channels supported; eight octets, bit n for channel n.</summary>
    FixedChannels = 0x0003,
}

/// <summary>Results of an L2CAP_INFORMATION_RSP (Core, Vol 3, Part A, 4.11).</summary>
public enum InformationResult : ushort
{
    /// <summary>Success; data follows.</summary>
    Success = 0x0000,

    /// <summary>Not supported; no data.</summary>
    NotSupported = 0x0001,
}

/// <summary>The extended feature mask (Core, Vol 3, Part A, 4.12).</summary>
[Flags]
public enum ExtendedFeatures : uint
{
    /// <summary>Nothing beyond Basic mode.</summary>
    None = 0,

    /// <summary>Flow control mode.</summary>
    FlowControlMode = 1 << 0,

    /// <summary>Retransmission mode.</summary>
    RetransmissionMode = 1 << 1,

    /// <summary>Bi-directional QoS.</summary>
    BidirectionalQos = 1 << 2,

    /// <summary>Enhanced Retransmission mode.</summary>
    EnhancedRetransmissionMode = 1 << 3,

    /// <summary>Streaming mode.</summary>
    StreamingMode = 1 << 4,

    /// <summary>FCS option.</summary>
    FcsOption = 1 << 5,

    /// <summary>Extended Flow Specification for BR/EDR.</summary>
    ExtendedFlowSpecification = 1 << 6,

    /// <summary>Fixed channels.</summary>
    FixedChannels = 1 << 7,

    /// <summary>Extended window size.</summary>
    ExtendedWindowSize = 1 << 8,

    /// <summary>Unicast connectionless data reception.</summary>
    UnicastConnectionless = 1 << 9,

    /// <summary>Enhanced Credit Based Flow Control mode.</summary>
    EnhancedCreditBased = 1 << 10,
}

/// <summary>L2CAP_INFORMATION_REQ data (Core, Vol 3, Part A, 4.10).</summary>
/// <remarks><c>| type 2 |</c>, little-endian.</remarks>
/// <param name="Type">What is asked.</param>
public readonly record struct InformationRequest(InformationType Type) : IWireFormat<InformationRequest>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 2;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out InformationRequest value)
    {
        var reader = new WireReader(source);
        value = new((InformationType)reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer) => writer.U16((ushort)Type);
}

/// <summary>L2CAP_INFORMATION_RSP data (Core, Vol 3, Part A, 4.11).</summary>
/// <remarks><c>| type 2 | result 2 | data 0, 2, 4 or 8 |</c>, little-endian; type and result decide the data's length.</remarks>
/// <param name="Type">What was asked.</param>
/// <param name="Result">Whether it is supported.</param>
/// <param name="Data">The answer, as a number; 0 where there is none.</param>
public readonly record struct InformationResponse(InformationType Type, InformationResult Result, ulong Data)
    : IWireFormat<InformationResponse>
{
    /// <inheritdoc/>
    public int EncodedSize => 4 + DataSize(Type, Result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out InformationResponse value)
    {
        var reader = new WireReader(source);
        var type = (InformationType)reader.U16();
        var result = (InformationResult)reader.U16();
        ulong data = DataSize(type, result) switch
        {
            2 => reader.U16(),
            4 => reader.U32(),
            8 => reader.U64(),
            _ => 0,
        };
        value = new(type, result, data);
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16((ushort)Type);
        writer.U16((ushort)Result);
        switch (DataSize(Type, Result))
        {
            case 2:
                writer.U16((ushort)Data);
                break;
            case 4:
                writer.U32((uint)Data);
                break;
            case 8:
                writer.U64(Data);
                break;
        }
    }

    private static int DataSize(InformationType type, InformationResult result) => (type, result) switch
    {
        (InformationType.ConnectionlessMtu, InformationResult.Success) => 2,
        (InformationType.ExtendedFeatures, InformationResult.Success) => 4,
        (InformationType.FixedChannels, InformationResult.Success) => 8,
        _ => 0,
    };
}
