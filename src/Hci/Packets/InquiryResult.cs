using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>One device of an <see cref="InquiryResultEvent"/>.</summary>
/// <remarks><c>| BD_ADDR 6 | page scan repetition mode 1 | reserved 2 | class 3 | clock offset 2 |</c></remarks>
/// <param name="Address">The device.</param>
/// <param name="PageScanRepetitionMode">How often it scans for pages.</param>
/// <param name="ClassOfDevice">What it is.</param>
/// <param name="ClockOffset">How far its clock is from this device's.</param>
public readonly record struct InquiryResponse(
    BdAddr Address, PageScanRepetitionMode PageScanRepetitionMode, ClassOfDevice ClassOfDevice, ClockOffset ClockOffset)
    : IFixedWireFormat<InquiryResponse>
{
    private const int Reserved = 2;

    /// <inheritdoc/>
    public static int Size => 14;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out InquiryResponse value)
    {
        var reader = new WireReader(source);
        var address = reader.BdAddr();
        var mode = (PageScanRepetitionMode)reader.U8();
        reader.Bytes(Reserved);
        value = new(address, mode, new(reader.U24()), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U8((byte)PageScanRepetitionMode);
        writer.Zeros(Reserved);
        writer.U24(ClassOfDevice.Value);
        writer.U16(ClockOffset.Value);
    }
}

/// <summary>One device of an <see cref="InquiryResultWithRssiEvent"/>.</summary>
/// <remarks><c>| BD_ADDR 6 | page scan repetition mode 1 | reserved 1 | class 3 | clock offset 2 | RSSI 1 |</c></remarks>
/// <param name="Address">The device.</param>
/// <param name="PageScanRepetitionMode">How often it scans for pages.</param>
/// <param name="ClassOfDevice">What it is.</param>
/// <param name="ClockOffset">How far its clock is from this device's.</param>
/// <param name="Rssi">How strong it is received, in dBm.</param>
public readonly record struct InquiryResponseWithRssi(
    BdAddr Address, PageScanRepetitionMode PageScanRepetitionMode, ClassOfDevice ClassOfDevice, ClockOffset ClockOffset,
    sbyte Rssi)
    : IFixedWireFormat<InquiryResponseWithRssi>
{
    private const int Reserved = 1;

    /// <inheritdoc/>
    public static int Size => 14;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out InquiryResponseWithRssi value)
    {
        var reader = new WireReader(source);
        value = Read(ref reader);
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U8((byte)PageScanRepetitionMode);
        writer.Zeros(Reserved);
        writer.U24(ClassOfDevice.Value);
        writer.U16(ClockOffset.Value);
        writer.I8(Rssi);
    }

    internal static InquiryResponseWithRssi Read(ref WireReader reader)
    {
        var address = reader.BdAddr();
        var mode = (PageScanRepetitionMode)reader.U8();
        reader.Bytes(Reserved);
        return new(address, mode, new(reader.U24()), new(reader.U16()), reader.I8());
    }
}

/// <summary>Devices that answered an inquiry (Core, Vol 4, Part E, 7.7.2).</summary>
public readonly ref struct InquiryResultEvent : IHciEvent<InquiryResultEvent>
{
    /// <summary>Makes the event of encoded records.</summary>
    /// <param name="responses">1 to 18 devices.</param>
    public InquiryResultEvent(WireRecords<InquiryResponse> responses) => Responses = responses;

    /// <inheritdoc/>
    public static EventCode Code => EventCode.InquiryResult;

    /// <summary>The devices, at least one.</summary>
    public WireRecords<InquiryResponse> Responses { get; }

    /// <inheritdoc/>
    public int EncodedSize => 1 + Responses.Octets.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out InquiryResultEvent value)
    {
        var reader = new WireReader(source);
        var count = reader.U8();
        value = new(WireRecords<InquiryResponse>.Read(ref reader, count));
        return reader.AtEnd && count > 0;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Responses.Count);
        writer.Bytes(Responses.Octets);
    }
}

/// <summary>Devices that answered an inquiry, with their signal strength (Core, Vol 4, Part E, 7.7.33).</summary>
public readonly ref struct InquiryResultWithRssiEvent : IHciEvent<InquiryResultWithRssiEvent>
{
    /// <summary>Makes the event of encoded records.</summary>
    /// <param name="responses">1 to 18 devices.</param>
    public InquiryResultWithRssiEvent(WireRecords<InquiryResponseWithRssi> responses) => Responses = responses;

    /// <inheritdoc/>
    public static EventCode Code => EventCode.InquiryResultWithRssi;

    /// <summary>The devices, at least one.</summary>
    public WireRecords<InquiryResponseWithRssi> Responses { get; }

    /// <inheritdoc/>
    public int EncodedSize => 1 + Responses.Octets.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out InquiryResultWithRssiEvent value)
    {
        var reader = new WireReader(source);
        var count = reader.U8();
        value = new(WireRecords<InquiryResponseWithRssi>.Read(ref reader, count));
        return reader.AtEnd && count > 0;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Responses.Count);
        writer.Bytes(Responses.Octets);
    }
}
