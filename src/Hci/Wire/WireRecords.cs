namespace HostStack.Hci.Wire;

/// <summary>A view of records that follow each other on the wire. Borrowed; reading a record allocates nothing.</summary>
/// <typeparam name="T">The records.</typeparam>
public readonly ref struct WireRecords<T>
    where T : struct, IFixedWireFormat<T>
{
    /// <summary>Views octets that are whole records.</summary>
    /// <param name="octets">A multiple of the record's size; octets beyond the last whole record are left out.</param>
    public WireRecords(ReadOnlySpan<byte> octets) => Octets = octets[..(octets.Length / T.Size * T.Size)];

    /// <summary>The records' octets.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>How many records there are.</summary>
    public int Count => Octets.Length / T.Size;

    /// <summary>Reads one record. A record whose contents are not allowed reads as its default.</summary>
    /// <param name="index">Below <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such record.</exception>
    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return T.TryParse(Octets.Slice(index * T.Size, T.Size), out var record) ? record : default;
        }
    }

    /// <summary>Writes records to <paramref name="destination"/> and views them there.</summary>
    /// <param name="records">The records.</param>
    /// <param name="destination">At least as long as the records together.</param>
    public static WireRecords<T> Encode(ReadOnlySpan<T> records, Span<byte> destination)
    {
        var writer = new WireWriter(destination);
        foreach (var record in records)
        {
            record.Write(ref writer);
        }

        return new(destination[..writer.Length]);
    }

    /// <summary>Reads <paramref name="count"/> records, which poisons the reader where they are not all there.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="count">How many.</param>
    public static WireRecords<T> Read(scoped ref WireReader reader, int count) => new(reader.Bytes(count * T.Size));

    /// <summary>Goes through the records in their order.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes through records.</summary>
    public ref struct Enumerator
    {
        private readonly WireRecords<T> _records;
        private int _index;

        internal Enumerator(WireRecords<T> records)
        {
            _records = records;
            _index = -1;
        }

        /// <summary>The record.</summary>
        public readonly T Current => _records[_index];

        /// <summary>Goes to the next record.</summary>
        public bool MoveNext() => ++_index < _records.Count;
    }
}
