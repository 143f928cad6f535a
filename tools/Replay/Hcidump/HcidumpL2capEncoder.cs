using System.Globalization;
using System.Text.RegularExpressions;
using HostStack.Replay.Traces;

namespace HostStack.Replay.Hcidump;

/// <summary>Makes ACL packets of hcidump's L2CAP text. The text prints no command identifiers; they are supplied: each
/// request takes the next one of its side, each response that of the oldest open request of its kind.</summary>
internal sealed partial class HcidumpL2capEncoder
{
    private const byte AclType = 0x02;
    private const ushort SignalingCid = 0x0001;
    private const byte SdpSearchAttributeRequest = 0x06;
    private const byte SdpSearchAttributeResponse = 0x07;

    private readonly Dictionary<TraceDirection, byte> _lastIdentifier = [];
    private readonly List<(uint Handle, TraceDirection Direction, byte RequestCode, byte Identifier)> _open = [];

    /// <summary>How many identifiers were supplied.</summary>
    public int SuppliedIdentifiers { get; private set; }

    /// <summary>A whole ACL packet with its H4 type; partial where the text tells only the head.</summary>
    public (byte[] Packet, bool IsPartial) Acl(HcidumpStanza stanza)
    {
        var (payload, partial) = (stanza.Details.Count > 0 ? stanza.Details[0] : null) switch
        {
            { } line when line.StartsWith("L2CAP(s):", StringComparison.Ordinal) => (Signal(stanza, line), false),
            { } line when line.StartsWith("L2CAP(d):", StringComparison.Ordinal) => Data(stanza),
            _ => throw stanza.Malformed("has no L2CAP line"),
        };
        var length = stanza.Number("dlen");
        if (payload.Length != length)
        {
            throw stanza.Malformed($"gives {payload.Length} octets where dlen says {length}");
        }

        var handle = stanza.Number("handle") | (stanza.Number("flags") << 12);
        return (new OctetBuilder().U8(AclType).U16(handle).U16((uint)payload.Length).Bytes(payload).ToArray(), partial);
    }

    private byte[] Signal(HcidumpStanza stanza, string line)
    {
        var title = SignalPattern().Match(line).Groups["title"].Value;
        var data = new OctetBuilder();
        byte code;
        switch (title)
        {
            case "Connect req":
                code = 0x02;
                data.U16(stanza.Number("psm")).U16(stanza.Number("scid"));
                break;
            case "Connect rsp":
                code = 0x03;
                data.U16(stanza.Number("dcid")).U16(stanza.Number("scid")).U16(stanza.Number("result")).U16(stanza.Number("status"));
                break;
            case "Config req":
                code = 0x04;
                data.U16(stanza.Number("dcid")).U16(Flags(line)).Bytes(Options(stanza));
                break;
            case "Config rsp":
                code = 0x05;
                data.U16(stanza.Number("scid")).U16(Flags(line)).U16(stanza.Number("result")).Bytes(Options(stanza));
                break;
            case "Disconn req":
                code = 0x06;
                data.U16(stanza.Number("dcid")).U16(stanza.Number("scid"));
                break;
            case "Disconn rsp":
                code = 0x07;
                data.U16(stanza.Number("dcid")).U16(stanza.Number("scid"));
                break;
            case "Info req":
                code = 0x0A;
                data.U16(stanza.Number("type"));
                break;
            case "Info rsp":
                code = 0x0B;
                data.U16(stanza.Number("type")).U16(stanza.Number("result")).Bytes(Information(stanza));
                break;
            default:
                throw stanza.Malformed($"has the signal '{title}', which this reader does not know");
        }

        var identifier = Identifier(stanza, code, stanza.Text);
        return new OctetBuilder()
            .U16((uint)data.Length + 4).U16(SignalingCid)
            .U8(code).U8(identifier).U16((uint)data.Length).Bytes(data.ToArray())
            .ToArray();
    }

