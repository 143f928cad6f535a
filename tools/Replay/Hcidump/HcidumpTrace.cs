using HostStack.Replay.Traces;

namespace HostStack.Replay.Hcidump;

/// <summary>Reads the text that <c>hcidump</c> prints, alone or quoted in a document.</summary>
/// <remarks>The text has no times, no L2CAP identifiers, often masked addresses, and the contents of long answers only as
/// prose. What is missing is supplied, the same for the same seed, and said in <see cref="Trace.Supplied"/>.</remarks>
public static class HcidumpTrace
{
    /// <summary>Reads a whole trace.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="source">The file's name, for reports.</param>
    /// <param name="seed">Where masked octets come from.</param>
    /// <exception cref="TraceFormatException">A packet cannot be understood; the message gives the line.</exception>
    public static Trace Read(TextReader reader, string source, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var addresses = new MaskedAddresses(seed);
        var hci = new HcidumpHciEncoder(addresses);
        var l2cap = new HcidumpL2capEncoder();
        var records = new List<TraceRecord>();
        foreach (var stanza in HcidumpStanza.Split(reader))
        {
            var (packet, partial) = stanza.Headline switch
            {
                var line when line.StartsWith("HCI Command:", StringComparison.Ordinal) => (hci.Command(stanza), false),
                var line when line.StartsWith("HCI Event:", StringComparison.Ordinal) => (hci.Event(stanza), false),
                _ => l2cap.Acl(stanza),
            };
            CheckLength(stanza, packet);
            var title = stanza.Headline.StartsWith("ACL", StringComparison.Ordinal) ? stanza.Details[0] : stanza.Headline;
            records.Add(new TraceRecord(records.Count + 1, TimeSpan.Zero, stanza.Direction, packet, title, partial));
        }

        if (records.Count == 0)
        {
            throw new TraceFormatException(
                $"{source} holds no packet as hcidump prints them (lines that begin with '> HCI Event:' or '< ACL data:').");
        }

        List<string> supplied = [.. addresses.Supplied];
        if (l2cap.SuppliedIdentifiers > 0)
        {
            supplied.Add($"{l2cap.SuppliedIdentifiers} L2CAP command identifiers, which hcidump does not print");
        }

        var partials = records.Count(static record => record.IsPartial);
        if (partials > 0)
        {
            supplied.Add($"the contents of {partials} SDP answers of the recorded host, which hcidump prints as prose (compared by head only)");
        }

        return new Trace(source, records, supplied);
    }

    // The headline states the length of the parameters: a check on our own reading of the text.
    private static void CheckLength(HcidumpStanza stanza, byte[] packet)
    {
        if (stanza.FindNumber("plen") is { } length)
        {
            var header = packet[0] == 0x01 ? 4 : 3;
            if (packet.Length - header != length)
            {
                throw stanza.Malformed($"gives {packet.Length - header} octets of parameters where plen says {length}");
            }
        }
    }
}
