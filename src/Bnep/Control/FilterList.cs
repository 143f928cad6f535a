using System.Buffers.Binary;
using HostStack.Bnep.Filters;
using HostStack.Ethernet;
using HostStack.Hci.Wire;

namespace HostStack.Bnep.Control;

/// <summary>The part that both filter set messages share.</summary>
internal static class FilterList
{
    /// <summary>Octets of control type and list length.</summary>
    public const int HeaderSize = 3;

    /// <summary>The list length that a message states, in octets.</summary>
    /// <param name="message">At least <see cref="HeaderSize"/> octets.</param>
    public static int ReadLength(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message[1..]);

    /// <summary>Takes the list out of a message whose stated and real lengths agree and hold whole entries.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, BnepControlType expected, int entrySize, out ReadOnlySpan<byte> list)
    {
        var reader = new WireReader(source);
        var type = (BnepControlType)reader.U8();
        list = reader.Bytes(reader.U16BigEndian());
        return reader.AtEnd && type == expected && list.Length % entrySize == 0;
    }
}

/// <summary>BNEP_FILTER_NET_TYPE_SET_MSG (BNEP 1.0, 2.6.5.1): what its sender wants to receive.</summary>
/// <remarks><c>| control type 1 | list length 2 | (range start 2 | range end 2) x N |</c>, network order.</remarks>
internal readonly ref struct NetworkTypeFilterSet : IWireFormat<NetworkTypeFilterSet>
{
    public const int EntrySize = 4;

    private readonly ReadOnlySpan<byte> _list;

    private NetworkTypeFilterSet(ReadOnlySpan<byte> list) => _list = list;

    /// <summary>Ranges in the list.</summary>
    public int Count => _list.Length / EntrySize;

    public int EncodedSize => FilterList.HeaderSize + _list.Length;

    public NetworkTypeRange this[int index] => new(
        new EtherType(BinaryPrimitives.ReadUInt16BigEndian(_list[(index * EntrySize)..])),
        new EtherType(BinaryPrimitives.ReadUInt16BigEndian(_list[((index * EntrySize) + 2)..])));

    public static bool TryParse(ReadOnlySpan<byte> source, out NetworkTypeFilterSet value)
    {
        var read = FilterList.TryRead(source, BnepControlType.FilterNetTypeSet, EntrySize, out var list);
        value = new(list);
        return read;
    }

    /// <summary>Writes a whole message for <paramref name="ranges"/>.</summary>
    public static byte[] Encode(ReadOnlySpan<NetworkTypeRange> ranges)
    {
        var octets = new byte[FilterList.HeaderSize + (ranges.Length * EntrySize)];
        var writer = new WireWriter(octets);
        writer.U8((byte)BnepControlType.FilterNetTypeSet);
        writer.U16BigEndian((ushort)(ranges.Length * EntrySize));
        foreach (var range in ranges)
        {
            writer.U16BigEndian(range.Start.Value);
            writer.U16BigEndian(range.End.Value);
        }

        return octets;
    }

    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)BnepControlType.FilterNetTypeSet);
        writer.U16BigEndian((ushort)_list.Length);
        writer.Bytes(_list);
    }
}

/// <summary>BNEP_FILTER_MULTI_ADDR_SET_MSG (BNEP 1.0, 2.6.6.1): what its sender wants to receive.</summary>
/// <remarks><c>| control type 1 | list length 2 | (range start 6 | range end 6) x N |</c>, network order.</remarks>
internal readonly ref struct MulticastFilterSet : IWireFormat<MulticastFilterSet>
{
    public const int EntrySize = 2 * MacAddress.Size;

    private readonly ReadOnlySpan<byte> _list;

    private MulticastFilterSet(ReadOnlySpan<byte> list) => _list = list;

    /// <summary>Ranges in the list.</summary>
    public int Count => _list.Length / EntrySize;

    public int EncodedSize => FilterList.HeaderSize + _list.Length;

    public MulticastRange this[int index] => new(
        MacAddress.Read(_list[(index * EntrySize)..]),
        MacAddress.Read(_list[((index * EntrySize) + MacAddress.Size)..]));

    public static bool TryParse(ReadOnlySpan<byte> source, out MulticastFilterSet value)
    {
        var read = FilterList.TryRead(source, BnepControlType.FilterMultiAddrSet, EntrySize, out var list);
        value = new(list);
        return read;
    }

    /// <summary>Writes a whole message for <paramref name="ranges"/>.</summary>
    public static byte[] Encode(ReadOnlySpan<MulticastRange> ranges)
    {
        var octets = new byte[FilterList.HeaderSize + (ranges.Length * EntrySize)];
        var at = FilterList.HeaderSize;
        octets[0] = (byte)BnepControlType.FilterMultiAddrSet;
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(1), (ushort)(ranges.Length * EntrySize));
        foreach (var range in ranges)
        {
            range.Start.Write(octets.AsSpan(at));
            range.End.Write(octets.AsSpan(at + MacAddress.Size));
            at += EntrySize;
        }

        return octets;
    }

    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)BnepControlType.FilterMultiAddrSet);
        writer.U16BigEndian((ushort)_list.Length);
        writer.Bytes(_list);
    }
}
