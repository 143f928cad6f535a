namespace HostStack.Pan.Tests;

[TestFixture]
internal sealed class BackOffTests
{
    [Test]
    public void Next_WithoutJitter_DoublesFromOneSecondToSixty()
    {
        var backOff = new BackOff(new ReconnectPolicy { Jitter = 0 }, seed: 1);

        var waits = Enumerable.Range(0, 8).Select(_ => backOff.Next()!.Value.TotalSeconds);

        Assert.That(waits, Is.EqualTo((double[])[1, 2, 4, 8, 16, 32, 60, 60]));
    }

    [Test]
    public void Next_WithJitter_StaysWithinItsPart_AndRepeatsWithItsSeed()
    {
        var first = Waits(seed: 7);
        var second = Waits(seed: 7);

        Assert.That(first, Is.EqualTo(second));
        Assert.That(first, Is.Not.EqualTo(Waits(seed: 8)));
        for (var i = 0; i < first.Length; i++)
        {
            var whole = Math.Min(Math.Pow(2, i), 60);
            Assert.That(first[i], Is.InRange(whole * 0.75, whole));
        }
    }

    [Test]
    public void Next_AfterTheLastAttempt_GivesUp_UntilReset()
    {
        var backOff = new BackOff(new ReconnectPolicy { MaximumAttempts = 2 }, seed: 1);
        backOff.Next();
        backOff.Next();

        Assert.That(backOff.Next(), Is.Null);
        backOff.Reset();
        Assert.That(backOff.Next(), Is.Not.Null);
    }

    [Test]
    public void Next_AfterManyLosses_StaysAtTheLongest()
    {
        var backOff = new BackOff(new ReconnectPolicy { Jitter = 0 }, seed: 1);
        for (var i = 0; i < 200; i++)
        {
            backOff.Next();
        }

        Assert.That(backOff.Next(), Is.EqualTo(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public void Next_PolicyWithoutWaits_StillTakesABreath()
    {
        var backOff = new BackOff(new ReconnectPolicy { First = TimeSpan.Zero, Jitter = 1 }, seed: 1);

        Assert.That(Enumerable.Range(0, 100).Select(_ => backOff.Next()!.Value.TotalSeconds), Is.All.GreaterThanOrEqualTo(0.1));
    }

    private static double[] Waits(int seed)
    {
        var backOff = new BackOff(new ReconnectPolicy(), seed);
        return [.. Enumerable.Range(0, 8).Select(_ => backOff.Next()!.Value.TotalSeconds)];
    }
}
