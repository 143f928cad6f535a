using HostStack.Hci.Wire;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Pdus;

/// <summary>Parameters of an SDP_ServiceSearchRequest (Core, Vol 3, Part B, 4.5.1).</summary>
/// <remarks><c>| ServiceSearchPattern | MaximumServiceRecordCount 2 | ContinuationState |</c></remarks>
internal readonly ref struct ServiceSearchRequest : IWireFormat<ServiceSearchRequest>
{
    public ServiceSearchRequest(
        ServiceSearchPattern pattern, ushort maximumRecordCount, ReadOnlySpan<byte> continuation = default)
    {
        Pattern = pattern;
        MaximumRecordCount = maximumRecordCount;
        Continuation = continuation;
    }

    /// <summary>What a record must hold.</summary>
    public ServiceSearchPattern Pattern { get; }

    /// <summary>The most handles in all responses together, 1 to 65535.</summary>
    public ushort MaximumRecordCount { get; }

    /// <summary>Borrowed; empty in a first request.</summary>
    public ReadOnlySpan<byte> Continuation { get; }

    /// <inheritdoc/>
    public int EncodedSize => Pattern.EncodedSize + sizeof(ushort) + ContinuationState.EncodedSize(Continuation);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ServiceSearchRequest value)
    {
        var reader = new WireReader(source);
        value = new ServiceSearchRequest(
            ServiceSearchPattern.Read(ref reader), reader.U16BigEndian(), ContinuationState.Read(ref reader));
        return reader.AtEnd && value.MaximumRecordCount > 0;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        Pattern.Write(ref writer);
        writer.U16BigEndian(MaximumRecordCount);
        ContinuationState.Write(ref writer, Continuation);
    }
}

/// <summary>Parameters of an SDP_ServiceSearchResponse (Core, Vol 3, Part B, 4.5.2).</summary>
/// <remarks><c>| TotalServiceRecordCount 2 | CurrentServiceRecordCount 2 | handles, 4 each | ContinuationState |</c></remarks>
internal readonly ref struct ServiceSearchResponse : IWireFormat<ServiceSearchResponse>
{
    /// <summary>Octets of a handle.</summary>
    public const int HandleSize = sizeof(uint);

    public ServiceSearchResponse(ushort totalCount, ReadOnlySpan<byte> handles, ReadOnlySpan<byte> continuation = default)
    {
        TotalCount = totalCount;
        Handles = handles;
        Continuation = continuation;
    }

    /// <summary>Records that match, in all responses together.</summary>
    public ushort TotalCount { get; }

    /// <summary>Handles in this response, as they stand on the wire; borrowed.</summary>
    public ReadOnlySpan<byte> Handles { get; }

    /// <summary>Borrowed; empty in the last response.</summary>
    public ReadOnlySpan<byte> Continuation { get; }

    /// <summary>Handles in this response.</summary>
    public int CurrentCount => Handles.Length / HandleSize;

    /// <inheritdoc/>
    public int EncodedSize => (2 * sizeof(ushort)) + Handles.Length + ContinuationState.EncodedSize(Continuation);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ServiceSearchResponse value)
    {
        var reader = new WireReader(source);
        var total = reader.U16BigEndian();
        var current = reader.U16BigEndian();
        value = new ServiceSearchResponse(total, reader.Bytes(current * HandleSize), ContinuationState.Read(ref reader));
        return reader.AtEnd && current <= total;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16BigEndian(TotalCount);
        writer.U16BigEndian((ushort)CurrentCount);
        writer.Bytes(Handles);
        ContinuationState.Write(ref writer, Continuation);
    }

    /// <summary>Reads handles from their octets.</summary>
    /// <param name="handles">A multiple of four octets.</param>
    public static ServiceRecordHandle[] ReadHandles(ReadOnlySpan<byte> handles)
    {
        var result = new ServiceRecordHandle[handles.Length / HandleSize];
        var reader = new WireReader(handles);
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = new ServiceRecordHandle(reader.U32BigEndian());
        }

        return result;
    }
}
