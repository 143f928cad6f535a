using System.Text;

namespace HostStack.NetDevices.Linux.Netlink;

/// <summary>Walks the messages of one datagram from the kernel.</summary>
internal ref struct NetlinkReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    /// <summary>Takes the next message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>False at the end, or where the octets are not a message.</returns>
    public bool TryNext(out NetlinkMessage message)
    {
        message = default;
        if (_rest.Length < NetlinkWriter.HeaderSize)
        {
            return false;
        }

        var length = BitConverter.ToUInt32(_rest);
        if (length < NetlinkWriter.HeaderSize || length > _rest.Length)
        {
            return false;
        }

        message = new NetlinkMessage(
            (NetlinkType)BitConverter.ToUInt16(_rest[4..]),
            (NetlinkFlags)BitConverter.ToUInt16(_rest[6..]),
            BitConverter.ToUInt32(_rest[8..]),
            _rest[NetlinkWriter.HeaderSize..(int)length]);
        _rest = _rest[Math.Min(NetlinkWriter.Align((int)length), _rest.Length)..];
        return true;
    }
}

/// <summary>A message of the kernel; its body is borrowed.</summary>
internal readonly ref struct NetlinkMessage(NetlinkType type, NetlinkFlags flags, uint sequence, ReadOnlySpan<byte> body)
{
    public NetlinkType Type { get; } = type;

    public NetlinkFlags Flags { get; } = flags;

    /// <summary>The sequence number of the request that it answers.</summary>
    public uint Sequence { get; } = sequence;

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;
}

/// <summary>Walks attributes.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> octets)
{
    private const ushort TypeMask = 0x3FFF;

    private ReadOnlySpan<byte> _rest = octets;

    /// <summary>The type of the attribute that <see cref="TryNext"/> found.</summary>
    public ushort Type { get; private set; }

    /// <summary>Its value; borrowed.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The value as a number; 0 where it is shorter.</summary>
    public readonly uint Number => Value.Length >= sizeof(uint) ? BitConverter.ToUInt32(Value) : 0;

    /// <summary>The value as a text, without its terminating zero.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    /// <summary>Goes to the next attribute.</summary>
    /// <returns>False at the end, or where the octets are not an attribute.</returns>
    public bool TryNext()
    {
        if (_rest.Length < NetlinkWriter.AttributeHeaderSize)
        {
            return false;
        }

        var length = BitConverter.ToUInt16(_rest);
        if (length < NetlinkWriter.AttributeHeaderSize || length > _rest.Length)
        {
            return false;
        }

        Type = (ushort)(BitConverter.ToUInt16(_rest[2..]) & TypeMask);
        Value = _rest[NetlinkWriter.AttributeHeaderSize..length];
        _rest = _rest[Math.Min(NetlinkWriter.Align(length), _rest.Length)..];
        return true;
    }
}
