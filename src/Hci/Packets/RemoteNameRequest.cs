using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks a device for its name; pages it where there is no link (Core, Vol 4, Part E, 7.1.19).</summary>
/// <param name="Address">The peer.</param>
/// <param name="PageScanRepetitionMode">As the peer told in its inquiry response.</param>
/// <param name="ClockOffset">The peer's clock offset, with the valid bit where it is known.</param>
public readonly record struct RemoteNameRequestCommand(
    BdAddr Address, PageScanRepetitionMode PageScanRepetitionMode, ClockOffset ClockOffset)
    : IHciStatusCommand, IWireFormat<RemoteNameRequestCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.RemoteNameRequest;

    /// <inheritdoc/>
    public int EncodedSize => 10;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RemoteNameRequestCommand value)
    {
        var reader = new WireReader(source);
        var address = reader.BdAddr();
        var pageScanRepetitionMode = (PageScanRepetitionMode)reader.U8();
        reader.Bytes(1); // reserved
        var clockOffset = new ClockOffset(reader.U16());
        value = new(address, pageScanRepetitionMode, clockOffset);
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U8((byte)PageScanRepetitionMode);
        writer.Zeros(1);
        writer.U16(ClockOffset.Value);
    }
}

/// <summary>Ends a name request; its Complete event follows (Core, Vol 4, Part E, 7.1.20).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct RemoteNameRequestCancelCommand(BdAddr Address)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<RemoteNameRequestCancelCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.RemoteNameRequestCancel;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RemoteNameRequestCancelCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
    }
}

/// <summary>A device's name, or why it was not told (Core, Vol 4, Part E, 7.7.7).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Address">The peer.</param>
/// <param name="RemoteName">The name.</param>
public readonly record struct RemoteNameRequestCompleteEvent(HciStatus Status, BdAddr Address, DeviceName RemoteName)
    : IHciEvent<RemoteNameRequestCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.RemoteNameRequestComplete;

    /// <inheritdoc/>
    public int EncodedSize => 255;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RemoteNameRequestCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.BdAddr(), DeviceName.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.BdAddr(Address);
        RemoteName.Write(ref writer);
    }
}
