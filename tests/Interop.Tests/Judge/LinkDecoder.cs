using HostStack.Hci.Capture;
using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Frames;

namespace HostStack.Interop.Tests.Judge;

/// <summary>One link by the parsers of the L2CAP layer: joins fragments, follows the channels, hands their data on.</summary>
internal sealed class LinkDecoder
{
    private const int MaximumPdu = 64 * 1024;

    private readonly AclReassembler _sent = new(MaximumPdu, new HciCounters());
    private readonly AclReassembler _received = new(MaximumPdu, new HciCounters());
    private readonly Dictionary<(CaptureDirection From, byte Identifier), ConnectionRequest> _asked = [];

    // By the direction of the data that reaches the endpoint.
    private readonly Dictionary<(CaptureDirection To, ChannelId Channel), Psm> _channels = [];
    private readonly SdpDecoder _sdp = new();

    public void Fragment(DecodedFrame frame, CaptureDirection direction, AclDataPacket packet)
    {
        var reassembler = direction == CaptureDirection.HostToController ? _sent : _received;
        if (reassembler.TryFeed(packet.Boundary != PacketBoundary.Continuing, packet.Data, out var pdu)
            && BasicHeader.TrySplit(pdu, out var channel, out var payload))
        {
            frame.Add("btl2cap.length", payload.Length);
            frame.Add("btl2cap.cid", channel.Value);
            Payload(frame, direction, channel, payload);
        }
    }

    private static CaptureDirection Opposite(CaptureDirection direction) =>
        direction == CaptureDirection.HostToController ? CaptureDirection.ControllerToHost : CaptureDirection.HostToController;

    private void Payload(DecodedFrame frame, CaptureDirection direction, ChannelId channel, ReadOnlySpan<byte> payload)
    {
        if (channel == ChannelId.Signaling)
        {
            Signals(frame, direction, payload);
        }
        else if (_channels.TryGetValue((direction, channel), out var psm))
        {
            frame.Add("btl2cap.psm", psm.Value);
            if (psm == Psm.Sdp)
            {
                _sdp.Pdu(frame, (direction, channel), payload);
            }
            else if (psm == Psm.Bnep)
            {
                BnepDecoder.Packet(frame, payload);
            }
        }
    }

    private void Signals(DecodedFrame frame, CaptureDirection direction, ReadOnlySpan<byte> payload)
    {
        while (payload.Length >= CommandHeader.Size
            && CommandHeader.TryParse(payload[..CommandHeader.Size], out var header)
            && payload.Length >= CommandHeader.Size + header.Length)
        {
            frame.Add("btl2cap.cmd_code", (byte)header.Code);
            frame.Add("btl2cap.cmd_ident", header.Identifier);
            frame.Add("btl2cap.cmd_length", header.Length);
            var data = payload.Slice(CommandHeader.Size, header.Length);
            Connecting(frame, direction, header, data);
            Configuring(frame, header, data);
            payload = payload[(CommandHeader.Size + header.Length)..];
        }
    }

    private void Connecting(DecodedFrame frame, CaptureDirection direction, CommandHeader header, ReadOnlySpan<byte> data)
    {
        switch (header.Code)
        {
            case CommandCode.ConnectionRequest when ConnectionRequest.TryParse(data, out var asked):
                frame.Add("btl2cap.psm", asked.Psm.Value);
                frame.Add("btl2cap.scid", asked.Source.Value);
                _asked[(direction, header.Identifier)] = asked;
                break;
            case CommandCode.ConnectionResponse when ConnectionResponse.TryParse(data, out var answer):
                frame.Add("btl2cap.dcid", answer.Destination.Value);
                frame.Add("btl2cap.scid", answer.Source.Value);
                frame.Add("btl2cap.result", (ushort)answer.Result);
                frame.Add("btl2cap.status", (ushort)answer.Status);
                if (answer.Result == ConnectionResult.Success && _asked.TryGetValue((Opposite(direction), header.Identifier), out var open))
                {
                    _channels[(direction, answer.Source)] = open.Psm;
                    _channels[(Opposite(direction), answer.Destination)] = open.Psm;
                }

                break;
            case CommandCode.DisconnectionRequest when DisconnectionRequest.TryParse(data, out var ending):
                frame.Add("btl2cap.dcid", ending.Destination.Value);
                frame.Add("btl2cap.scid", ending.Source.Value);

                // What crosses the request on the air is no data of the channel any more.
                _channels.Remove((direction, ending.Destination));
                _channels.Remove((Opposite(direction), ending.Source));
                break;
            case CommandCode.DisconnectionResponse when DisconnectionResponse.TryParse(data, out var ended):
                frame.Add("btl2cap.dcid", ended.Destination.Value);
                frame.Add("btl2cap.scid", ended.Source.Value);
                break;
            case CommandCode.CommandReject when CommandReject.TryParse(data, out var reject):
                frame.Add("btl2cap.rej_reason", (ushort)reject.Reason);
                break;
        }
    }

    private static void Configuring(DecodedFrame frame, CommandHeader header, ReadOnlySpan<byte> data)
    {
        switch (header.Code)
        {
            case CommandCode.ConfigurationRequest when ConfigurationRequest.TryParse(data, out var request):
                frame.Add("btl2cap.dcid", request.Destination.Value);
                Options(frame, request.Options);
                break;
            case CommandCode.ConfigurationResponse when ConfigurationResponse.TryParse(data, out var response):
                frame.Add("btl2cap.scid", response.Source.Value);
                frame.Add("btl2cap.conf_result", (ushort)response.Result);
                Options(frame, response.Options);
                break;
            case CommandCode.InformationRequest when InformationRequest.TryParse(data, out var request):
                frame.Add("btl2cap.info_type", (ushort)request.Type);
                break;
            case CommandCode.InformationResponse when InformationResponse.TryParse(data, out var response):
                frame.Add("btl2cap.info_type", (ushort)response.Type);
                frame.Add("btl2cap.info_result", (ushort)response.Result);
                break;
        }
    }

    private static void Options(DecodedFrame frame, ReadOnlySpan<byte> octets)
    {
        var options = new OptionReader(octets);
        while (options.TryRead(out var option))
        {
            frame.Add("btl2cap.option_type", (byte)option.Type);
            frame.Add("btl2cap.option_length", option.Data.Length);
            if (option.Type == OptionType.Mtu && MtuOption.TryParse(option.Data, out var mtu))
            {
                frame.Add("btl2cap.option_mtu", mtu.Mtu);
            }
        }
    }
}