    private byte Identifier(HcidumpStanza stanza, byte code, string text)
    {
        SuppliedIdentifiers++;
        var handle = stanza.Number("handle");
        var isRequest = code % 2 == 0;
        if (isRequest)
        {
            var next = (byte)(_lastIdentifier.GetValueOrDefault(stanza.Direction) + 1);
            _lastIdentifier[stanza.Direction] = next;
            _open.Add((handle, stanza.Direction, code, next));
            return next;
        }

        var index = _open.FindIndex(open =>
            open.Handle == handle && open.Direction != stanza.Direction && open.RequestCode == code - 1);
        if (index < 0)
        {
            throw stanza.Malformed("answers a request that the trace does not show");
        }

        var identifier = _open[index].Identifier;
        // "Connection pending" is followed by the real answer with the same identifier.
        if (!(code == 0x03 && text.Contains("result 1 ", StringComparison.Ordinal)))
        {
            _open.RemoveAt(index);
        }

        return identifier;
    }

    // "RFC 0x00 (Basic)" and "MTU 672" are the two options that the text shows.
    private static byte[] Options(HcidumpStanza stanza)
    {
        var options = new OctetBuilder();
        if (stanza.FindNumber("MTU") is { } mtu)
        {
            options.U8(0x01).U8(2).U16(mtu);
        }

        if (stanza.FindNumber("RFC") is { } mode)
        {
            options.U8(0x04).U8(9).U8(mode).Zeros(8);
        }

        return options.ToArray();
    }

    private static byte[] Information(HcidumpStanza stanza)
    {
        if (stanza.FindNumber("Extended feature mask") is { } mask)
        {
            return new OctetBuilder().U32(mask).ToArray();
        }

        return stanza.FindNumber("Fixed channel list") is { } channels
            ? new OctetBuilder().U32(channels).U32(0).ToArray()
            : [];
    }

    // "flags" stands on the ACL headline too: take the one of the signal.
    private static uint Flags(string line) =>
        uint.Parse(FlagsPattern().Match(line).Groups["flags"].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static (byte[] Payload, bool IsPartial) Data(HcidumpStanza stanza)
    {
        var length = stanza.Number("len");
        var packet = new OctetBuilder().U16(length).U16(stanza.Number("cid"));
        var transaction = stanza.Number("tid");
        var parameterLength = (uint)(length - 5);
        if (stanza.Text.Contains("SDP SSA Req", StringComparison.Ordinal))
        {
            var pattern = PatternLine().Match(stanza.Text);
            var range = RangeLine().Match(stanza.Text);
            packet.U8(SdpSearchAttributeRequest).U16BigEndian(transaction).U16BigEndian(parameterLength)
                .U8(0x35).U8(3).U8(0x19).U16BigEndian(Hex(pattern.Groups["uuid"]))
                .U16BigEndian(stanza.Number("max"))
                .U8(0x35).U8(5).U8(0x0A).U16BigEndian(Hex(range.Groups["from"])).U16BigEndian(Hex(range.Groups["to"]))
                .U8(0);
            return (packet.ToArray(), false);
        }

        if (stanza.Text.Contains("SDP SSA Rsp", StringComparison.Ordinal))
        {
            packet.U8(SdpSearchAttributeResponse).U16BigEndian(transaction).U16BigEndian(parameterLength)
                .U16BigEndian(stanza.Number("count")).Zeros((int)parameterLength - 2);
            return (packet.ToArray(), true);
        }

        throw stanza.Malformed("carries data that this reader does not know");
    }

    private static uint Hex(Group group) => uint.Parse(group.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^L2CAP\(s\): (?<title>\w+ \w+):", RegexOptions.CultureInvariant)]
    private static partial Regex SignalPattern();

    [GeneratedRegex("flags 0x(?<flags>[0-9a-f]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FlagsPattern();

    [GeneratedRegex("pat uuid-16 0x(?<uuid>[0-9a-f]{4})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PatternLine();

    [GeneratedRegex(@"aid\(s\) 0x(?<from>[0-9a-f]{4}) - 0x(?<to>[0-9a-f]{4})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RangeLine();
}
