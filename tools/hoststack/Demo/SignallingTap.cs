using System.Buffers.Binary;
using HostStack.Bnep.Control;
using HostStack.Hci.Capture;
using HostStack.Hci.Packets;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Frames;

namespace HostStack.Cli.Demo;

/// <summary>Reads from the packets of one host when a channel that it asked for is open, and what BNEP answered: what the
/// demo tells of them is what went over the wire.</summary>
/// <param name="channelOpened">Told of the PSM and of the longest PDU that the peer takes.</param>
/// <param name="setUp">Told of the answer to a BNEP setup.</param>
internal sealed class SignallingTap(Action<Psm, int> channelOpened, Action<SetupResponseCode> setUp) : IPacketTap
{
    private const byte BnepControl = 0x01;
    private const byte SetupResponseType = 0x02;
    private const int SetupResponseSize = 4;
    private const byte MtuOption = 0x01;
    private const byte OptionTypeMask = 0x7F;
    private const int OptionHeaderSize = 2;
    private const int DefaultMtu = 672;

    private readonly Lock _gate = new();
    private readonly Dictionary<byte, Psm> _asked = [];
    private readonly Dictionary<ChannelId, Opening> _channels = [];

    public void Packet(CaptureDirection direction, ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty || packet[0] != (byte)H4PacketType.AclData
            || !AclDataPacket.TryParse(packet[1..], out var acl) || acl.Boundary == PacketBoundary.Continuing
            || acl.Data.Length < BasicHeader.Size || !BasicHeader.TryParse(acl.Data[..BasicHeader.Size], out var header))
        {
            return;
        }

        var payload = acl.Data[BasicHeader.Size..];
        var isOwn = direction == CaptureDirection.HostToController;

        // Each direction has its own thread.
        lock (_gate)
        {
            if (header.Channel == ChannelId.Signaling)
            {
                ReadCommands(isOwn, payload);
            }
            else if (!isOwn && _channels.TryGetValue(header.Channel, out var channel) && channel.Psm == Psm.Bnep
                && payload.Length >= SetupResponseSize && payload[0] == BnepControl && payload[1] == SetupResponseType)
            {
                setUp((SetupResponseCode)BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
            }
        }
    }

    public void Flush()
    {
    }

    private void ReadCommands(bool isOwn, ReadOnlySpan<byte> payload)
    {
        while (payload.Length >= CommandHeader.Size && CommandHeader.TryParse(payload[..CommandHeader.Size], out var header)
            && payload.Length - CommandHeader.Size >= header.Length)
        {
            Read(isOwn, header, payload.Slice(CommandHeader.Size, header.Length));
            payload = payload[(CommandHeader.Size + header.Length)..];
        }
    }

    private void Read(bool isOwn, CommandHeader header, ReadOnlySpan<byte> data)
    {
        switch (header.Code)
        {
            case CommandCode.ConnectionRequest when isOwn && ConnectionRequest.TryParse(data, out var request):
                _asked[header.Identifier] = request.Psm;
                break;
            case CommandCode.ConnectionResponse when !isOwn && ConnectionResponse.TryParse(data, out var response)
                && response.Result == ConnectionResult.Success && _asked.Remove(header.Identifier, out var psm):
                _channels[response.Source] = new Opening(psm, response.Destination);
                break;
            case CommandCode.ConfigurationRequest when !isOwn && ConfigurationRequest.TryParse(data, out var wish)
                && _channels.TryGetValue(wish.Destination, out var channel):
                channel.PeerMtu = MtuOf(wish.Options) ?? channel.PeerMtu;
                break;
            case CommandCode.ConfigurationResponse when ConfigurationResponse.TryParse(data, out var answer)
                && answer.Result == ConfigurationResult.Success:
                Agree(isOwn, answer.Source);
                break;
        }
    }

    // A response names the endpoint of the side that receives it.
    private void Agree(bool isOwn, ChannelId endpoint)
    {
        foreach (var (own, channel) in _channels)
        {
            if ((isOwn ? channel.Remote : own) != endpoint || channel.IsOpen)
            {
                continue;
            }

            channel.OwnAgreed |= isOwn;
            channel.PeerAgreed |= !isOwn;
            if (channel.IsOpen)
            {
                channelOpened(channel.Psm, channel.PeerMtu);
            }
        }
    }

    private static int? MtuOf(ReadOnlySpan<byte> options)
    {
        while (options.Length >= OptionHeaderSize && options.Length >= OptionHeaderSize + options[1])
        {
            if ((options[0] & OptionTypeMask) == MtuOption && options[1] == sizeof(ushort))
            {
                return BinaryPrimitives.ReadUInt16LittleEndian(options[OptionHeaderSize..]);
            }

            options = options[(OptionHeaderSize + options[1])..];
        }

        return null;
    }

    private sealed class Opening(Psm psm, ChannelId remote)
    {
        public Psm Psm { get; } = psm;

        public ChannelId Remote { get; } = remote;

        public int PeerMtu { get; set; } = DefaultMtu;

        public bool OwnAgreed { get; set; }

        public bool PeerAgreed { get; set; }

        public bool IsOpen => OwnAgreed && PeerAgreed;
    }
}
