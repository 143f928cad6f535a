using HostStack.Bnep.Control;
using HostStack.Bnep.Frames;
using HostStack.Ethernet;

namespace HostStack.Interop.Tests.Judge;

/// <summary>A BNEP packet by the parsers of the BNEP layer.</summary>
internal static class BnepDecoder
{
    /// <summary>Fields that tshark has only in its line of the packet list.</summary>
    public const string InfoPrefix = "info.";

    public const string Destination = InfoPrefix + "setup.destination";
    public const string Source = InfoPrefix + "setup.source";

    public static void Packet(DecodedFrame frame, ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty)
        {
            return;
        }

        var type = (BnepPacketType)(packet[0] & BnepHeader.TypeMask);
        var extended = packet[0] >= BnepHeader.ExtensionFlag;
        frame.Add("btbnep.extension_flag", extended ? 1 : 0);
        frame.Add("btbnep.bnep_type", (byte)type);
        ReadOnlySpan<byte> rest;
        if (type == BnepPacketType.Control)
        {
            rest = packet[1..];
            if (!ControlMessage.IsReserved(rest[0]) && ControlMessage.TryMeasure(rest, out var size))
            {
                Control(frame, rest[..size]);
                rest = rest[size..];
            }
        }
        else if (BnepHeader.TryParse(packet, default, default, out var header))
        {
            Header(frame, header);
            rest = packet[header.Size..];
        }
        else
        {
            return;
        }

        if (extended && ExtensionChain.TryParse(rest, out var chain))
        {
            Extensions(frame, chain);
        }
    }

    /// <summary>Finds the names of a setup's UUIDs in tshark's line: <c>… - dst: &lt;NAP&gt;, src: &lt;PANU&gt;</c>.</summary>
    public static void AddSetupNames(DecodedFrame frame, string line)
    {
        const string destination = "Setup Connection Request - dst: <";
        const string source = ">, src: <";
        var start = line.IndexOf(destination, StringComparison.Ordinal);
        var middle = line.IndexOf(source, StringComparison.Ordinal);
        if (start >= 0 && middle > start)
        {
            frame.Add(Destination, line[(start + destination.Length)..middle]);
            frame.Add(Source, line[(middle + source.Length)..].TrimEnd('>'));
        }
    }

    private static void Header(DecodedFrame frame, BnepHeader header)
    {
        if (header.Type is BnepPacketType.GeneralEthernet or BnepPacketType.CompressedDestinationOnly)
        {
            frame.Add("btbnep.dst", header.Destination.ToString());
        }

        if (header.Type is BnepPacketType.GeneralEthernet or BnepPacketType.CompressedSourceOnly)
        {
            frame.Add("btbnep.src", header.Source.ToString());
        }

        frame.Add("btbnep.type", header.NetworkType.Value);
    }

    private static void Extensions(DecodedFrame frame, ExtensionChain chain)
    {
        var walker = new ExtensionWalker(chain.Octets);
        while (walker.TryNext(out var extension))
        {
            frame.Add("btbnep.extension_type", (byte)extension.Type);
            frame.Add("btbnep.extension_length", extension.Payload.Length);
            frame.Add("btbnep.extension_flag", extension.HasMore ? 1 : 0);
            if (extension.Type == ExtensionType.Control)
            {
                Control(frame, extension.Payload);
            }
        }
    }

    private static void Control(DecodedFrame frame, ReadOnlySpan<byte> message)
    {
        frame.Add("btbnep.control_type", message[0]);
        switch ((BnepControlType)message[0])
        {
            case BnepControlType.CommandNotUnderstood when CommandNotUnderstood.TryParse(message, out var answer):
                frame.Add("btbnep.unknown_control_type", answer.UnknownType);
                break;
            case BnepControlType.SetupConnectionRequest when SetupRequest.TryParse(message, out var request):
                frame.Add("btbnep.uuid_size", (byte)request.UuidSize);
                if (request.UuidSize == BnepUuidSize.Bits16)
                {
                    frame.Add(Destination, Name(request.Destination));
                    frame.Add(Source, Name(request.Source));
                }

                break;
            case BnepControlType.SetupConnectionResponse when SetupResponse.TryParse(message, out var answer):
                frame.Add("btbnep.setup_connection_response_message", (ushort)answer.Code);
                break;
            case BnepControlType.FilterNetTypeSet when NetworkTypeFilterSet.TryParse(message, out var filter):
                frame.Add("btbnep.list_length", filter.Count * NetworkTypeFilterSet.EntrySize);
                for (var i = 0; i < filter.Count; i++)
                {
                    frame.Add("btbnep.network_type_start", filter[i].Start.Value);
                    frame.Add("btbnep.network_type_end", filter[i].End.Value);
                }

                break;
            case BnepControlType.FilterMultiAddrSet when MulticastFilterSet.TryParse(message, out var filter):
                frame.Add("btbnep.list_length", filter.Count * MulticastFilterSet.EntrySize);
                for (var i = 0; i < filter.Count; i++)
                {
                    frame.Add("btbnep.multicast_address_start", filter[i].Start.ToString());
                    frame.Add("btbnep.multicast_address_end", filter[i].End.ToString());
                }

                break;
            case BnepControlType.FilterNetTypeResponse when FilterResponse.TryParse(message, out var answer):
                frame.Add("btbnep.filter_net_type_response_message", (ushort)answer.Code);
                break;
            case BnepControlType.FilterMultiAddrResponse when FilterResponse.TryParse(message, out var answer):
                frame.Add("btbnep.filter_multi_addr_response_message", (ushort)answer.Code);
                break;
        }
    }

    // tshark 4.0 names UUIDs of 16 bits alone. These are the names that it has for the services of the profile, and for one that is none of them.
    private static string Name(BnepUuid uuid) => (uuid.IsBluetooth, uuid.Short) switch
    {
        (true, 0x1101) => "Serial Port",
        (true, 0x1115) => "PANU",
        (true, 0x1116) => "NAP",
        (true, 0x1117) => "GN",
        _ => uuid.ToString(),
    };
}
