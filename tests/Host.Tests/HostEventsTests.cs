using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.Testing;

namespace HostStack.Host.Tests;

[TestFixture]
internal sealed class HostEventsTests
{
    private static readonly PeerAddress Peer = new(BdAddr.Parse("5C:F3:70:66:12:34"));

    private readonly ManualTime _time = new();

    [Test]
    public void Publish_ReachesEveryReader_StampedWithTheTime()
    {
        var events = new HostEvents(_time);
        using var one = events.Subscribe();
        using var other = events.Subscribe();

        events.Publish(new LinkUp(Peer, LinkRole.Central));

        Assert.That(one.TryRead(out var first), Is.True);
        Assert.That(other.TryRead(out var second), Is.True);
        Assert.That(first, Is.EqualTo(second));
        Assert.That(first!.Time, Is.EqualTo(_time.GetUtcNow()));
    }

    [Test]
    public void Reader_ThatIsSlow_LosesTheOldest_AndIsToldHowMany()
    {
        var events = new HostEvents(_time);
        using var reader = events.Subscribe(capacity: 2);
        for (byte i = 1; i <= 5; i++)
        {
            events.Publish(new LinkDown(Peer, (HciStatus)i));
        }

        var read = new List<HostEvent>();
        while (reader.TryRead(out var happened))
        {
            read.Add(happened);
        }

        Assert.That(read[0], Is.InstanceOf<EventsLost>().And.Property(nameof(EventsLost.Count)).EqualTo(3));
        Assert.That(read.OfType<LinkDown>().Select(down => (int)down.Reason), Is.EqualTo((int[])[4, 5]));
    }

    [Test]
    public async Task Enumeration_SeesWhatCameAfterItBegan_AndEndsWithTheHost()
    {
        var events = new HostEvents(_time);
        events.Publish(new PairingWindowChanged(true));
        await using var enumerator = events.GetAsyncEnumerator();
        events.Publish(new PairingWindowChanged(false));
        events.Complete();

        Assert.That(await enumerator.MoveNextAsync(), Is.True);
        Assert.That(enumerator.Current, Is.InstanceOf<PairingWindowChanged>()
            .And.Property(nameof(PairingWindowChanged.IsOpen)).False);
        Assert.That(await enumerator.MoveNextAsync(), Is.False);
    }

    [Test]
    public void Reader_Disposed_GetsNothingMore()
    {
        var events = new HostEvents(_time);
        var reader = events.Subscribe();
        reader.Dispose();

        events.Publish(new HostClosed());

        Assert.That(reader.TryRead(out _), Is.False);
    }

    [Test]
    public void Subscribe_AfterTheEnd_IsOverAtOnce()
    {
        var events = new HostEvents(_time);
        events.Complete();
        using var reader = events.Subscribe();

        events.Publish(new HostClosed());

        Assert.That(reader.TryRead(out _), Is.False);
    }

    [Test]
    public void Publish_WithoutReaders_CostsNoQueue() =>
        Assert.That(() => new HostEvents(_time).Publish(new HostClosed()), Throws.Nothing);
}
