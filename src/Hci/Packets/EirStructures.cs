namespace HostStack.Hci.Packets;

/// <summary>Types of structures in extended inquiry response data (Assigned Numbers, 2.3).</summary>
public enum EirDataType : byte
{
    /// <summary>Flags.</summary>
    Flags = 0x01,

    /// <summary>Some of the 16-bit service UUIDs.</summary>
    IncompleteUuids16 = 0x02,

    /// <summary>All 16-bit service UUIDs.</summary>
    CompleteUuids16 = 0x03,

    /// <summary>Some of the 32-bit service UUIDs.</summary>
    IncompleteUuids32 = 0x04,

    /// <summary>All 32-bit service UUIDs.</summary>
    CompleteUuids32 = 0x05,

    /// <summary>Some of the 128-bit service UUIDs.</summary>
    IncompleteUuids128 = 0x06,

    /// <summary>All 128-bit service UUIDs.</summary>
    CompleteUuids128 = 0x07,

    /// <summary>The beginning of the name.</summary>
    ShortenedName = 0x08,

    /// <summary>The name.</summary>
    CompleteName = 0x09,

    /// <summary>The power with which the response was sent, in dBm.</summary>
    TxPowerLevel = 0x0A,

    /// <summary>Vendor, product and version.</summary>
    DeviceId = 0x10,

    /// <summary>A company's data.</summary>
    Manufacturer = 0xFF,
}

/// <summary>One structure of extended inquiry response data (Core, Vol 3, Part C, 8). Borrowed.</summary>
public readonly ref struct EirStructure
{
    internal EirStructure(EirDataType type, ReadOnlySpan<byte> data)
    {
        Type = type;
        Data = data;
    }

    /// <summary>What the data is.</summary>
    public EirDataType Type { get; }

    /// <summary>The data, 0 to 238 octets.</summary>
    public ReadOnlySpan<byte> Data { get; }
}

/// <summary>The structures of extended inquiry response data, one after the other. Borrowed; allocates nothing.</summary>
public readonly ref struct EirStructures
{
    private readonly ReadOnlySpan<byte> _octets;

    /// <summary>Views data of any length.</summary>
    /// <param name="octets">The data.</param>
    public EirStructures(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Octets of all structures that are whole.</summary>
    public int TotalLength
    {
        get
        {
            var total = 0;
            foreach (var structure in this)
            {
                total += 2 + structure.Data.Length;
            }

            return total;
        }
    }

    /// <summary>Goes through the structures in their order.</summary>
    public Enumerator GetEnumerator() => new(_octets);

    /// <summary>Goes through structures; ends at a length of 0, at the end, and before a structure that is cut off.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> octets)
        {
            _rest = octets;
            Current = default;
        }

        /// <summary>The structure.</summary>
        public EirStructure Current { get; private set; }

        /// <summary>Goes to the next structure.</summary>
        public bool MoveNext()
        {
            if (_rest.IsEmpty || _rest[0] == 0 || _rest[0] >= _rest.Length)
            {
                _rest = default;
                return false;
            }

            var length = _rest[0];
            Current = new EirStructure((EirDataType)_rest[1], _rest[2..(1 + length)]);
            _rest = _rest[(1 + length)..];
            return true;
        }
    }
}
