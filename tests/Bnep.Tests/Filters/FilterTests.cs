using HostStack.Bnep.Control;
using HostStack.Bnep.Filters;
using HostStack.Ethernet;

namespace HostStack.Bnep.Tests.Filters;

[TestFixture]
internal sealed class FilterTests
{
    [Test]
    public void NetworkTypes_Figure23_PassIPv6Alone()
    {
        var filter = CompileTypes(Golden.FilterIPv6, out var code);
        Assert.That(code, Is.EqualTo(FilterResponseCode.Success));
        Assert.That(filter.Passes(EtherType.IPv6), Is.True);
        Assert.That(filter.Passes(EtherType.IPv4), Is.False);
        Assert.That(filter.Passes(new EtherType(0x86DC)), Is.False);
        Assert.That(filter.Passes(new EtherType(0x86DE)), Is.False);
    }

    [Test]
    public void NetworkTypes_WholeRange_StopNothing() =>
        Assert.That(CompileTypes("01 03 0008 0000 7FFF 8000 FFFF", out _).PassesAll, Is.True);

    // 802.3 lengths are a range like another (2.6.5.1).
    [Test]
    public void NetworkTypes_Lengths_AreTypesToo()
    {
        var filter = CompileTypes("01 03 0004 0000 05DC", out _);
        Assert.That(filter.Passes(new EtherType(46)), Is.True);
        Assert.That(filter.Passes(EtherType.IPv4), Is.False);
    }

    [TestCase("01 03 0004 0801 0800", 421, FilterResponseCode.InvalidRange)]
    [TestCase("01 03 0008 0800 0800 0806 0805", 421, FilterResponseCode.InvalidRange)]
    [TestCase("01 03 0008 0800 0800 0806 0806", 1, FilterResponseCode.TooManyFilters)]
    [TestCase("01 03 0004 0800 0800", 0, FilterResponseCode.UnsupportedRequest)]
    [TestCase("01 03 0000", 0, FilterResponseCode.UnsupportedRequest)]
    public void NetworkTypes_Refused_ForTheReason(string message, int limit, FilterResponseCode expected)
    {
        Assert.That(NetworkTypeFilterSet.TryParse(Golden.Octets(message).AsSpan(1), out var set), Is.True);
        Assert.That(NetworkTypeFilter.Compile(set, limit, NetworkTypeFilter.All, out _), Is.EqualTo(expected));
    }

    // The two examples of 2.6.6.1: a range of unicast stops all groups and no unicast, the whole range stops nothing.
    [Test]
    public void Multicast_UnicastRange_StopsEveryGroupAndNoUnicast()
    {
        var filter = CompileMulticast("01 05 000C 000000000000 000000000000", out _);
        Assert.That(filter.Passes(MacAddress.Broadcast), Is.False);
        Assert.That(filter.Passes(Golden.AllNodes), Is.False);
        Assert.That(filter.Passes(Golden.DeviceA), Is.True);
        Assert.That(filter.Passes(new MacAddress(0)), Is.True);
    }

    [TestCase("01 05 000C 000000000000 FFFFFFFFFFFF")]
    [TestCase("01 05 000C 010000000000 FFFFFFFFFFFF", Description = "what BlueZ sends, nap-accepted.client, record 259")]
    public void Multicast_WholeRange_StopsNothing(string message) =>
        Assert.That(CompileMulticast(message, out _).PassesAll, Is.True);

    [Test]
    public void Multicast_Figure26_PassesItsRangeAndUnicast()
    {
        var filter = CompileMulticast(Golden.FilterIPv6Multicast, out _);
        Assert.Multiple(() =>
        {
            Assert.That(filter.Passes(new MacAddress(0x3333_0000_0000)), Is.True);
            Assert.That(filter.Passes(new MacAddress(0x3333_FFFF_FFFF)), Is.True);
            Assert.That(filter.Passes(new MacAddress(0x3332_FFFF_FFFF)), Is.False);
            Assert.That(filter.Passes(new MacAddress(0x3334_0000_0000)), Is.False);
            Assert.That(filter.Passes(new MacAddress(0x3234_0000_0000)), Is.True, "unicast: its group bit is clear");
            Assert.That(filter.Passes(MacAddress.Broadcast), Is.False);
            Assert.That(filter.Passes(Golden.Other), Is.True);
        });
    }

    [TestCase("01 05 000C 01005E000001 01005E000000", 140, FilterResponseCode.InvalidRange)]
    [TestCase("01 05 0018 FFFFFFFFFFFF FFFFFFFFFFFF 333300000001 333300000001", 1, FilterResponseCode.TooManyFilters)]
    [TestCase("01 05 0000", 0, FilterResponseCode.UnsupportedRequest)]
    public void Multicast_Refused_ForTheReason(string message, int limit, FilterResponseCode expected)
    {
        Assert.That(MulticastFilterSet.TryParse(Golden.Octets(message).AsSpan(1), out var set), Is.True);
        Assert.That(MulticastFilter.Compile(set, limit, MulticastFilter.All, out _), Is.EqualTo(expected));
    }

    [Test]
    public void Options_RangeTheWrongWayRound_IsTheCallersMistake()
    {
        Assert.That(
            () => NetworkTypeFilter.FromOptions([new(EtherType.IPv6, EtherType.IPv4)]), Throws.ArgumentException);
        Assert.That(
            () => MulticastFilter.FromOptions([new(MacAddress.Broadcast, Golden.AllNodes)]), Throws.ArgumentException);
    }

    [Test]
    public void Ranges_RandomOnes_AgreeWithALookAtEach([Values(1, 20261120, 77)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var ranges = new (ulong Start, ulong End)[random.Next(0, 12)];
            for (var i = 0; i < ranges.Length; i++)
            {
                var start = (ulong)random.Next(0, 300);
                ranges[i] = (start, start + (ulong)random.Next(0, 40));
            }

            var set = RangeSet.Merge([.. ranges]);
            Assert.That(set.Count, Is.LessThanOrEqualTo(ranges.Length));
            for (ulong value = 0; value < 350; value++)
            {
                var expected = ranges.Any(range => range.Start <= value && value <= range.End);
                Assert.That(set.Contains(value), Is.EqualTo(expected), $"seed {seed}, round {round}, value {value}");
            }
        }
    }

    [Test]
    public void Ranges_AdjacentAndOverlapping_BecomeOne()
    {
        var set = RangeSet.Merge([(10, 20), (21, 30), (5, 12), (40, 40)]);
        Assert.That(set.Count, Is.EqualTo(2));
        Assert.That(set.Covers(5, 30), Is.True);
        Assert.That(set.Covers(5, 31), Is.False);
    }

    private static NetworkTypeFilter CompileTypes(string message, out FilterResponseCode code)
    {
        Assert.That(NetworkTypeFilterSet.TryParse(Golden.Octets(message).AsSpan(1), out var set), Is.True);
        code = NetworkTypeFilter.Compile(set, 421, NetworkTypeFilter.All, out var filter);
        return filter;
    }

    private static MulticastFilter CompileMulticast(string message, out FilterResponseCode code)
    {
        Assert.That(MulticastFilterSet.TryParse(Golden.Octets(message).AsSpan(1), out var set), Is.True);
        code = MulticastFilter.Compile(set, 140, MulticastFilter.All, out var filter);
        return filter;
    }
}
