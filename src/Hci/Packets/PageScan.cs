using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks how often the controller listens for pages (Core, Vol 4, Part E, 7.3.19).</summary>
public readonly record struct ReadPageScanActivityCommand
    : IHciCommand<ReadPageScanActivityReturn>, IWireFormat<ReadPageScanActivityCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadPageScanActivity;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadPageScanActivityCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>How often the controller listens for pages (Core, Vol 4, Part E, 7.3.19).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="PageScanInterval">From one scan to the next.</param>
/// <param name="PageScanWindow">How long a scan lasts.</param>
public readonly record struct ReadPageScanActivityReturn(HciStatus Status, Slots PageScanInterval, Slots PageScanWindow)
    : IReturnParameters<ReadPageScanActivityReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 5;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadPageScanActivityReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadPageScanActivityReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), new(reader.U16()), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U16(PageScanInterval.Value);
        writer.U16(PageScanWindow.Value);
    }
}

/// <summary>Sets how often the controller listens for pages (Core, Vol 4, Part E, 7.3.20).</summary>
/// <param name="PageScanInterval">From one scan to the next, 0x12 to 0x1000, even.</param>
/// <param name="PageScanWindow">How long a scan lasts, at most the interval.</param>
public readonly record struct WritePageScanActivityCommand(Slots PageScanInterval, Slots PageScanWindow)
    : IHciCommand<StatusReturn>, IWireFormat<WritePageScanActivityCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WritePageScanActivity;

    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WritePageScanActivityCommand value)
    {
        var reader = new WireReader(source);
        value = new(new(reader.U16()), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(PageScanInterval.Value);
        writer.U16(PageScanWindow.Value);
    }
}

/// <summary>Asks whether page scan is interlaced (Core, Vol 4, Part E, 7.3.51).</summary>
public readonly record struct ReadPageScanTypeCommand
    : IHciCommand<ReadPageScanTypeReturn>, IWireFormat<ReadPageScanTypeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadPageScanType;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadPageScanTypeCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Whether page scan is interlaced (Core, Vol 4, Part E, 7.3.51).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="PageScanType">Standard or interlaced.</param>
public readonly record struct ReadPageScanTypeReturn(HciStatus Status, ScanType PageScanType)
    : IReturnParameters<ReadPageScanTypeReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadPageScanTypeReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadPageScanTypeReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), (ScanType)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U8((byte)PageScanType);
    }
}

/// <summary>Sets whether page scan is interlaced (Core, Vol 4, Part E, 7.3.52).</summary>
/// <param name="PageScanType">Standard or interlaced.</param>
public readonly record struct WritePageScanTypeCommand(ScanType PageScanType)
    : IHciCommand<StatusReturn>, IWireFormat<WritePageScanTypeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WritePageScanType;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WritePageScanTypeCommand value)
    {
        var reader = new WireReader(source);
        value = new((ScanType)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)PageScanType);
    }
}

/// <summary>A peer has changed how often it scans for pages (Core, Vol 4, Part E, 7.7.31).</summary>
/// <param name="Address">The peer.</param>
/// <param name="PageScanRepetitionMode">The new mode.</param>
public readonly record struct PageScanRepetitionModeChangeEvent(
    BdAddr Address, PageScanRepetitionMode PageScanRepetitionMode)
    : IHciEvent<PageScanRepetitionModeChangeEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.PageScanRepetitionModeChange;

    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out PageScanRepetitionModeChangeEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), (PageScanRepetitionMode)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U8((byte)PageScanRepetitionMode);
    }
}
