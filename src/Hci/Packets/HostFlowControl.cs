using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Turns flow control towards the host on or off (Core, Vol 4, Part E, 7.3.38).</summary>
/// <param name="FlowControlEnable">For which data.</param>
public readonly record struct SetControllerToHostFlowControlCommand(HostFlowControl FlowControlEnable)
    : IHciCommand<StatusReturn>, IWireFormat<SetControllerToHostFlowControlCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.SetControllerToHostFlowControl;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SetControllerToHostFlowControlCommand value)
    {
        var reader = new WireReader(source);
        value = new((HostFlowControl)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)FlowControlEnable);
    }
}

/// <summary>Tells the controller the host's buffers (Core, Vol 4, Part E, 7.3.39).</summary>
/// <param name="HostAclDataPacketLength">Octets of data that an ACL packet may carry.</param>
/// <param name="HostSynchronousDataPacketLength">Octets of data that a synchronous packet may carry.</param>
/// <param name="HostTotalNumAclDataPackets">ACL packets.</param>
/// <param name="HostTotalNumSynchronousDataPackets">Synchronous packets.</param>
public readonly record struct HostBufferSizeCommand(
    ushort HostAclDataPacketLength, byte HostSynchronousDataPacketLength, ushort HostTotalNumAclDataPackets,
    ushort HostTotalNumSynchronousDataPackets)
    : IHciCommand<StatusReturn>, IWireFormat<HostBufferSizeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.HostBufferSize;

    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out HostBufferSizeCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.U16(), reader.U8(), reader.U16(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(HostAclDataPacketLength);
        writer.U8(HostSynchronousDataPacketLength);
        writer.U16(HostTotalNumAclDataPackets);
        writer.U16(HostTotalNumSynchronousDataPackets);
    }
}
