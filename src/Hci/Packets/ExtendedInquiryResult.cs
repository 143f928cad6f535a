using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>One device that answered an inquiry with extended data (Core, Vol 4, Part E, 7.7.38).</summary>
/// <remarks>The count of responses in front is always 1.</remarks>
/// <param name="Response">The device, with its signal strength.</param>
/// <param name="ExtendedInquiryResponse">What it tells of itself.</param>
public readonly record struct ExtendedInquiryResultEvent(InquiryResponseWithRssi Response, EirData ExtendedInquiryResponse)
    : IHciEvent<ExtendedInquiryResultEvent>
{
    private const byte NumResponses = 1;

    /// <inheritdoc/>
    public static EventCode Code => EventCode.ExtendedInquiryResult;

    /// <inheritdoc/>
    public int EncodedSize => 1 + InquiryResponseWithRssi.Size + EirData.Size;

    /// <summary>The device.</summary>
    public BdAddr Address => Response.Address;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ExtendedInquiryResultEvent value)
    {
        var reader = new WireReader(source);
        var count = reader.U8();
        value = new(InquiryResponseWithRssi.Read(ref reader), EirData.Read(ref reader));
        return reader.AtEnd && count == NumResponses;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8(NumResponses);
        Response.Write(ref writer);
        ExtendedInquiryResponse.Write(ref writer);
    }
}
