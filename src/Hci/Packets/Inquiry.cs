using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Looks for devices nearby (Core, Vol 4, Part E, 7.1.1).</summary>
/// <param name="Lap">The inquiry access code.</param>
/// <param name="InquiryLength">The longest time to look, in units of 1.28 s, 1 to 48.</param>
/// <param name="NumResponses">Responses after which to stop; 0 is no limit.</param>
public readonly record struct InquiryCommand(Lap Lap, byte InquiryLength, byte NumResponses)
    : IHciStatusCommand, IWireFormat<InquiryCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.Inquiry;

    /// <inheritdoc/>
    public int EncodedSize => 5;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out InquiryCommand value)
    {
        var reader = new WireReader(source);
        value = new(new(reader.U24()), reader.U8(), reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U24(Lap.Value);
        writer.U8(InquiryLength);
        writer.U8(NumResponses);
    }
}

/// <summary>Ends an inquiry before its time; no Inquiry Complete follows (Core, Vol 4, Part E, 7.1.2).</summary>
public readonly record struct InquiryCancelCommand : IHciCommand<StatusReturn>, IWireFormat<InquiryCancelCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.InquiryCancel;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out InquiryCancelCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>An inquiry has ended (Core, Vol 4, Part E, 7.7.1).</summary>
/// <param name="Status">The outcome.</param>
public readonly record struct InquiryCompleteEvent(HciStatus Status) : IHciEvent<InquiryCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.InquiryComplete;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out InquiryCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
    }
}
