using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Service;

/// <summary>What the service says and does while its controller cannot be opened, over hours.</summary>
[TestFixture]
public sealed class ControllerWaitTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase(false, 600, 723, "1 2 4 5")]
    [TestCase(true, 10, 13, "300")]
    public async Task Controller_ThatCannotBeOpenedForAnHour_IsToldOnce_AndLeftAloneWhereTryingIsOfNoUse(
        bool isForGood, int fewest, int most, string waits)
    {
        var bus = new MachineBus { IsRefusedForGood = isForGood }.With("0a12:0001", "4");
        using var time = new HurriedTime(TimeSpan.FromHours(1));
        var file = _folder.File("usb.json");
        await File.WriteAllTextAsync(file, """{ "controllers": [{ "uri": "usb:", "name": "Hub", "networks": [{ "role": "gn" }] }] }""");
        await using var run = CommandRun.StartWith(
            environment => environment with { Usb = _ => bus, Time = time, Variable = _folder.Variables.GetValueOrDefault },
            new TestTerminal(), "run", "--json", "--config", file);
        Assert.That(await Task.WhenAny(time.Passed, run.ExitCode), Is.SameAs(time.Passed), run.Story);
        Assert.That(bus.Openings, Is.InRange(fewest, most));
        await run.InterruptAsync();
        var told = run.Objects.Where(static item => item.GetProperty("kind").GetString() == "controller-waiting");
        Assert.That(string.Join(' ', told.Select(static item => item.GetProperty("wait").GetDouble())), Is.EqualTo(waits));
    }

    // Other timers of the program move this clock, too: the counts are bounds.
    // A clock that goes to the end of each wait at once, until a time has passed; then it stands.
    private sealed class HurriedTime(TimeSpan until) : TimeProvider, IDisposable
    {
        private readonly Lock _gate = new();
        private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TimeSpan _now = TimeSpan.Zero;

        public Task Passed => _passed.Task;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            lock (_gate)
            {
                return _now.Ticks;
            }
        }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                if (_now < until && dueTime > TimeSpan.Zero)
                {
                    _now += dueTime;
                    return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                }
            }

            _passed.TrySetResult();
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => _passed.TrySetResult();
    }
}
