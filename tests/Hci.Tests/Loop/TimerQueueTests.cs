using HostStack.Hci.Loop;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Loop;

[TestFixture]
public sealed class TimerQueueTests
{
    private readonly ManualTime _time = new();
    private readonly List<string> _fired = [];
    private TimerQueue _timers = null!;

    [SetUp]
    public void SetUp()
    {
        _timers = new TimerQueue(_time);
        _fired.Clear();
    }

    [Test]
    public void RunDue_OneTickBeforeTheDeadline_FiresNothing()
    {
        Named("a").Arm(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));

        Assert.That(_timers.RunDue(), Is.False);
        Assert.That(_timers.UntilNext, Is.EqualTo(TimeSpan.FromTicks(1)));
    }

    [Test]
    public void RunDue_AtTheDeadline_FiresOnce()
    {
        var timer = Named("a");
        timer.Arm(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(_timers.UntilNext, Is.EqualTo(TimeSpan.Zero));
        Assert.That(_timers.RunDue(), Is.True);
        Assert.That(_timers.RunDue(), Is.False);
        Assert.That(_fired, Is.EqualTo(new[] { "a" }));
        Assert.That(timer.IsArmed, Is.False);
        Assert.That(_timers.UntilNext, Is.Null);
    }

    [Test]
    public void RunDue_EqualDeadlines_FireInTheOrderOfArming()
    {
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            Named(name).Arm(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        _timers.RunDue();
        Assert.That(_fired, Is.EqualTo(new[] { "a", "b", "c", "d" }));
    }

    [Test]
    public void Arm_Again_ForgetsTheEarlierDeadline()
    {
        var timer = Named("a");
        timer.Arm(TimeSpan.FromSeconds(1));
        timer.Arm(TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(_timers.RunDue(), Is.False);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_timers.RunDue(), Is.True);
    }

    [Test]
    public void Arm_AgainAndAgain_KeepsOneEntry()
    {
        var timer = Named("a");
        for (var i = 0; i < 10_000; i++)
        {
            timer.Arm(TimeSpan.FromSeconds(60));
        }

        Assert.That(_timers.Armed, Is.EqualTo(1));
    }

    [Test]
    public void Arm_InSteadyState_AllocatesNothing()
    {
        var timers = Enumerable.Range(0, 40).Select(i => Named("t")).ToArray();
        ArmAll(timers);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            ArmAll(timers);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Disarm_BeforeTheDeadline_FiresNothing()
    {
        var timer = Named("a");
        timer.Arm(TimeSpan.FromSeconds(1));
        timer.Disarm();
        timer.Disarm();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(_timers.RunDue(), Is.False);
        Assert.That(_timers.Armed, Is.Zero);
    }

    [Test]
    public void RunDue_CallbackThatArmsZero_WaitsForTheNextCall()
    {
        LoopTimer timer = null!;
        var count = 0;
        timer = _timers.Create(() =>
        {
            count++;
            timer.Arm(TimeSpan.Zero);
        });
        timer.Arm(TimeSpan.Zero);

        _timers.RunDue();
        Assert.That(count, Is.EqualTo(1));
        _timers.RunDue();
        Assert.That(count, Is.EqualTo(2));
    }

    [Test]
    public void RunDue_CallbackThatDisarmsAnother_TheOtherDoesNotFire()
    {
        var other = Named("other");
        _timers.Create(other.Disarm).Arm(TimeSpan.FromSeconds(1));
        other.Arm(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        _timers.RunDue();
        Assert.That(_fired, Is.Empty);
    }

    [Test]
    public void RunDue_CallbackThatThrows_LeavesTheOthersArmed()
    {
        _timers.Create(() => throw new InvalidOperationException("fault")).Arm(TimeSpan.FromSeconds(1));
        Named("b").Arm(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(() => _timers.RunDue(), Throws.InvalidOperationException);
        Assert.That(_timers.RunDue(), Is.True);
        Assert.That(_fired, Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public void Arm_NegativeDelay_IsTheCallersMistake() =>
        Assert.That(() => Named("a").Arm(TimeSpan.FromTicks(-1)), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Arm_LongestDelay_NeverFires()
    {
        Named("a").Arm(TimeSpan.MaxValue);
        _time.Advance(TimeSpan.FromDays(10_000));
        Assert.That(_timers.RunDue(), Is.False);
        Assert.That(_timers.UntilNext, Is.GreaterThan(TimeSpan.FromDays(1)));
    }

    [Test]
    public void Delay_AfterItsTime_Ends()
    {
        var delay = _timers.DelayAsync(TimeSpan.FromMilliseconds(200));
        Assert.That(delay.IsCompleted, Is.False);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        _timers.RunDue();
        Assert.That(delay.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void RunDue_RandomArmsAndDisarms_FollowsASortedModel()
    {
        const int Seed = 20260301;
        var random = new Random(Seed);
        var deadlines = new (long Deadline, int Order)?[50];
        var timers = new LoopTimer[50];
        var fired = new List<int>();
        for (var i = 0; i < timers.Length; i++)
        {
            var index = i;
            timers[i] = _timers.Create(() => fired.Add(index));
        }

        var order = 0;
        for (var step = 0; step < 5_000; step++)
        {
            var index = random.Next(timers.Length);
            switch (random.Next(4))
            {
                case 0:
                    timers[index].Disarm();
                    deadlines[index] = null;
                    break;
                case 1:
                    _time.Advance(TimeSpan.FromTicks(random.Next(50)));
                    fired.Clear();
                    _timers.RunDue();
                    var due = Enumerable.Range(0, timers.Length)
                        .Where(i => deadlines[i] is { } entry && entry.Deadline <= _time.GetTimestamp())
                        .OrderBy(i => deadlines[i]!.Value)
                        .ToArray();
                    Assert.That(fired, Is.EqualTo(due), $"seed {Seed}, step {step}");
                    Array.ForEach(due, i => deadlines[i] = null);
                    break;
                default:
                    var delay = random.Next(200);
                    timers[index].Arm(TimeSpan.FromTicks(delay));
                    deadlines[index] = (_time.GetTimestamp() + delay, order++);
                    break;
            }
        }
    }

    private static void ArmAll(LoopTimer[] timers)
    {
        for (var i = 0; i < timers.Length; i++)
        {
            timers[i].Arm(TimeSpan.FromSeconds(100 - i));
        }
    }

    private LoopTimer Named(string name) => _timers.Create(() => _fired.Add(name));
}
