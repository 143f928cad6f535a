using HostStack.Bnep.Control;

namespace HostStack.Bnep.Filters;

/// <summary>What both kinds of filter request have in common (BNEP 1.0, 2.6.5.2.1 and 2.6.6.2.1).</summary>
internal static class FilterRules
{
    /// <summary>The answer to a list of ranges, which is taken whole or not at all.</summary>
    /// <param name="ranges">What the peer asks for.</param>
    /// <param name="limit">Ranges that are taken; zero: filters are not supported.</param>
    public static FilterResponseCode Judge(ReadOnlySpan<(ulong Start, ulong End)> ranges, int limit)
    {
        if (limit == 0)
        {
            return FilterResponseCode.UnsupportedRequest;
        }

        if (ranges.Length > limit)
        {
            return FilterResponseCode.TooManyFilters;
        }

        foreach (var (start, end) in ranges)
        {
            if (start > end)
            {
                return FilterResponseCode.InvalidRange;
            }
        }

        return FilterResponseCode.Success;
    }
}
