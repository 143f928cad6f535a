using HostStack.Hci.Capture;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Pdus;
using HostStack.Sdp.Records;

namespace HostStack.Interop.Tests.Judge;

/// <summary>SDP by the parsers of the SDP layer; a list that comes in pieces is decoded with its last one.</summary>
internal sealed class SdpDecoder
{
    private const ushort L2capProtocol = 0x0100;
    private const ushort BnepProtocol = 0x000F;

    private readonly Dictionary<(CaptureDirection, ChannelId), List<byte>> _pieces = [];

    public void Pdu(DecodedFrame frame, (CaptureDirection, ChannelId) channel, ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length < PduHeader.Size || !PduHeader.TryParse(pdu[..PduHeader.Size], out var header))
        {
            return;
        }

        frame.Add("btsdp.pdu", (byte)header.Id);
        frame.Add("btsdp.tid", header.TransactionId);
        frame.Add("btsdp.len", header.ParameterLength);
        var parameters = pdu[PduHeader.Size..];
        switch (header.Id)
        {
            case PduId.ErrorResponse when ErrorResponse.TryParse(parameters, out var error):
                frame.Add("btsdp.error_code", (ushort)error.Code);
                break;
            case PduId.ServiceSearchRequest when ServiceSearchRequest.TryParse(parameters, out var request):
                Pattern(frame, request.Pattern);
                frame.Add("btsdp.maximum_service_record_count", request.MaximumRecordCount);
                break;
            case PduId.ServiceSearchResponse when ServiceSearchResponse.TryParse(parameters, out var response):
                frame.Add("btsdp.ssr.total_count", response.TotalCount);
                frame.Add("btsdp.ssr.current_count", response.CurrentCount);
                break;
            case PduId.ServiceAttributeRequest when ServiceAttributeRequest.TryParse(parameters, out var request):
                frame.Add("btsdp.maximum_attribute_byte_count", request.MaximumByteCount);
                Attributes(frame, request.Attributes);
                break;
            case PduId.ServiceSearchAttributeRequest when ServiceSearchAttributeRequest.TryParse(parameters, out var request):
                Pattern(frame, request.Pattern);
                frame.Add("btsdp.maximum_attribute_byte_count", request.MaximumByteCount);
                Attributes(frame, request.Attributes);
                break;
            case PduId.ServiceAttributeResponse or PduId.ServiceSearchAttributeResponse
                when AttributeListResponse.TryParse(parameters, out var response):
                frame.Add("btsdp.attribute_list_byte_count", response.Piece.Length);
                Piece(frame, channel, response, oneRecord: header.Id == PduId.ServiceAttributeResponse);
                break;
        }
    }

    private static void Pattern(DecodedFrame frame, ServiceSearchPattern pattern)
    {
        frame.Add("btsdp.data_element.type", (byte)DataElementType.Sequence);
        foreach (var _ in pattern.Uuids)
        {
            frame.Add("btsdp.data_element.type", (byte)DataElementType.Uuid);
        }
    }

    private static void Attributes(DecodedFrame frame, AttributeIdList list)
    {
        frame.Add("btsdp.data_element.type", (byte)DataElementType.Sequence);
        foreach (var range in list.Ranges)
        {
            frame.Add("btsdp.data_element.type", (byte)DataElementType.UnsignedInteger);
            if (range.IsSingle)
            {
                frame.Add("btsdp.service.attribute", range.First.Value);
            }
            else
            {
                frame.Add("btsdp.attribute_range.from", range.First.Value);
                frame.Add("btsdp.attribute_range.to", range.Last.Value);
            }
        }
    }

    private void Piece(DecodedFrame frame, (CaptureDirection, ChannelId) channel, AttributeListResponse response, bool oneRecord)
    {
        if (!_pieces.TryGetValue(channel, out var list))
        {
            _pieces.Add(channel, list = []);
        }

        list.AddRange(response.Piece);
        if (!response.Continuation.IsEmpty)
        {
            return;
        }

        _pieces.Remove(channel);
        if (DataElement.TryParse(list.ToArray(), out var element) && element is not null)
        {
            Types(frame, element);
            foreach (var record in oneRecord ? [element] : element.Items)
            {
                Record(frame, record);
            }
        }
    }

    private static void Types(DecodedFrame frame, DataElement element)
    {
        frame.Add("btsdp.data_element.type", (byte)element.Type);
        foreach (var item in element.Items)
        {
            Types(frame, item);
        }
    }

    private static void Record(DecodedFrame frame, DataElement record)
    {
        foreach (var pair in record.Items.Chunk(2))
        {
            if (pair is [var id, var value] && id.TryGetUnsigned(out var number))
            {
                frame.Add("btsdp.service.attribute", (long)number);
                Value(frame, new AttributeId((ushort)number), value);
            }
        }
    }

    private static void Value(DecodedFrame frame, AttributeId id, DataElement value)
    {
        if (id == AttributeId.ServiceRecordHandle && value.TryGetUnsigned(out var number))
        {
            frame.Add("btsdp.service_record_handle", (long)number);
        }
        else if (id == AttributeId.ProtocolDescriptorList)
        {
            Protocols(frame, value);
        }
        else if (id == AttributeId.AdditionalProtocolDescriptorLists)
        {
            foreach (var list in value.Items)
            {
                Protocols(frame, list);
            }
        }
        else if (id == AttributeId.ServiceName && value.TryGetText(out var text))
        {
            frame.Add("btsdp.service_name", text);
        }
        else if (id == AttributeId.SecurityDescription && value.TryGetUnsigned(out number))
        {
            frame.Add("btsdp.pan.security_description", (long)number);
        }
        else if (id == AttributeId.NetAccessType && value.TryGetUnsigned(out number))
        {
            frame.Add("btsdp.pan.net_access_type", (long)number);
        }
        else if (id == AttributeId.MaxNetAccessRate && value.TryGetUnsigned(out number))
        {
            frame.Add("btsdp.pan.max_net_access_rate", (long)number);
        }
    }

    private static void Protocols(DecodedFrame frame, DataElement list)
    {
        foreach (var protocol in list.Items)
        {
            Protocol(frame, protocol);
        }
    }

    // The protocol's UUID, then its parameters: L2CAP's PSM, BNEP's version and network types.
    private static void Protocol(DecodedFrame frame, DataElement protocol)
    {
        if (protocol.Items.Count == 0 || !protocol.Items[0].TryGetUuid(out var uuid))
        {
            return;
        }

        foreach (var parameter in protocol.Items.Skip(1))
        {
            if (uuid.Short == L2capProtocol && parameter.TryGetUnsigned(out var psm))
            {
                frame.Add("btsdp.protocol.psm", (long)psm);
            }
            else if (uuid.Short == BnepProtocol)
            {
                foreach (var type in parameter.Items)
                {
                    if (type.TryGetUnsigned(out var number))
                    {
                        frame.Add("btsdp.protocol.bnep_type", (long)number);
                    }
                }
            }
        }
    }
}
