using HostStack.Hci.Wire;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Pdus;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Client;

/// <summary>A query that is sent as often as its response has pieces.</summary>
internal abstract class ClientRequest
{
    /// <summary>Kind of the request.</summary>
    public abstract PduId Id { get; }

    /// <summary>Kind of its response.</summary>
    public PduId ResponseId => Id + 1;

    /// <summary>The request's parameters.</summary>
    /// <param name="continuation">The state from the last response; empty in the first round.</param>
    public abstract byte[] Encode(ReadOnlySpan<byte> continuation);

    /// <summary>Reads the parameters of a response.</summary>
    /// <param name="parameters">Borrowed.</param>
    /// <param name="piece">Octets to append to what came before.</param>
    /// <param name="continuation">The state to ask for more with; empty where this was the last piece.</param>
    /// <returns>False where the response is malformed.</returns>
    public virtual bool TryReadPiece(
        ReadOnlySpan<byte> parameters, out ReadOnlySpan<byte> piece, out ReadOnlySpan<byte> continuation)
    {
        var ok = AttributeListResponse.TryParse(parameters, out var response);
        piece = response.Piece;
        continuation = response.Continuation;
        return ok;
    }

    /// <summary>Writes a value to an array of its size.</summary>
    /// <typeparam name="T">A wire format.</typeparam>
    /// <param name="value">The value.</param>
    protected static byte[] ToArray<T>(scoped in T value)
        where T : struct, IWireFormat<T>, allows ref struct
    {
        var octets = new byte[value.EncodedSize];
        var writer = new WireWriter(octets);
        value.Write(ref writer);
        return octets;
    }
}

/// <summary>Asks for the handles of records.</summary>
internal sealed class SearchQuery(SdpUuid[] uuids, ushort maximum) : ClientRequest
{
    public override PduId Id => PduId.ServiceSearchRequest;

    public override byte[] Encode(ReadOnlySpan<byte> continuation) =>
        ToArray(new ServiceSearchRequest(new ServiceSearchPattern(uuids), maximum, continuation));

    public override bool TryReadPiece(
        ReadOnlySpan<byte> parameters, out ReadOnlySpan<byte> piece, out ReadOnlySpan<byte> continuation)
    {
        var ok = ServiceSearchResponse.TryParse(parameters, out var response);
        piece = response.Handles;
        continuation = response.Continuation;
        return ok;
    }
}

/// <summary>Asks for attributes of one record.</summary>
internal sealed class AttributeQuery(ServiceRecordHandle handle, AttributeRange[] ranges, ushort maximumByteCount)
    : ClientRequest
{
    public override PduId Id => PduId.ServiceAttributeRequest;

    public override byte[] Encode(ReadOnlySpan<byte> continuation) =>
        ToArray(new ServiceAttributeRequest(handle, maximumByteCount, new AttributeIdList(ranges), continuation));
}

/// <summary>Asks for attributes of all records that match.</summary>
internal sealed class SearchAttributeQuery(SdpUuid[] uuids, AttributeRange[] ranges, ushort maximumByteCount) : ClientRequest
{
    public override PduId Id => PduId.ServiceSearchAttributeRequest;

    public override byte[] Encode(ReadOnlySpan<byte> continuation) =>
        ToArray(new ServiceSearchAttributeRequest(
            new ServiceSearchPattern(uuids), maximumByteCount, new AttributeIdList(ranges), continuation));
}
