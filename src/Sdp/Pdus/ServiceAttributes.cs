using HostStack.Hci.Wire;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Pdus;

/// <summary>Parameters of an SDP_ServiceAttributeRequest (Core, Vol 3, Part B, 4.6.1).</summary>
/// <remarks><c>| handle 4 | MaximumAttributeByteCount 2 | AttributeIDList | ContinuationState |</c></remarks>
internal readonly ref struct ServiceAttributeRequest : IWireFormat<ServiceAttributeRequest>
{
    /// <summary>The least that a client may take at once.</summary>
    public const ushort MinimumByteCount = 7;

    public ServiceAttributeRequest(
        ServiceRecordHandle handle,
        ushort maximumByteCount,
        AttributeIdList attributes,
        ReadOnlySpan<byte> continuation = default)
    {
        Handle = handle;
        MaximumByteCount = maximumByteCount;
        Attributes = attributes;
        Continuation = continuation;
    }

    /// <summary>Which record.</summary>
    public ServiceRecordHandle Handle { get; }

    /// <summary>The most octets of the list in one response, 7 to 65535.</summary>
    public ushort MaximumByteCount { get; }

    /// <summary>Which attributes.</summary>
    public AttributeIdList Attributes { get; }

    /// <summary>Borrowed; empty in a first request.</summary>
    public ReadOnlySpan<byte> Continuation { get; }

    /// <inheritdoc/>
    public int EncodedSize =>
        sizeof(uint) + sizeof(ushort) + Attributes.EncodedSize + ContinuationState.EncodedSize(Continuation);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ServiceAttributeRequest value)
    {
        var reader = new WireReader(source);
        value = new ServiceAttributeRequest(
            new ServiceRecordHandle(reader.U32BigEndian()),
            reader.U16BigEndian(),
            AttributeIdList.Read(ref reader),
            ContinuationState.Read(ref reader));
        return reader.AtEnd && value.MaximumByteCount >= MinimumByteCount;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U32BigEndian(Handle.Value);
        writer.U16BigEndian(MaximumByteCount);
        Attributes.Write(ref writer);
        ContinuationState.Write(ref writer, Continuation);
    }
}

/// <summary>Parameters of an SDP_ServiceSearchAttributeRequest (Core, Vol 3, Part B, 4.7.1).</summary>
/// <remarks><c>| ServiceSearchPattern | MaximumAttributeByteCount 2 | AttributeIDList | ContinuationState |</c></remarks>
internal readonly ref struct ServiceSearchAttributeRequest : IWireFormat<ServiceSearchAttributeRequest>
{
    public ServiceSearchAttributeRequest(
        ServiceSearchPattern pattern,
        ushort maximumByteCount,
        AttributeIdList attributes,
        ReadOnlySpan<byte> continuation = default)
    {
        Pattern = pattern;
        MaximumByteCount = maximumByteCount;
        Attributes = attributes;
        Continuation = continuation;
    }

    /// <summary>What a record must hold.</summary>
    public ServiceSearchPattern Pattern { get; }

    /// <summary>The most octets of the lists in one response, 7 to 65535.</summary>
    public ushort MaximumByteCount { get; }

    /// <summary>Which attributes.</summary>
    public AttributeIdList Attributes { get; }

    /// <summary>Borrowed; empty in a first request.</summary>
    public ReadOnlySpan<byte> Continuation { get; }

    /// <inheritdoc/>
    public int EncodedSize =>
        Pattern.EncodedSize + sizeof(ushort) + Attributes.EncodedSize + ContinuationState.EncodedSize(Continuation);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ServiceSearchAttributeRequest value)
    {
        var reader = new WireReader(source);
        value = new ServiceSearchAttributeRequest(
            ServiceSearchPattern.Read(ref reader),
            reader.U16BigEndian(),
            AttributeIdList.Read(ref reader),
            ContinuationState.Read(ref reader));
        return reader.AtEnd && value.MaximumByteCount >= ServiceAttributeRequest.MinimumByteCount;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        Pattern.Write(ref writer);
        writer.U16BigEndian(MaximumByteCount);
        Attributes.Write(ref writer);
        ContinuationState.Write(ref writer, Continuation);
    }
}

/// <summary>Parameters of an SDP_ServiceAttributeResponse and an SDP_ServiceSearchAttributeResponse (Core, Vol 3, Part B,
/// 4.6.2 and 4.7.2).</summary>
/// <remarks><c>| byte count 2 | a piece of the attribute list or lists | ContinuationState |</c></remarks>
internal readonly ref struct AttributeListResponse : IWireFormat<AttributeListResponse>
{

    public AttributeListResponse(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> continuation = default)
    {
        Piece = piece;
        Continuation = continuation;
    }

    /// <summary>Part of the data element; borrowed.</summary>
    public ReadOnlySpan<byte> Piece { get; }

    /// <summary>Borrowed; empty in the last response.</summary>
    public ReadOnlySpan<byte> Continuation { get; }

    /// <inheritdoc/>
    public int EncodedSize => sizeof(ushort) + Piece.Length + ContinuationState.EncodedSize(Continuation);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out AttributeListResponse value)
    {
        var reader = new WireReader(source);
        value = new AttributeListResponse(reader.Bytes(reader.U16BigEndian()), ContinuationState.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16BigEndian((ushort)Piece.Length);
        writer.Bytes(Piece);
        ContinuationState.Write(ref writer, Continuation);
    }
}
