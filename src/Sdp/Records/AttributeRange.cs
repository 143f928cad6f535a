namespace HostStack.Sdp.Records;

/// <summary>Attributes that a client asks for: one, or all from a first to a last (Core, Vol 3, Part B, 4.6.1).</summary>
/// <param name="First">The lowest identifier.</param>
/// <param name="Last">The highest identifier; the same as the lowest for a single attribute.</param>
public readonly record struct AttributeRange(AttributeId First, AttributeId Last)
{
    /// <summary>One attribute.</summary>
    /// <param name="id">Its identifier.</param>
    public AttributeRange(AttributeId id)
        : this(id, id)
    {
    }

    /// <summary>Every attribute: 0x0000 to 0xFFFF.</summary>
    public static AttributeRange All => new(new AttributeId(ushort.MinValue), new AttributeId(ushort.MaxValue));

    /// <summary>Whether there is only one attribute in it.</summary>
    public bool IsSingle => First == Last;

    /// <summary>Whether an attribute is in it.</summary>
    /// <param name="id">The attribute's identifier.</param>
    public bool Contains(AttributeId id) => id >= First && id <= Last;

    /// <summary>Sorts ranges and joins those that overlap or touch, so that identifiers ascend and none comes twice, which
    /// the specification asks of a client.</summary>
    /// <param name="ranges">Ranges in any order.</param>
    internal static AttributeRange[] Normalize(IEnumerable<AttributeRange> ranges)
    {
        var result = new List<AttributeRange>();
        foreach (var range in ranges.OrderBy(static range => range.First))
        {
            if (result.Count > 0 && range.First.Value <= result[^1].Last.Value + 1)
            {
                var last = result[^1];
                result[^1] = last with { Last = range.Last > last.Last ? range.Last : last.Last };
            }
            else
            {
                result.Add(range);
            }
        }

        return [.. result];
    }
}
