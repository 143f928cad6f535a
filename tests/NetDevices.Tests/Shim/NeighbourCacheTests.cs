using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.Shim;

namespace HostStack.NetDevices.Tests.Shim;

[TestFixture]
public sealed class NeighbourCacheTests
{
    private static readonly InternetAddress Peer = InternetAddress.FromV4(0x0A000001);
    private static readonly MacAddress Mac = new(0x00AA_0101_0042);
    private readonly List<(InternetAddress Target, MacAddress? Known)> _asked = [];
    private readonly List<byte> _sent = [];
    private NeighbourCache _cache = null!;
    private TimeSpan _now;

    [SetUp]
    public void SetUp()
    {
        _asked.Clear();
        _sent.Clear();
        _now = TimeSpan.FromHours(1);
        _cache = new NeighbourCache((target, known) => _asked.Add((target, known)));
    }

    [Test]
    public void Unknown_IsAskedForOnceAndItsPacketsWaitInOrder()
    {
        Assert.That(_cache.TryGet(Peer, _now, out _), Is.False);
        Wait(1);
        Wait(2);
        Assert.That(_asked, Is.EqualTo(new[] { (Peer, (MacAddress?)null) }));
        Hear();
        Assert.That(_sent, Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(_cache.TryGet(Peer, _now, out var mac), Is.True);
        Assert.That((mac, _cache.NextDeadline), Is.EqualTo((Mac, (TimeSpan?)null)));
    }

    [Test]
    public void Unknown_ThatNeverAnswers_IsAskedThreeTimesThenForgotten()
    {
        Wait(1);
        var times = new List<TimeSpan>();
        while (_cache.NextDeadline is { } next)
        {
            times.Add(next - _now);
            _now = next;
            _cache.Advance(_now);
        }

        Assert.That(times, Is.All.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That((_asked.Count, _cache.Count, _cache.Dropped), Is.EqualTo((3, 0, 1)));
        Wait(2);
        Assert.That(_asked, Has.Count.EqualTo(4), "the next packet asks anew");
    }

    [Test]
    public void Queue_OfOneNeighbour_KeepsTheNewest()
    {
        for (byte i = 0; i < 10; i++)
        {
            Wait(i);
        }

        Hear();
        Assert.That(_sent, Is.EqualTo(new byte[] { 2, 3, 4, 5, 6, 7, 8, 9 }));
        Assert.That(_cache.Dropped, Is.EqualTo(2));
    }

    [Test]
    public void Queue_OfAllNeighbours_IsBounded()
    {
        for (uint i = 0; i < 100; i++)
        {
            _cache.Wait(InternetAddress.FromV4(0x0A000100 + i), [1], _now);
        }

        Assert.That(_cache.Dropped, Is.EqualTo(100 - NeighbourCache.TotalLimit));
        _cache.Clear();
        Assert.That((_cache.Dropped, _cache.Count, _cache.NextDeadline), Is.EqualTo((100, 0, (TimeSpan?)null)));
    }

    [Test]
    public void Table_Full_ForgetsTheOneUsedLongestAgo()
    {
        for (uint i = 0; i <= NeighbourCache.Capacity; i++)
        {
            _now += TimeSpan.FromSeconds(0.01);
            _cache.Heard(InternetAddress.FromV4(i + 1), Mac, isForUs: true, _now, Send);
            _cache.TryGet(InternetAddress.FromV4(1), _now, out _);
        }

        Assert.That(_cache.Count, Is.EqualTo(NeighbourCache.Capacity));
        Assert.That(_cache.TryGet(InternetAddress.FromV4(1), _now, out _), Is.True);
        Assert.That(_cache.TryGet(InternetAddress.FromV4(2), _now, out _), Is.False);
    }

    [Test]
    public void Stranger_WhoDoesNotSpeakToUs_IsNotLearned()
    {
        _cache.Heard(Peer, Mac, isForUs: false, _now, Send);
        Assert.That(_cache.Count, Is.Zero);
    }

    [Test]
    public void Known_NotHeardOfForLong_IsUsedWhileItIsAskedAgain()
    {
        Wait(1);
        Hear();
        _asked.Clear();
        _now += NeighbourCache.BelievedFor - TimeSpan.FromSeconds(1);
        _cache.TryGet(Peer, _now, out _);
        Assert.That(_asked, Is.Empty);
        _now += TimeSpan.FromSeconds(1);
        Assert.That(_cache.TryGet(Peer, _now, out _), Is.True);
        Assert.That(_cache.TryGet(Peer, _now, out _), Is.True);
        Assert.That(_asked, Is.EqualTo(new[] { (Peer, (MacAddress?)Mac) }), "at its address, and once");
        Hear();
        Assert.That(_cache.NextDeadline, Is.Null);

        // The same without an answer.
        _now += NeighbourCache.BelievedFor;
        _cache.TryGet(Peer, _now, out _);
        for (var i = 0; i < 3; i++)
        {
            _now += NeighbourCache.RetryInterval;
            _cache.Advance(_now);
        }

        Assert.That(_cache.TryGet(Peer, _now, out _), Is.False);
    }

    [Test]
    public void Known_WithAnotherAddress_IsBelieved()
    {
        Wait(1);
        Hear();
        _cache.Heard(Peer, new MacAddress(7), isForUs: false, _now, Send);
        _cache.TryGet(Peer, _now, out var mac);
        Assert.That(mac, Is.EqualTo(new MacAddress(7)));
    }

    private void Wait(byte mark) => _cache.Wait(Peer, [mark], _now);

    private void Hear() => _cache.Heard(Peer, Mac, isForUs: false, _now, Send);

    private void Send(byte[] packet, MacAddress to) => _sent.Add(packet[0]);
}
