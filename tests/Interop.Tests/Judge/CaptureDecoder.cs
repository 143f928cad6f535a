using HostStack.Hci.Capture;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Interop.Tests.Judge;

/// <summary>A capture as our own parsers read it, in tshark's names.</summary>
internal sealed class CaptureDecoder
{
    private readonly Dictionary<(ushort Adapter, ushort Handle), LinkDecoder> _links = [];

    private CaptureDecoder()
    {
    }

    /// <summary>Every whole record of a capture; one that is no packet has no fields.</summary>
    public static IReadOnlyList<DecodedFrame> Decode(string path)
    {
        using var reader = BtsnoopReader.Open(path);
        var decoder = new CaptureDecoder();
        return [.. reader.ReadAll().Select((record, index) => decoder.Decode(record, index + 1))];
    }

    private DecodedFrame Decode(CaptureRecord record, int number)
    {
        var frame = new DecodedFrame(number);
        if (!record.IsPacket)
        {
            return frame;
        }

        Assert.That(HciPacket.TryParse(record.Packet.Span, out var packet), Is.True, $"record {number} is a packet");
        switch (packet.Type)
        {
            case H4PacketType.Command:
                Assert.That(CommandPacket.TryParse(packet.Body, out var command), Is.True, $"record {number} is a command");
                frame.Add("bthci_cmd.opcode", command.OpCode.Value);
                frame.Add("bthci_cmd.param_length", command.Parameters.Length);
                HciDecoder.Command(frame, command);
                break;
            case H4PacketType.Event:
                Assert.That(EventPacket.TryParse(packet.Body, out var happened), Is.True, $"record {number} is an event");
                frame.Add("bthci_evt.code", (byte)happened.Code);
                frame.Add("bthci_evt.param_length", happened.Parameters.Length);
                HciDecoder.Event(frame, happened);
                EndLink(record.Adapter, happened);
                break;
            case H4PacketType.AclData:
                Assert.That(AclDataPacket.TryParse(packet.Body, out var data), Is.True, $"record {number} is ACL data");
                frame.Add("bthci_acl.chandle", data.Handle.Value);
                frame.Add("bthci_acl.pb_flag", (byte)data.Boundary);
                frame.Add("bthci_acl.length", data.Data.Length);
                LinkOf(record.Adapter, data.Handle).Fragment(frame, record.Direction, data);
                break;
        }

        return frame;
    }

    private LinkDecoder LinkOf(ushort adapter, ConnectionHandle handle)
    {
        if (!_links.TryGetValue((adapter, handle.Value), out var link))
        {
            _links.Add((adapter, handle.Value), link = new LinkDecoder());
        }

        return link;
    }

    // A handle may come back for another link.
    private void EndLink(ushort adapter, EventPacket happened)
    {
        if (happened.Code == EventCode.DisconnectionComplete
            && DisconnectionCompleteEvent.TryParse(happened.Parameters, out var ended) && ended.Status == HciStatus.Success)
        {
            _links.Remove((adapter, ended.Handle.Value));
        }
    }
}
