using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for the form of inquiry results (Core, Vol 4, Part E, 7.3.49).</summary>
public readonly record struct ReadInquiryModeCommand
    : IHciCommand<ReadInquiryModeReturn>, IWireFormat<ReadInquiryModeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadInquiryMode;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadInquiryModeCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The form of inquiry results (Core, Vol 4, Part E, 7.3.49).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="InquiryMode">The form.</param>
public readonly record struct ReadInquiryModeReturn(HciStatus Status, InquiryMode InquiryMode)
    : IReturnParameters<ReadInquiryModeReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadInquiryModeReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadInquiryModeReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), (InquiryMode)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U8((byte)InquiryMode);
    }
}

/// <summary>Sets the form of inquiry results (Core, Vol 4, Part E, 7.3.50).</summary>
/// <param name="InquiryMode">The form.</param>
public readonly record struct WriteInquiryModeCommand(InquiryMode InquiryMode)
    : IHciCommand<StatusReturn>, IWireFormat<WriteInquiryModeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteInquiryMode;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteInquiryModeCommand value)
    {
        var reader = new WireReader(source);
        value = new((InquiryMode)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)InquiryMode);
    }
}

/// <summary>Asks for the power of inquiry responses (Core, Vol 4, Part E, 7.3.61).</summary>
public readonly record struct ReadInquiryResponseTransmitPowerLevelCommand
    : IHciCommand<ReadInquiryResponseTransmitPowerLevelReturn>, IWireFormat<ReadInquiryResponseTransmitPowerLevelCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadInquiryResponseTransmitPowerLevel;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadInquiryResponseTransmitPowerLevelCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The power of inquiry responses (Core, Vol 4, Part E, 7.3.61).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="TxPower">In dBm, -70 to 20.</param>
public readonly record struct ReadInquiryResponseTransmitPowerLevelReturn(HciStatus Status, sbyte TxPower)
    : IReturnParameters<ReadInquiryResponseTransmitPowerLevelReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadInquiryResponseTransmitPowerLevelReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadInquiryResponseTransmitPowerLevelReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.I8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.I8(TxPower);
    }
}
