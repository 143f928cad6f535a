using HostStack.Cli.Status;

namespace HostStack.Cli.Tests.Status;

[TestFixture]
public sealed class RateTableTests
{
    private static readonly (double?, double?) Unknown = (null, null);

    [Test]
    public void Rate_IsOctetsOverTheTimeBetweenTwoLooks()
    {
        var table = new RateTable();
        Assert.That(table.Update("a", 1000, 0, At(0)), Is.EqualTo(Unknown));
        Assert.That(table.Update("a", 3000, 500, At(2)), Is.EqualTo(((double?)1000, (double?)250)));
        Assert.That(table.Update("a", 3000, 500, At(12)), Is.EqualTo(((double?)0, (double?)0)));
    }

    [Test]
    public void Look_TooSoon_GivesTheRateBefore()
    {
        var table = new RateTable();
        table.Update("a", 0, 0, At(0));
        Assert.That(table.Update("a", 100, 0, At(0.5)), Is.EqualTo(Unknown));
        Assert.That(table.Update("a", 400, 0, At(4)), Is.EqualTo(((double?)100, (double?)0)));
        Assert.That(table.Update("a", 999_999, 0, At(4.9)), Is.EqualTo(((double?)100, (double?)0)), "one frame is no rate");
    }

    [Test]
    public void Counts_ThatBeginAnew_AreNoRate()
    {
        var table = new RateTable();
        table.Update("a", 1000, 1000, At(0));
        Assert.That(table.Update("a", 10, 10, At(5)), Is.EqualTo(Unknown));
        Assert.That(table.Update("a", 20, 30, At(10)), Is.EqualTo(((double?)2, (double?)4)));
    }

    [Test]
    public void Keys_AreApart_AndForgotten()
    {
        var table = new RateTable();
        table.Update("a", 0, 0, At(0));
        table.Update("b", 0, 0, At(5));
        table.Forget(At(3));
        Assert.That(table.Update("a", 100, 100, At(10)), Is.EqualTo(Unknown));
        Assert.That(table.Update("b", 100, 50, At(10)), Is.EqualTo(((double?)20, (double?)10)));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
