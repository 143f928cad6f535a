using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks how often the controller listens for inquiries (Core, Vol 4, Part E, 7.3.21).</summary>
public readonly record struct ReadInquiryScanActivityCommand
    : IHciCommand<ReadInquiryScanActivityReturn>, IWireFormat<ReadInquiryScanActivityCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadInquiryScanActivity;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadInquiryScanActivityCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>How often the controller listens for inquiries (Core, Vol 4, Part E, 7.3.21).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="InquiryScanInterval">From one scan to the next.</param>
/// <param name="InquiryScanWindow">How long a scan lasts.</param>
public readonly record struct ReadInquiryScanActivityReturn(
    HciStatus Status, Slots InquiryScanInterval, Slots InquiryScanWindow)
    : IReturnParameters<ReadInquiryScanActivityReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 5;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadInquiryScanActivityReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadInquiryScanActivityReturn) with { Status = failure };
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
        writer.U16(InquiryScanInterval.Value);
        writer.U16(InquiryScanWindow.Value);
    }
}

/// <summary>Sets how often the controller listens for inquiries (Core, Vol 4, Part E, 7.3.22).</summary>
/// <param name="InquiryScanInterval">From one scan to the next, 0x12 to 0x1000, even.</param>
/// <param name="InquiryScanWindow">How long a scan lasts, at most the interval.</param>
public readonly record struct WriteInquiryScanActivityCommand(Slots InquiryScanInterval, Slots InquiryScanWindow)
    : IHciCommand<StatusReturn>, IWireFormat<WriteInquiryScanActivityCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteInquiryScanActivity;

    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteInquiryScanActivityCommand value)
    {
        var reader = new WireReader(source);
        value = new(new(reader.U16()), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(InquiryScanInterval.Value);
        writer.U16(InquiryScanWindow.Value);
    }
}

/// <summary>Asks whether inquiry scan is interlaced (Core, Vol 4, Part E, 7.3.47).</summary>
public readonly record struct ReadInquiryScanTypeCommand
    : IHciCommand<ReadInquiryScanTypeReturn>, IWireFormat<ReadInquiryScanTypeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadInquiryScanType;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadInquiryScanTypeCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Whether inquiry scan is interlaced (Core, Vol 4, Part E, 7.3.47).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="InquiryScanType">Standard or interlaced.</param>
public readonly record struct ReadInquiryScanTypeReturn(HciStatus Status, ScanType InquiryScanType)
    : IReturnParameters<ReadInquiryScanTypeReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadInquiryScanTypeReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadInquiryScanTypeReturn) with { Status = failure };
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
        writer.U8((byte)InquiryScanType);
    }
}

/// <summary>Sets whether inquiry scan is interlaced (Core, Vol 4, Part E, 7.3.48).</summary>
/// <param name="InquiryScanType">Standard or interlaced.</param>
public readonly record struct WriteInquiryScanTypeCommand(ScanType InquiryScanType)
    : IHciCommand<StatusReturn>, IWireFormat<WriteInquiryScanTypeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteInquiryScanType;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteInquiryScanTypeCommand value)
    {
        var reader = new WireReader(source);
        value = new((ScanType)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)InquiryScanType);
    }
}
