using HostStack.Hci.Wire;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Pdus;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Server;

/// <summary>What a request came to.</summary>
/// <param name="Length">Octets of the response; 0 where none is due.</param>
/// <param name="Id">The request.</param>
/// <param name="Error">Why it was refused; null where it was answered.</param>
internal readonly record struct Answer(int Length, PduId Id, SdpErrorCode? Error);

/// <summary>Answers the requests of one channel: octets in, octets out.</summary>
/// <param name="database">The records.</param>
/// <param name="continuations">The channel's unfinished responses.</param>
internal sealed class Responder(ServiceRecordDatabase database, ContinuationTable continuations)
{
    /// <summary>The longest list that is sent, in as many pieces as the client asks.</summary>
    public const int MaximumListLength = 65536;

    /// <summary>The least room for a response: the smallest MTU of a channel (Core, Vol 3, Part A, 5.1).</summary>
    public const int MinimumRoom = 48;

    private const int StateLength = 1 + ContinuationTable.TokenSize;
    private const int EmptyStateLength = 1;

    /// <summary>Answers one PDU.</summary>
    /// <param name="pdu">The PDU, borrowed.</param>
    /// <param name="destination">As many octets as the peer takes, at least <see cref="MinimumRoom"/>.</param>
    public Answer Respond(ReadOnlySpan<byte> pdu, Span<byte> destination)
    {
        // Without a transaction identifier there is nothing to answer to, and answering responses would make a loop.
        if (pdu.Length < PduHeader.Size
            || destination.Length < MinimumRoom
            || !PduHeader.TryParse(pdu[..PduHeader.Size], out var header)
            || header.Id is PduId.ErrorResponse or PduId.ServiceSearchResponse or PduId.ServiceAttributeResponse
                or PduId.ServiceSearchAttributeResponse)
        {
            return default;
        }

        var parameters = pdu[PduHeader.Size..];
        var body = destination[PduHeader.Size..];
        var length = 0;
        var error = header.ParameterLength != parameters.Length
            ? SdpErrorCode.InvalidPduSize
            : Dispatch(header.Id, parameters, body, out length);
        var id = header.Id + 1;
        if (error is { } code)
        {
            var writer = new WireWriter(body);
            new ErrorResponse(code).Write(ref writer);
            length = writer.Length;
            id = PduId.ErrorResponse;
        }

        var headerWriter = new WireWriter(destination);
        new PduHeader(id, header.TransactionId, (ushort)length).Write(ref headerWriter);
        return new Answer(PduHeader.Size + length, header.Id, error);
    }

    private SdpErrorCode? Dispatch(PduId id, ReadOnlySpan<byte> parameters, Span<byte> body, out int length)
    {
        length = 0;
        return id switch
        {
            PduId.ServiceSearchRequest => Search(parameters, body, out length),
            PduId.ServiceAttributeRequest => Attributes(parameters, body, out length),
            PduId.ServiceSearchAttributeRequest => SearchAttributes(parameters, body, out length),
            _ => SdpErrorCode.InvalidRequestSyntax,
        };
    }

    private SdpErrorCode? Search(ReadOnlySpan<byte> parameters, Span<byte> body, out int length)
    {
        length = 0;
        if (!ServiceSearchRequest.TryParse(parameters, out var request))
        {
            return SdpErrorCode.InvalidRequestSyntax;
        }

        var response = Resume(PduId.ServiceSearchRequest, parameters, request.Continuation);
        if (response is null && !request.Continuation.IsEmpty)
        {
            return SdpErrorCode.InvalidContinuationState;
        }

        response ??= Begin(
            PduId.ServiceSearchRequest, parameters, HandlesOf(database.Search(request.Pattern.Uuids), request.MaximumRecordCount));
        var rest = response.Response.AsSpan(response.Offset);
        var room = body.Length - (2 * sizeof(ushort));
        var take = rest.Length <= room - EmptyStateLength
            ? rest.Length
            : (room - StateLength) / ServiceSearchResponse.HandleSize * ServiceSearchResponse.HandleSize;
        if (KeepRest(response, take) is not { } token)
        {
            return SdpErrorCode.InsufficientResources;
        }

        var writer = new WireWriter(body);
        var total = (ushort)(response.Response.Length / ServiceSearchResponse.HandleSize);
        new ServiceSearchResponse(total, rest[..take], token).Write(ref writer);
        length = writer.Length;
        return null;
    }

