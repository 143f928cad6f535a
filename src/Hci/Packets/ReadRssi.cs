using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks how strong a link is received (Core, Vol 4, Part E, 7.5.4).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct ReadRssiCommand(ConnectionHandle Handle)
    : IHciCommand<ReadRssiReturn>, IWireFormat<ReadRssiCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadRssi;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadRssiCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
    }
}

/// <summary>How strong a link is received (Core, Vol 4, Part E, 7.5.4).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="Rssi">In dB relative to the golden receive range; 0 is within it.</param>
public readonly record struct ReadRssiReturn(HciStatus Status, ConnectionHandle Handle, sbyte Rssi)
    : IReturnParameters<ReadRssiReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadRssiReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadRssiReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), reader.I8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.I8(Rssi);
    }
}

/// <summary>Asks for a link's quality (Core, Vol 4, Part E, 7.5.3).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct ReadLinkQualityCommand(ConnectionHandle Handle)
    : IHciCommand<ReadLinkQualityReturn>, IWireFormat<ReadLinkQualityCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLinkQuality;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLinkQualityCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
    }
}

/// <summary>A link's quality (Core, Vol 4, Part E, 7.5.3).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="LinkQuality">0 to 255, better is higher; the scale is the maker's.</param>
public readonly record struct ReadLinkQualityReturn(HciStatus Status, ConnectionHandle Handle, byte LinkQuality)
    : IReturnParameters<ReadLinkQualityReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLinkQualityReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadLinkQualityReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U8(LinkQuality);
    }
}

/// <summary>Asks for a link's transmit power (Core, Vol 4, Part E, 7.3.35).</summary>
/// <param name="Handle">The link.</param>
/// <param name="Type">Current or maximum.</param>
public readonly record struct ReadTransmitPowerLevelCommand(ConnectionHandle Handle, TransmitPowerType Type)
    : IHciCommand<ReadTransmitPowerLevelReturn>, IWireFormat<ReadTransmitPowerLevelCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadTransmitPowerLevel;

    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadTransmitPowerLevelCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), (TransmitPowerType)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U8((byte)Type);
    }
}

/// <summary>A link's transmit power (Core, Vol 4, Part E, 7.3.35).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="TxPowerLevel">In dBm, -30 to 20.</param>
public readonly record struct ReadTransmitPowerLevelReturn(
    HciStatus Status, ConnectionHandle Handle, sbyte TxPowerLevel)
    : IReturnParameters<ReadTransmitPowerLevelReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadTransmitPowerLevelReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadTransmitPowerLevelReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), reader.I8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.I8(TxPowerLevel);
    }
}
