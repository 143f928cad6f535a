using HostStack.Cli.Service;
using HostStack.Cli.Tests.Rig;
using HostStack.Hci.Loop;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Cli.Tests.Service;

/// <summary>Signs of life, on a clock that the test moves.</summary>
[TestFixture]
public sealed class WatchdogTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    private SteppedTime _time = null!;
    private int _signs;

    [SetUp]
    public void SetUp()
    {
        _time = new SteppedTime();
        _signs = 0;
    }

    [Test]
    public void Sign_ComesAtHalfTheTime()
    {
        using var watchdog = new Watchdog(_time, Within, static () => Task.CompletedTask, () => _signs++);
        _time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.That(_signs, Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(_signs, Is.EqualTo(1));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_signs, Is.EqualTo(5));
    }

    [Test]
    public void Hang_GivesNoSign_UntilItIsOver()
    {
        var answer = new TaskCompletionSource();
        var probes = 0;
        using var watchdog = new Watchdog(
            _time,
            Within,
            () =>
            {
                probes++;
                return answer.Task;
            },
            () => _signs++);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.That((probes, _signs), Is.EqualTo((1, 0)), "what hangs is asked once");
        answer.SetResult();
        Assert.That(_signs, Is.EqualTo(1));
        _time.Advance(Within);
        Assert.That((probes, _signs), Is.EqualTo((3, 3)));
    }

    [Test]
    public void Failure_GivesNoSign_AndTheNextProbeMay()
    {
        var fails = true;
        using var watchdog = new Watchdog(
            _time, Within, () => fails ? Task.FromException(new InvalidOperationException()) : Task.CompletedTask, () => _signs++);
        _time.Advance(Within);
        Assert.That(_signs, Is.Zero);
        fails = false;
        _time.Advance(Within / 2);
        Assert.That(_signs, Is.EqualTo(1));
    }

    [Test]
    public void Disposed_GivesNoSign()
    {
        new Watchdog(_time, Within, static () => Task.CompletedTask, () => _signs++).Dispose();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(_signs, Is.Zero);
    }

    [Test]
    public async Task Loop_ThatIsHeld_GivesNoSign_AndGoesOnLater()
    {
        using var loop = new EventLoop(TimeProvider.System, NullLogger.Instance, "held");
        using var release = new ManualResetEventSlim();
        var alive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Start();
        using var watchdog = new Watchdog(_time, Within, () => loop.InvokeAsync(static () => true), alive.SetResult);
        var holding = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = Task.Run(() => loop.InvokeAsync(() =>
        {
            holding.SetResult();
            release.Wait();
            return true;
        }));
        await holding.Task;
        _time.Advance(Within / 2);
        Assert.That(alive.Task.IsCompleted, Is.False, "the loop does not run");
        release.Set();
        await alive.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        await held;
    }
}
