using HostStack.Hci.Capture;
using HostStack.Hci.Wire;

namespace HostStack.Replay.Traces;

/// <summary>Reads a btsnoop capture as a trace.</summary>
public static class CaptureTrace
{
    // New Index: type 1, bus 1, address 6, name 8.
    private const int NewIndexAddress = 2;

    /// <summary>Reads one controller's packets.</summary>
    /// <param name="stream">The file; closed afterwards.</param>
    /// <param name="source">Its name, for reports.</param>
    /// <param name="adapter">Which controller, where the capture holds several; null: the first that has packets.</param>
    /// <exception cref="TraceFormatException">The file is not a capture, or holds no packet.</exception>
    public static Trace Read(Stream stream, string source, ushort? adapter = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            using var reader = BtsnoopReader.Open(stream);
            return Read(reader, source, adapter);
        }
        catch (InvalidDataException failure)
        {
            throw new TraceFormatException($"{source}: {failure.Message}");
        }
    }

    private static Trace Read(BtsnoopReader reader, string source, ushort? adapter)
    {
        var records = new List<TraceRecord>();
        List<string> supplied = [];
        BdAddr? address = null;
        DateTimeOffset? start = null;
        var number = 0;
        foreach (var record in reader.ReadAll())
        {
            number++;
            if (record.Note is { OpCode: MonitorOpCode.NewIndex } note && note.Data.Length >= NewIndexAddress + BdAddr.Size
                && (adapter is null || adapter == record.Adapter))
            {
                address ??= BdAddr.Read(note.Data.Span[NewIndexAddress..]);
            }

            if (!record.IsPacket || record.Packet.Length < 2 || record.IsCut || (adapter is not null && adapter != record.Adapter))
            {
                continue;
            }

            adapter ??= record.Adapter;
            start ??= record.Timestamp;
            var direction = record.Direction == CaptureDirection.HostToController
                ? TraceDirection.HostToController
                : TraceDirection.ControllerToHost;
            records.Add(new TraceRecord(number, record.Timestamp - start.Value, direction, record.Packet, PacketTitle.Of(record.Packet.Span)));
        }

        if (reader.Problem is { } problem)
        {
            supplied.Add(problem);
        }

        return records.Count > 0
            ? new Trace(source, records, supplied) { HostAddress = address }
            : throw new TraceFormatException($"{source} holds no packet between a host and a controller.");
    }
}
