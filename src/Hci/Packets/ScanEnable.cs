using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks whether this device can be found and paged (Core, Vol 4, Part E, 7.3.17).</summary>
public readonly record struct ReadScanEnableCommand
    : IHciCommand<ReadScanEnableReturn>, IWireFormat<ReadScanEnableCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadScanEnable;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadScanEnableCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Whether this device can be found and paged (Core, Vol 4, Part E, 7.3.17).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="ScanEnable">The scans that are on.</param>
public readonly record struct ReadScanEnableReturn(HciStatus Status, ScanEnable ScanEnable)
    : IReturnParameters<ReadScanEnableReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadScanEnableReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadScanEnableReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), (ScanEnable)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U8((byte)ScanEnable);
    }
}

/// <summary>Sets whether this device can be found and paged (Core, Vol 4, Part E, 7.3.18).</summary>
/// <param name="ScanEnable">The scans to do.</param>
public readonly record struct WriteScanEnableCommand(ScanEnable ScanEnable)
    : IHciCommand<StatusReturn>, IWireFormat<WriteScanEnableCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteScanEnable;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteScanEnableCommand value)
    {
        var reader = new WireReader(source);
        value = new((ScanEnable)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)ScanEnable);
    }
}
