using System.Net;
using System.Text;

namespace HostStack.NetDevices.Linux.Netlink;

/// <summary>Writes one netlink message: header, the fixed part of its kind, attributes.</summary>
/// <remarks>
/// <para><c>| length 4 | type 2 | flags 2 | sequence 4 | port 4 | fixed part | attributes |</c> and, for each attribute,
/// <c>| length 2 | type 2 | value | padding to 4 |</c>, all in the machine's own byte order (linux/netlink.h).</para>
/// <para>A message that does not fit its buffer is a mistake of the caller, and throws.</para>
/// </remarks>
internal ref struct NetlinkWriter
{
    /// <summary>Octets of a message's header.</summary>
    public const int HeaderSize = 16;

    /// <summary>Octets of an attribute's header.</summary>
    public const int AttributeHeaderSize = 4;

    private const int Alignment = 4;

    private readonly Span<byte> _buffer;
    private int _length;

    /// <summary>Begins a message.</summary>
    /// <param name="buffer">Where it is written.</param>
    /// <param name="type">What it asks for.</param>
    /// <param name="flags">How; <see cref="NetlinkFlags.Request"/> and <see cref="NetlinkFlags.Acknowledge"/> are added.</param>
    public NetlinkWriter(Span<byte> buffer, NetlinkType type, NetlinkFlags flags)
    {
        _buffer = buffer;
        var header = Take(HeaderSize);
        BitConverter.TryWriteBytes(header[4..], (ushort)type);
        BitConverter.TryWriteBytes(header[6..], (ushort)(flags | NetlinkFlags.Request | NetlinkFlags.Acknowledge));
    }

    /// <summary>Aligns a length to where the next attribute or message starts.</summary>
    public static int Align(int length) => (length + Alignment - 1) & -Alignment;

    /// <summary>The fixed part of a link's message: struct ifinfomsg.</summary>
    /// <remarks><c>| family 1 | 0 | type 2 | index 4 | flags 4 | change mask 4 |</c></remarks>
    public void Link(int index, LinkFlags flags = LinkFlags.None, LinkFlags change = LinkFlags.None)
    {
        var part = Take(16);
        BitConverter.TryWriteBytes(part[4..], index);
        BitConverter.TryWriteBytes(part[8..], (uint)flags);
        BitConverter.TryWriteBytes(part[12..], (uint)change);
    }

    /// <summary>The fixed part of an address's message: struct ifaddrmsg.</summary>
    /// <remarks><c>| family 1 | prefix length 1 | flags 1 | scope 1 | index 4 |</c></remarks>
    public void Address(byte family, byte prefixLength, byte flags, byte scope, int index)
    {
        var part = Take(8);
        part[0] = family;
        part[1] = prefixLength;
        part[2] = flags;
        part[3] = scope;
        BitConverter.TryWriteBytes(part[4..], index);
    }

    /// <summary>The fixed part of a route's message: struct rtmsg.</summary>
    /// <remarks><c>| family 1 | destination bits 1 | source bits 1 | tos 1 | table 1 | protocol 1 | scope 1 | type 1 | flags 4 |</c></remarks>
    public void Route(byte family, byte table, byte protocol, byte scope, byte type)
    {
        var part = Take(12);
        part[0] = family;
        part[4] = table;
        part[5] = protocol;
        part[6] = scope;
        part[7] = type;
    }

    /// <summary>An attribute of octets.</summary>
    public void Attribute<TType>(TType type, scoped ReadOnlySpan<byte> value)
        where TType : unmanaged, Enum => value.CopyTo(Begin(Number(type), value.Length));

    /// <summary>An attribute of 4 octets.</summary>
    public void Attribute<TType>(TType type, uint value)
        where TType : unmanaged, Enum => BitConverter.TryWriteBytes(Begin(Number(type), sizeof(uint)), value);

    /// <summary>An attribute of one octet.</summary>
    public void Attribute<TType>(TType type, byte value)
        where TType : unmanaged, Enum => Begin(Number(type), 1)[0] = value;

    /// <summary>An attribute that is a text with its terminating zero.</summary>
    public void Attribute<TType>(TType type, string value)
        where TType : unmanaged, Enum
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Encoding.UTF8.GetBytes(value, Begin(Number(type), length + 1));
    }

    /// <summary>An attribute that is an IP address.</summary>
    public void Attribute<TType>(TType type, IPAddress value)
        where TType : unmanaged, Enum
    {
        Span<byte> octets = stackalloc byte[16];
        value.TryWriteBytes(octets, out var length);
        Attribute(type, octets[..length]);
    }

    /// <summary>Begins an attribute that holds others.</summary>
    /// <returns>What <see cref="EndNested"/> wants.</returns>
    public int BeginNested<TType>(TType type)
        where TType : unmanaged, Enum => BeginNested(Number(type));

    /// <summary>Begins an attribute that holds others, whose type is an address family.</summary>
    public int BeginNested(ushort type)
    {
        var start = _length;
        Begin(type, 0);
        return start;
    }

    /// <summary>Ends what <see cref="BeginNested(ushort)"/> began.</summary>
    /// <param name="start">What it returned.</param>
    public readonly void EndNested(int start) => BitConverter.TryWriteBytes(_buffer[start..], (ushort)(_length - start));

    /// <summary>Ends the message.</summary>
    /// <returns>Its octets; the sequence number is the socket's to write.</returns>
    public readonly Span<byte> Finish()
    {
        BitConverter.TryWriteBytes(_buffer, (uint)_length);
        return _buffer[.._length];
    }

    private static ushort Number<TType>(TType type)
        where TType : unmanaged, Enum => System.Runtime.CompilerServices.Unsafe.BitCast<TType, ushort>(type);

    private Span<byte> Begin(ushort type, int valueLength)
    {
        var length = AttributeHeaderSize + valueLength;
        var whole = Take(Align(length));
        BitConverter.TryWriteBytes(whole, (ushort)length);
        BitConverter.TryWriteBytes(whole[2..], type);
        return whole[AttributeHeaderSize..length];
    }

    // Zeroed, padding included.
    private Span<byte> Take(int count)
    {
        if (count > _buffer.Length - _length)
        {
            throw new InvalidOperationException(
                $"A netlink message of more than {_buffer.Length} octets was written; give it a larger buffer.");
        }

        var span = _buffer.Slice(_length, count);
        span.Clear();
        _length += count;
        return span;
    }
}
