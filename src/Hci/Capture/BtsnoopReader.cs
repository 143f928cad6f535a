using System.Buffers.Binary;

namespace HostStack.Hci.Capture;

/// <summary>Reads btsnoop captures: datalinks 1001, 1002 and 2001. The file is not trusted: damage ends the reading with a
/// sentence, and what came before it stands.</summary>
public sealed class BtsnoopReader : IDisposable
{
    private readonly Stream _stream;
    private bool _ended;

    private BtsnoopReader(Stream stream, BtsnoopDatalink datalink)
    {
        _stream = stream;
        Datalink = datalink;
    }

    /// <summary>How the file holds its packets.</summary>
    public BtsnoopDatalink Datalink { get; }

    /// <summary>Records read so far.</summary>
    public int RecordsRead { get; private set; }

    /// <summary>Why the reading ended before the end of the file: one sentence; null where nothing is wrong.</summary>
    public string? Problem { get; private set; }

    /// <summary>Opens a capture file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is no btsnoop capture of a kind that is known.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static BtsnoopReader Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        try
        {
            return Open(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a capture from a stream, which the reader then owns.</summary>
    /// <param name="stream">The stream, at the file's first octet.</param>
    /// <exception cref="InvalidDataException">The stream is no btsnoop capture of a kind that is known.</exception>
    public static BtsnoopReader Open(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> header = stackalloc byte[BtsnoopFormat.FileHeaderSize];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
            || !header.StartsWith(BtsnoopFormat.Magic))
        {
            throw new InvalidDataException("This is not a btsnoop capture: its first octets are not 'btsnoop'; record one with "
                + "'btmon -w FILE' or with --btsnoop.");
        }

        var version = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        var datalink = (BtsnoopDatalink)BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
        if (version != BtsnoopFormat.Version)
        {
            throw new InvalidDataException($"This btsnoop capture has version {version}; only version 1 can be read.");
        }

        return Enum.IsDefined(datalink)
            ? new BtsnoopReader(stream, datalink)
            : throw new InvalidDataException($"This btsnoop capture has datalink {(uint)datalink}; only 1001, 1002 (H4) and 2001 "
                + "(Linux monitor) can be read.");
    }

    /// <summary>Reads the next record.</summary>
    /// <param name="record">The record.</param>
    /// <returns>False at the end, or where the file is damaged: see <see cref="Problem"/>.</returns>
    public bool TryRead(out CaptureRecord record)
    {
        record = default;
        if (_ended)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[BtsnoopFormat.RecordHeaderSize];
        var read = _stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length)
        {
            return End(read == 0 ? null : "the file ends within the header of a record");
        }

        var original = BinaryPrimitives.ReadUInt32BigEndian(header);
        var included = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        var flags = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        var drops = BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
        var time = BtsnoopFormat.ToTime(BinaryPrimitives.ReadInt64BigEndian(header[16..]));
        if (included > BtsnoopFormat.MaxPacket || included > original)
        {
            return End($"a record says that it holds {included} octets of {original}, which no packet has");
        }

        if (time is null)
        {
            return End("a record has a time that no calendar has");
        }

        // One octet in front, for the type that the datalink may leave out.
        var octets = new byte[1 + included];
        if (_stream.ReadAtLeast(octets.AsSpan(1), (int)included, throwOnEndOfStream: false) < included)
        {
            return End("the file ends within a record");
        }

        record = Interpret(flags, octets, original) with { Timestamp = time.Value, Drops = drops };
        RecordsRead++;
        return true;
    }

    /// <summary>Reads all records that are left.</summary>
    public IEnumerable<CaptureRecord> ReadAll()
    {
        while (TryRead(out var record))
        {
            yield return record;
        }
    }

    /// <summary>Closes the stream.</summary>
    public void Dispose() => _stream.Dispose();

    private CaptureRecord Interpret(uint flags, byte[] octets, uint original)
    {
        if (Datalink == BtsnoopDatalink.H4)
        {
            return new(default, BtsnoopFormat.Direction(flags), octets.AsMemory(1), original, 0);
        }

        if (Datalink == BtsnoopDatalink.Unencapsulated)
        {
            octets[0] = (byte)BtsnoopFormat.UnencapsulatedType(flags);
            return new(default, BtsnoopFormat.Direction(flags), octets, WithTypeOctet(original), 0);
        }

        var adapter = BtsnoopFormat.Adapter(flags);
        var code = BtsnoopFormat.MonitorCode(flags);
        if (BtsnoopFormat.FromMonitor(code) is not { } kind)
        {
            return new(default, default, default, original, 0) { Adapter = adapter, Note = new(code, octets.AsMemory(1)) };
        }

        octets[0] = (byte)kind.Type;
        return new(default, kind.Direction, octets, WithTypeOctet(original), 0) { Adapter = adapter };
    }

    private static uint WithTypeOctet(uint length) => length == uint.MaxValue ? length : length + 1;

    private bool End(string? problem)
    {
        _ended = true;
        Problem = problem is null ? null : $"The capture is damaged after record {RecordsRead}: {problem}.";
        return false;
    }
}
