using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for the data that inquiry responses carry (Core, Vol 4, Part E, 7.3.55).</summary>
public readonly record struct ReadExtendedInquiryResponseCommand
    : IHciCommand<ReadExtendedInquiryResponseReturn>, IWireFormat<ReadExtendedInquiryResponseCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadExtendedInquiryResponse;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadExtendedInquiryResponseCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The data that inquiry responses carry (Core, Vol 4, Part E, 7.3.55).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="FecRequired">Whether they are sent with forward error correction.</param>
/// <param name="ExtendedInquiryResponse">The data.</param>
public readonly record struct ReadExtendedInquiryResponseReturn(
    HciStatus Status, bool FecRequired, EirData ExtendedInquiryResponse)
    : IReturnParameters<ReadExtendedInquiryResponseReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 242;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadExtendedInquiryResponseReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadExtendedInquiryResponseReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Flag(), EirData.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Flag(FecRequired);
        ExtendedInquiryResponse.Write(ref writer);
    }
}

/// <summary>Sets the data that inquiry responses carry (Core, Vol 4, Part E, 7.3.56).</summary>
/// <param name="FecRequired">Whether to send with forward error correction.</param>
/// <param name="ExtendedInquiryResponse">The data.</param>
public readonly record struct WriteExtendedInquiryResponseCommand(bool FecRequired, EirData ExtendedInquiryResponse)
    : IHciCommand<StatusReturn>, IWireFormat<WriteExtendedInquiryResponseCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteExtendedInquiryResponse;

    /// <inheritdoc/>
    public int EncodedSize => 241;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteExtendedInquiryResponseCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Flag(), EirData.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Flag(FecRequired);
        ExtendedInquiryResponse.Write(ref writer);
    }
}
