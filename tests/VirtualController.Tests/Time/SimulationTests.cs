using HostStack.VirtualController.Time;

namespace HostStack.VirtualController.Tests.Time;

public class SimulationTests
{
    [Test]
    public void Run_TaskThatWaitsForALoopTimer_AdvancesToIt()
    {
        using var simulation = new Simulation();
        var loop = simulation.CreateLoop("one");

        var elapsed = simulation.Run(async () =>
        {
            var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await loop.InvokeAsync(() =>
            {
                loop.Timers.Create(fired.SetResult).Arm(TimeSpan.FromHours(3));
                return true;
            });
            await fired.Task;
            return simulation.Time.Elapsed;
        });

        Assert.That(elapsed, Is.EqualTo(TimeSpan.FromHours(3)));
    }

    [Test]
    public void Run_StaysOnTheCallingThread()
    {
        using var simulation = new Simulation();
        var loop = simulation.CreateLoop("one");
        var thread = Environment.CurrentManagedThreadId;

        var threads = simulation.Run(async () =>
        {
            var seen = new List<int> { Environment.CurrentManagedThreadId };
            seen.Add(await loop.InvokeAsync(() => Environment.CurrentManagedThreadId));
            seen.Add(Environment.CurrentManagedThreadId);
            await simulation.DelayAsync(TimeSpan.FromSeconds(1));
            seen.Add(Environment.CurrentManagedThreadId);
            seen.Add(await Task.Factory.StartNew(
                () => Environment.CurrentManagedThreadId, CancellationToken.None, TaskCreationOptions.None, simulation.Callbacks));
            return seen;
        });

        Assert.That(threads, Is.All.EqualTo(thread));
    }

    [Test]
    public void Run_NothingLeftToDo_SaysSoWithTheTime()
    {
        using var simulation = new Simulation(seed: 0x2A) { OutsideGrace = TimeSpan.Zero };

        var failure = Assert.Throws<SimulationException>(() => simulation.Run(async () =>
        {
            await simulation.DelayAsync(TimeSpan.FromSeconds(2));
            await new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously).Task;
        }));

        Assert.That(failure!.Message, Does.Contain("deadlock at t=00:00:02").And.Contain("seed 0x2A"));
    }

    [Test]
    public void Run_PastTheLimit_Fails()
    {
        using var simulation = new Simulation { Limit = TimeSpan.FromMinutes(1), OutsideGrace = TimeSpan.Zero };

        var failure = Assert.Throws<SimulationException>(
            () => simulation.Run(() => simulation.DelayAsync(TimeSpan.FromMinutes(2))));

        Assert.That(failure!.Message, Does.Contain("limit of virtual time"));
    }

    [Test]
    public void Run_ExceptionInTheCode_ComesOut()
    {
        using var simulation = new Simulation();

        Assert.Throws<FormatException>(() => simulation.Run(async () =>
        {
            await simulation.DelayAsync(TimeSpan.FromSeconds(1));
            throw new FormatException("mine");
        }));
    }

    [Test]
    public void Run_InsideItself_IsRefused()
    {
        using var simulation = new Simulation();

        Assert.Throws<InvalidOperationException>(() => simulation.Run(() =>
        {
            simulation.Advance(TimeSpan.FromSeconds(1));
            return Task.CompletedTask;
        }));
    }

    [Test]
    public void Run_WorkOfAnotherThread_IsWaitedFor()
    {
        using var simulation = new Simulation { OutsideGrace = TimeSpan.FromSeconds(30) };

        var value = simulation.Run(async () => await Task.Run(() => 42));

        Assert.That(value, Is.EqualTo(42));
    }

    [Test]
    public void Advance_StepsThroughEveryDeadlineInOrder()
    {
        using var simulation = new Simulation();
        var first = simulation.CreateLoop("first");
        var second = simulation.CreateLoop("second");
        var seen = new List<string>();
        void At(int seconds, string name, HostStack.Hci.Loop.EventLoop loop) =>
            loop.Timers.Create(() => seen.Add($"{name}@{simulation.Time.Elapsed.TotalSeconds}")).Arm(TimeSpan.FromSeconds(seconds));
        At(3, "a", second);
        At(1, "b", first);
        At(2, "c", second);
        using var timer = simulation.Time.CreateTimer(
            _ => seen.Add($"t@{simulation.Time.Elapsed.TotalSeconds}"), null, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(1));

        simulation.Advance(TimeSpan.FromSeconds(3));

        Assert.That(seen, Is.EqualTo(new[] { "b@1", "t@1.5", "c@2", "t@2.5", "a@3" }));
        Assert.That(simulation.Time.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public void Cancellation_AfterVirtualTime_Happens()
    {
        using var simulation = new Simulation();

        simulation.Run(async () =>
        {
            using var source = new CancellationTokenSource(TimeSpan.FromSeconds(5), simulation.Time);
            var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = source.Token.Register(() => never.TrySetCanceled());
            try
            {
                await never.Task;
            }
            catch (OperationCanceledException)
            {
                Assert.That(simulation.Time.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(5)));
            }
        });
    }
}
