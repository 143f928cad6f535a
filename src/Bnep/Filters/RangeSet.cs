using System.Diagnostics;

namespace HostStack.Bnep.Filters;

/// <summary>Disjoint ranges of numbers in ascending order: what a filter becomes when it is set, so that a frame costs
/// a few comparisons.</summary>
internal sealed class RangeSet
{
    private readonly ulong[] _starts;
    private readonly ulong[] _ends;

    private RangeSet(ulong[] starts, ulong[] ends)
    {
        _starts = starts;
        _ends = ends;
    }

    /// <summary>Ranges after the overlapping and adjacent ones became one.</summary>
    public int Count => _starts.Length;

    /// <summary>Sorts and merges.</summary>
    /// <param name="ranges">Ranges whose end is not below their start; sorted in place.</param>
    public static RangeSet Merge(Span<(ulong Start, ulong End)> ranges)
    {
        ranges.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        var count = 0;
        foreach (var range in ranges)
        {
            Debug.Assert(range.Start <= range.End, "A range that ends before it starts is refused before.");
            if (count > 0 && range.Start <= ranges[count - 1].End + 1)
            {
                ranges[count - 1].End = Math.Max(ranges[count - 1].End, range.End);
            }
            else
            {
                ranges[count++] = range;
            }
        }

        var starts = new ulong[count];
        var ends = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            (starts[i], ends[i]) = ranges[i];
        }

        return new RangeSet(starts, ends);
    }

    /// <summary>Whether one range holds all numbers from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public bool Covers(ulong first, ulong last)
    {
        for (var i = 0; i < _starts.Length; i++)
        {
            if (_starts[i] <= first && last <= _ends[i])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a number is in one of the ranges.</summary>
    public bool Contains(ulong value)
    {
        var starts = _starts;
        int low = 0, high = starts.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (value < starts[middle])
            {
                high = middle - 1;
            }
            else if (value > _ends[middle])
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}
