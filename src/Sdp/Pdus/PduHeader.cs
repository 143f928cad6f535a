using HostStack.Hci.Wire;

namespace HostStack.Sdp.Pdus;

/// <summary>Kinds of PDU (Core, Vol 3, Part B, 4.2).</summary>
internal enum PduId : byte
{
    /// <summary>SDP_ErrorResponse.</summary>
    ErrorResponse = 0x01,

    /// <summary>SDP_ServiceSearchRequest.</summary>
    ServiceSearchRequest = 0x02,

    /// <summary>SDP_ServiceSearchResponse.</summary>
    ServiceSearchResponse = 0x03,

    /// <summary>SDP_ServiceAttributeRequest.</summary>
    ServiceAttributeRequest = 0x04,

    /// <summary>SDP_ServiceAttributeResponse.</summary>
    ServiceAttributeResponse = 0x05,

    /// <summary>SDP_ServiceSearchAttributeRequest.</summary>
    ServiceSearchAttributeRequest = 0x06,

    /// <summary>SDP_ServiceSearchAttributeResponse.</summary>
    ServiceSearchAttributeResponse = 0x07,
}

/// <summary>The header of every PDU (Core, Vol 3, Part B, 4.2).</summary>
/// <remarks><c>| PDU ID 1 | transaction ID 2 | parameter length 2 |</c>, big-endian.</remarks>
/// <param name="Id">What follows.</param>
/// <param name="TransactionId">The request's, repeated in its response.</param>
/// <param name="ParameterLength">Octets that follow.</param>
internal readonly record struct PduHeader(PduId Id, ushort TransactionId, ushort ParameterLength) : IWireFormat<PduHeader>
{
    /// <summary>Octets of the header.</summary>
    public const int Size = 5;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out PduHeader value)
    {
        var reader = new WireReader(source);
        value = new PduHeader((PduId)reader.U8(), reader.U16BigEndian(), reader.U16BigEndian());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Id);
        writer.U16BigEndian(TransactionId);
        writer.U16BigEndian(ParameterLength);
    }
}

/// <summary>Parameters of an SDP_ErrorResponse (Core, Vol 3, Part B, 4.4.1).</summary>
/// <remarks><c>| error code 2 | error info |</c>; early versions defined the information, none has a use for it.</remarks>
internal readonly ref struct ErrorResponse : IWireFormat<ErrorResponse>
{
    public ErrorResponse(SdpErrorCode code, ReadOnlySpan<byte> info = default)
    {
        Code = code;
        Info = info;
    }

    /// <summary>What is wrong.</summary>
    public SdpErrorCode Code { get; }

    /// <summary>Borrowed.</summary>
    public ReadOnlySpan<byte> Info { get; }

    /// <inheritdoc/>
    public int EncodedSize => sizeof(ushort) + Info.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ErrorResponse value)
    {
        var reader = new WireReader(source);
        value = new ErrorResponse((SdpErrorCode)reader.U16BigEndian(), reader.Rest());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16BigEndian((ushort)Code);
        writer.Bytes(Info);
    }
}
