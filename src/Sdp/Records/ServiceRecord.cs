using HostStack.Hci.Wire;
using HostStack.Sdp.Elements;

namespace HostStack.Sdp.Records;

/// <summary>One attribute of a service record.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Value">Its value.</param>
public readonly record struct ServiceAttribute(AttributeId Id, DataElement Value)
{
    // The identifier is a uint16 element: a descriptor and two octets.
    internal int EncodedSize => 3 + Value.EncodedSize;

    internal void Write(ref WireWriter writer)
    {
        DataElement.UInt16(Id.Value).Write(ref writer);
        Value.Write(ref writer);
    }
}

/// <summary>A service record: attributes in the order of their identifiers, none twice; immutable.</summary>
public sealed class ServiceRecord
{
    private readonly ServiceAttribute[] _attributes;
    private readonly HashSet<SdpUuid> _uuids = [];

    /// <summary>Makes a record.</summary>
    /// <param name="attributes">In any order; of two with one identifier the first counts.</param>
    public ServiceRecord(IEnumerable<ServiceAttribute> attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        _attributes = [.. attributes.DistinctBy(static attribute => attribute.Id).OrderBy(static attribute => attribute.Id)];
        foreach (var attribute in _attributes)
        {
            CollectUuids(attribute.Value, _uuids);
        }
    }

    /// <summary>The handle, where the record has that attribute.</summary>
    public ServiceRecordHandle? Handle =>
        this[AttributeId.ServiceRecordHandle] is { } value && value.TryGetUnsigned(out var handle) && handle <= uint.MaxValue
            ? new ServiceRecordHandle((uint)handle)
            : null;

    /// <summary>The attributes, by ascending identifier.</summary>
    public IReadOnlyList<ServiceAttribute> Attributes => _attributes;

    /// <summary>The value of an attribute; null where the record has none.</summary>
    /// <param name="id">The attribute's identifier.</param>
    public DataElement? this[AttributeId id]
    {
        get
        {
            foreach (var attribute in _attributes)
            {
                if (attribute.Id == id)
                {
                    return attribute.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Whether a UUID stands anywhere in the record's values, nested sequences included, in whatever form: what a
    /// service search pattern matches (Core, Vol 3, Part B, 2.6).</summary>
    /// <param name="uuid">The UUID.</param>
    public bool Contains(SdpUuid uuid) => _uuids.Contains(uuid);

    /// <summary>Reads the attribute list of a response: a sequence of alternating identifiers and values.</summary>
    /// <param name="list">The sequence.</param>
    /// <param name="record">The record. What is not a pair of a uint16 and a value is passed over.</param>
    /// <returns>False where the element is not a sequence.</returns>
    internal static bool TryRead(DataElement list, out ServiceRecord? record)
    {
        record = null;
        if (list.Type != DataElementType.Sequence)
        {
            return false;
        }

        var attributes = new List<ServiceAttribute>();
        for (var i = 0; i + 1 < list.Items.Count; i += 2)
        {
            if (list.Items[i].TryGetUnsigned(out var id) && id <= ushort.MaxValue)
            {
                attributes.Add(new ServiceAttribute(new AttributeId((ushort)id), list.Items[i + 1]));
            }
        }

        record = new ServiceRecord(attributes);
        return true;
    }

    /// <summary>The attributes that are in any of the ranges, as a response lists them.</summary>
    /// <param name="ranges">What is asked for.</param>
    internal ServiceAttribute[] Select(ReadOnlySpan<AttributeRange> ranges)
    {
        var selected = new List<ServiceAttribute>();
        foreach (var attribute in _attributes)
        {
            foreach (var range in ranges)
            {
                if (range.Contains(attribute.Id))
                {
                    selected.Add(attribute);
                    break;
                }
            }
        }

        return [.. selected];
    }

    private static void CollectUuids(DataElement element, HashSet<SdpUuid> uuids)
    {
        if (element.TryGetUuid(out var uuid))
        {
            uuids.Add(uuid);
        }

        foreach (var item in element.Items)
        {
            CollectUuids(item, uuids);
        }
    }
}
