using HostStack.Hci.Wire;

namespace HostStack.Sdp.Elements;

/// <content>Reading, with bounds that a peer cannot move.</content>
public sealed partial class DataElement
{
    /// <summary>The deepest nesting that is read: the outermost element is at depth 1. A peer's element may nest once per
    /// two octets, and a stack overflow cannot be caught.</summary>
    public const int MaximumDepth = 32;

    /// <summary>The most elements that are read from one value.</summary>
    public const int MaximumCount = 8192;

    /// <summary>Reads one element from all of <paramref name="source"/>.</summary>
    /// <param name="source">The octets, borrowed.</param>
    /// <param name="element">The element; null where the octets are not one.</param>
    /// <returns>False for truncated or trailing octets, sizes that the type does not have, and nesting or numbers of
    /// elements beyond <see cref="MaximumDepth"/> and <see cref="MaximumCount"/>.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out DataElement? element)
    {
        var reader = new WireReader(source);
        var count = 0;
        element = Read(ref reader, 1, ref count);
        if (!reader.AtEnd)
        {
            element = null;
        }

        return element is not null;
    }

    private static DataElement? Read(ref WireReader reader, int depth, ref int count)
    {
        if (depth > MaximumDepth || ++count > MaximumCount || !DataElementHeader.TryRead(ref reader, out var header))
        {
            reader.Fail();
            return null;
        }

        var data = reader.Bytes(header.Length);
        switch (header.Type)
        {
            case DataElementType.Nil:
                return Nil;
            case DataElementType.Boolean:
                return Boolean(data[0] != 0);
            case DataElementType.Uuid:
                return SdpUuid.TryRead(data, out var uuid) ? new DataElement(uuid) : null;
            case DataElementType.Text or DataElementType.Url:
                return new DataElement(header.Type, data.ToArray());
            case DataElementType.Sequence or DataElementType.Alternative:
                var items = ReadItems(data, depth + 1, ref count);
                if (items is null)
                {
                    reader.Fail();
                    return null;
                }

                return new DataElement(header.Type, items);
            default:
                return new DataElement(header.Type, header.Length, ReadNumber(data));
        }
    }

    private static DataElement[]? ReadItems(ReadOnlySpan<byte> data, int depth, ref int count)
    {
        if (data.IsEmpty)
        {
            return [];
        }

        var items = new List<DataElement>();
        var reader = new WireReader(data);
        while (reader.Remaining > 0)
        {
            var item = Read(ref reader, depth, ref count);
            if (item is null)
            {
                return null;
            }

            items.Add(item);
        }

        return reader.Ok ? [.. items] : null;
    }

    private static UInt128 ReadNumber(ReadOnlySpan<byte> data)
    {
        UInt128 number = 0;
        foreach (var octet in data)
        {
            number = (number << 8) | octet;
        }

        return number;
    }
}
