using HostStack.Bnep.Control;
using HostStack.Ethernet;

namespace HostStack.Bnep.Filters;

/// <summary>Which network types are sent to a peer (BNEP 1.0, 2.6.5). Immutable: a new filter replaces the old whole.</summary>
internal sealed class NetworkTypeFilter
{
    private readonly RangeSet? _ranges;

    private NetworkTypeFilter(RangeSet? ranges) => _ranges = ranges;

    /// <summary>The filter that stops nothing.</summary>
    public static NetworkTypeFilter All { get; } = new(null);

    /// <summary>Whether nothing is stopped, so that no type needs a look.</summary>
    public bool PassesAll => _ranges is null;

    /// <summary>Makes the administrator's filter.</summary>
    /// <param name="ranges">What passes; none: everything.</param>
    /// <exception cref="ArgumentException">A range ends before it starts.</exception>
    public static NetworkTypeFilter FromOptions(IReadOnlyList<NetworkTypeRange> ranges)
    {
        var numbers = new (ulong, ulong)[ranges.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!ranges[i].IsValid)
            {
                throw new ArgumentException($"The range {ranges[i]} ends before it starts.", nameof(ranges));
            }

            numbers[i] = (ranges[i].Start.Value, ranges[i].End.Value);
        }

        return numbers.Length == 0 ? All : Create(numbers);
    }

    /// <summary>Makes the filter that a peer asks for, whole or not at all.</summary>
    /// <param name="set">The peer's list.</param>
    /// <param name="limit">Ranges that are taken; zero: filters are not supported.</param>
    /// <param name="initial">What an empty list resets to.</param>
    /// <param name="filter">The filter, on success.</param>
    public static FilterResponseCode Compile(
        in NetworkTypeFilterSet set, int limit, NetworkTypeFilter initial, out NetworkTypeFilter filter)
    {
        var numbers = new (ulong, ulong)[set.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var range = set[i];
            numbers[i] = (range.Start.Value, range.End.Value);
        }

        var code = FilterRules.Judge(numbers, limit);
        filter = code != FilterResponseCode.Success || numbers.Length == 0 ? initial : Create(numbers);
        return code;
    }

    /// <summary>Whether frames of a type are sent.</summary>
    /// <param name="type">The type behind an 802.1Q tag, where there is one.</param>
    public bool Passes(EtherType type) => _ranges is not { } ranges || ranges.Contains(type.Value);

    private static NetworkTypeFilter Create((ulong Start, ulong End)[] numbers)
    {
        var ranges = RangeSet.Merge(numbers);
        return ranges.Covers(0, ushort.MaxValue) ? All : new NetworkTypeFilter(ranges);
    }
}