    private SdpErrorCode? Attributes(ReadOnlySpan<byte> parameters, Span<byte> body, out int length)
    {
        length = 0;
        if (!ServiceAttributeRequest.TryParse(parameters, out var request))
        {
            return SdpErrorCode.InvalidRequestSyntax;
        }

        var response = Resume(PduId.ServiceAttributeRequest, parameters, request.Continuation);
        if (response is null && !request.Continuation.IsEmpty)
        {
            return SdpErrorCode.InvalidContinuationState;
        }

        if (response is null)
        {
            if (database.Find(request.Handle) is not { } record)
            {
                return SdpErrorCode.InvalidServiceRecordHandle;
            }

            var list = ListOf(record.Select(request.Attributes.Ranges));
            response = Begin(PduId.ServiceAttributeRequest, parameters, list);
        }

        return WriteList(response, request.MaximumByteCount, body, out length);
    }

    private SdpErrorCode? SearchAttributes(ReadOnlySpan<byte> parameters, Span<byte> body, out int length)
    {
        length = 0;
        if (!ServiceSearchAttributeRequest.TryParse(parameters, out var request))
        {
            return SdpErrorCode.InvalidRequestSyntax;
        }

        var response = Resume(PduId.ServiceSearchAttributeRequest, parameters, request.Continuation);
        if (response is null && !request.Continuation.IsEmpty)
        {
            return SdpErrorCode.InvalidContinuationState;
        }

        if (response is null)
        {
            var lists = new List<DataElement>();
            foreach (var record in database.Search(request.Pattern.Uuids))
            {
                // A record without any of the attributes has no list in the response.
                var selected = record.Select(request.Attributes.Ranges);
                if (selected.Length > 0)
                {
                    lists.Add(ListOf(selected));
                }
            }

            response = Begin(PduId.ServiceSearchAttributeRequest, parameters, DataElement.Sequence(lists));
        }

        return WriteList(response, request.MaximumByteCount, body, out length);
    }

    private SdpErrorCode? WriteList(PendingResponse response, ushort maximumByteCount, Span<byte> body, out int length)
    {
        length = 0;
        if (response.Response.Length > MaximumListLength)
        {
            return SdpErrorCode.InsufficientResources;
        }

        // Both what the client asks and what its MTU takes bound a piece.
        var rest = response.Response.AsSpan(response.Offset);
        var room = body.Length - sizeof(ushort);
        var take = rest.Length <= Math.Min(maximumByteCount, room - EmptyStateLength)
            ? rest.Length
            : Math.Min(maximumByteCount, room - StateLength);
        if (KeepRest(response, take) is not { } token)
        {
            return SdpErrorCode.InsufficientResources;
        }

        var writer = new WireWriter(body);
        new AttributeListResponse(rest[..take], token).Write(ref writer);
        length = writer.Length;
        return null;
    }

    // The continuation state for the rest: empty where there is none, null where there is no room for it.
    private byte[]? KeepRest(PendingResponse response, int take) =>
        response.Offset + take == response.Response.Length
            ? []
            : continuations.TryAdd(response with { Offset = response.Offset + take });

    private PendingResponse? Resume(PduId id, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> state) =>
        state.IsEmpty ? null : continuations.Take(state, id, KeyOf(parameters, state), database.State);

    private PendingResponse Begin(PduId id, ReadOnlySpan<byte> parameters, byte[] response) =>
        new(id, KeyOf(parameters, default).ToArray(), response, 0, database.State);

    private PendingResponse Begin(PduId id, ReadOnlySpan<byte> parameters, DataElement response) =>
        Begin(id, parameters, response.ToArray());

    private static ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> state) =>
        parameters[..^ContinuationState.EncodedSize(state)];

    private static byte[] HandlesOf(IReadOnlyList<ServiceRecord> records, ushort maximum)
    {
        var count = Math.Min(records.Count, maximum);
        var handles = new byte[count * ServiceSearchResponse.HandleSize];
        var writer = new WireWriter(handles);
        for (var i = 0; i < count; i++)
        {
            writer.U32BigEndian(records[i].Handle?.Value ?? 0);
        }

        return handles;
    }

    private static DataElement ListOf(ServiceAttribute[] attributes) =>
        DataElement.Sequence(attributes.SelectMany(static attribute =>
            new[] { DataElement.UInt16(attribute.Id.Value), attribute.Value }));
}
