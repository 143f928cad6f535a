using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks whether credits count packets or blocks (Core, Vol 4, Part E, 7.3.72).</summary>
public readonly record struct ReadFlowControlModeCommand
    : IHciCommand<ReadFlowControlModeReturn>, IWireFormat<ReadFlowControlModeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadFlowControlMode;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadFlowControlModeCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Whether credits count packets or blocks (Core, Vol 4, Part E, 7.3.72).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="FlowControlMode">The mode.</param>
public readonly record struct ReadFlowControlModeReturn(HciStatus Status, FlowControlMode FlowControlMode)
    : IReturnParameters<ReadFlowControlModeReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadFlowControlModeReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadFlowControlModeReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), (FlowControlMode)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U8((byte)FlowControlMode);
    }
}

/// <summary>The host sent more than the controller's buffers hold (Core, Vol 4, Part E, 7.7.26).</summary>
/// <param name="LinkType">Whose buffers.</param>
public readonly record struct DataBufferOverflowEvent(LinkType LinkType) : IHciEvent<DataBufferOverflowEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.DataBufferOverflow;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out DataBufferOverflowEvent value)
    {
        var reader = new WireReader(source);
        value = new((LinkType)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)LinkType);
    }
}
