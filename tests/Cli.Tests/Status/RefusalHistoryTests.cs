using HostStack.Cli.Status;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.Host;

namespace HostStack.Cli.Tests.Status;

[TestFixture]
public sealed class RefusalHistoryTests
{
    [Test]
    public void Refusal_IsTold_WithItsRemedy()
    {
        var history = new RefusalHistory();
        history.Add(Refusal(1, "bonded") with { ByPeer = true });
        var told = history.Read(DateTimeOffset.MinValue + TimeSpan.FromSeconds(7)).Single();
        Assert.That(
            told,
            Is.EqualTo(new RefusalEntry(7, "pan", "bonded", "00:00:00:00:00:01", "GN", "key of a PIN", true, "Pair first.", 1)));
    }

    [Test]
    public void Refusals_ThatRepeat_AreOneWithANumber()
    {
        var history = new RefusalHistory();
        history.Add(Refusal(1, "bonded"));
        history.Add(Refusal(1, "bonded"));
        history.Add(Refusal(2, "bonded"));
        Assert.That(history.Read(DateTimeOffset.UnixEpoch).Select(static entry => (entry.Peer[^2..], entry.Times)), Is.EqualTo(new[] { ("01", 2), ("02", 1) }));
        Assert.That(history.Count, Is.EqualTo(3));
    }

    [Test]
    public void Refusals_BeyondTheBound_LetTheOldestGo()
    {
        var history = new RefusalHistory();
        for (var i = 0; i < 1000; i++)
        {
            history.Add(Refusal((byte)i, $"rule {i}"));
        }

        var told = history.Read(DateTimeOffset.UnixEpoch);
        Assert.That((told.Count, told[^1].Rule, history.Count), Is.EqualTo((RefusalHistory.Capacity, "rule 999", 1000L)));
    }

    private static Refused Refusal(ulong peer, string rule) =>
        new(RefusalLayer.Pan, rule, new PeerAddress(new BdAddr(peer)), "GN", LinkKeyType.Combination, "Pair first.");
}
