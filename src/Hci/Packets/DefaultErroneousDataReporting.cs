using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks whether bad synchronous packets are delivered (Core, Vol 4, Part E, 7.3.64).</summary>
public readonly record struct ReadDefaultErroneousDataReportingCommand
    : IHciCommand<ReadDefaultErroneousDataReportingReturn>, IWireFormat<ReadDefaultErroneousDataReportingCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadDefaultErroneousDataReporting;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadDefaultErroneousDataReportingCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Whether bad synchronous packets are delivered (Core, Vol 4, Part E, 7.3.64).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="ErroneousDataReporting">On or off.</param>
public readonly record struct ReadDefaultErroneousDataReportingReturn(HciStatus Status, bool ErroneousDataReporting)
    : IReturnParameters<ReadDefaultErroneousDataReportingReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadDefaultErroneousDataReportingReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadDefaultErroneousDataReportingReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Flag());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Flag(ErroneousDataReporting);
    }
}

/// <summary>Sets whether bad synchronous packets are delivered (Core, Vol 4, Part E, 7.3.65).</summary>
/// <param name="ErroneousDataReporting">On or off.</param>
public readonly record struct WriteDefaultErroneousDataReportingCommand(bool ErroneousDataReporting)
    : IHciCommand<StatusReturn>, IWireFormat<WriteDefaultErroneousDataReportingCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteDefaultErroneousDataReporting;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteDefaultErroneousDataReportingCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Flag());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Flag(ErroneousDataReporting);
    }
}
