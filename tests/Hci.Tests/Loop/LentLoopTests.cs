using HostStack.Hci.Loop;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Loop;

/// <summary>Threads that bring work and run it. Every wait is for an event, with a limit that only a fault reaches.</summary>
[TestFixture]
public sealed class LentLoopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public void Lend_SleepingLoop_RunsOnTheCallersThread()
    {
        using var loop = Started();
        var thread = 0;
        var current = false;
        loop.Bring((_, _) => (thread, current) = (Environment.CurrentManagedThreadId, loop.IsCurrent));
        loop.Lend();
        Assert.That((thread, current), Is.EqualTo((Environment.CurrentManagedThreadId, true)));
        Assert.That(loop.IsCurrent, Is.False);
    }

    [Test]
    public void Lend_NothingBrought_DoesNothing()
    {
        using var loop = Started();
        var idle = 0;
        loop.Idle += () => idle++;
        loop.Lend();
        Assert.That((idle, loop.IsAsleep), Is.EqualTo((0, true)));
    }

    [Test]
    public void Lend_ManyBrought_OneRoundInOrder()
    {
        using var loop = Started();
        var order = new List<int>();
        var idle = 0;
        loop.Idle += () => idle++;
        for (var i = 0; i < 5; i++)
        {
            loop.Bring((number, _) => order.Add((int)number!), i);
        }

        loop.Lend();
        Assert.That(order, Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
        Assert.That(idle, Is.EqualTo(1));
    }

    [Test]
    public void Lend_ALoopThatIsPumped_LeavesTheWorkToThePump()
    {
        using var loop = new EventLoop();
        var ran = 0;
        loop.Bring((_, _) => ran++);
        loop.Lend();
        Assert.That(ran, Is.Zero);
        loop.Pump();
        Assert.That(ran, Is.EqualTo(1));
    }

    [Test]
    public void Lend_FromAnotherLoopsWork_RunsAfterItsRound()
    {
        using var first = Started();
        using var second = Started();
        var story = new List<string>();
        first.Bring((_, _) =>
        {
            second.Bring((_, _) => story.Add("second"));
            second.Lend();
            story.Add("first goes on");
        });
        first.Bring((_, _) => story.Add("first's next"));
        first.Lend();
        Assert.That(story, Is.EqualTo(new[] { "first goes on", "first's next", "second" }));
    }

    [Test]
    public async Task Lend_TwoLoopsThatAnswerEachOther_NeverEndsInOneStackAndLosesNothing()
    {
        const int Turns = 20_000;
        using var first = Started();
        using var second = Started();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var turns = 0;

        void Turn(EventLoop here, EventLoop there)
        {
            if (++turns == Turns)
            {
                done.SetResult();
                return;
            }

            there.Bring((_, _) => Turn(there, here));
            there.Lend();
        }

        first.Bring((_, _) => Turn(first, second));
        first.Lend();
        await done.Task.WaitAsync(Limit);
        Assert.That(turns, Is.EqualTo(Turns));
    }

    [Test]
    public async Task Bring_FromManyThreads_OneAtATimeAndNothingLost()
    {
        const int Threads = 4;
        const int Each = 5_000;
        using var loop = Started();
        var inside = 0;
        var overlaps = 0;
        var count = 0;
        var producers = Enumerable.Range(0, Threads).Select(number => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                Action<object?, object?> work = (_, _) =>
                {
                    overlaps += Interlocked.Increment(ref inside) == 1 ? 0 : 1;
                    count++;
                    Interlocked.Decrement(ref inside);
                };
                if (number % 2 == 0)
                {
                    loop.Bring(work);
                    loop.Lend();
                }
                else
                {
                    loop.PostFromOutside(work);
                }
            }
        })).ToArray();

        await Task.WhenAll(producers).WaitAsync(Limit);
        var total = await loop.InvokeAsync(() => count).WaitAsync(Limit);
        Assert.That((total, overlaps), Is.EqualTo((Threads * Each, 0)));
    }

    [Test]
    public async Task Timer_ArmedByLentWork_WakesTheLoopsThread()
    {
        using var loop = Started();
        var fired = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Bring((_, _) => loop.Timers.Create(() => fired.SetResult(loop.IsCurrent)).Arm(TimeSpan.FromMilliseconds(1)));
        loop.Lend();
        Assert.That(await fired.Task.WaitAsync(Limit), Is.True);
    }

    [Test]
    public async Task Procedure_StartedByLentWork_StaysOnTheLoop()
    {
        using var loop = Started();
        var before = SynchronizationContext.Current;
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Bring((_, _) => _ = RunAsync());
        loop.Lend();
        Assert.That(SynchronizationContext.Current, Is.SameAs(before));
        Assert.That(await ended.Task.WaitAsync(Limit), Is.True);

        async Task RunAsync()
        {
            await loop.Timers.DelayAsync(TimeSpan.FromMilliseconds(1));
            ended.SetResult(loop.IsCurrent);
        }
    }

    [Test]
    public void Dispose_FromLentWork_RunsWhatIsQueuedAndEnds()
    {
        var loop = Started();
        var after = 0;
        loop.Bring((_, _) => loop.Dispose());
        loop.Bring((_, _) => after++);
        loop.Lend();
        loop.Dispose();
        Assert.That(after, Is.EqualTo(1));
        Assert.That(loop.Bring(static (_, _) => { }), Is.False);
    }

    [Test]
    public async Task PostFromOutside_FullOfBroughtWork_FindsSomebodyWhoMakesRoom()
    {
        using var first = Started();
        using var second = Started(inboxCapacity: 1);
        var count = 0;
        first.Bring((_, _) =>
        {
            // The second loop is to be run by this very thread, later: its own must make the room.
            for (var i = 0; i < 100; i++)
            {
                second.PostFromOutside((_, _) => count++);
            }
        });
        await Task.Run(first.Lend).WaitAsync(Limit);
        Assert.That(await second.InvokeAsync(() => count).WaitAsync(Limit), Is.EqualTo(100));
    }

    [Test]
    public async Task PostFromOutside_FromWorkThatALoopsOwnThreadHasCaused_NeverWaitsForItself()
    {
        using var first = Started(inboxCapacity: 1);
        using var second = Started();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var count = 0;

        // On the first one's own thread, as nobody lends one here.
        first.Post((_, _) =>
        {
            second.Bring((_, _) =>
            {
                for (var i = 0; i < 100; i++)
                {
                    first.PostFromOutside((_, _) => count++, isFollowed: true);
                }

                done.SetResult();
            });
            second.Lend();
        });
        await done.Task.WaitAsync(Limit);
        Assert.That(await first.InvokeAsync(() => count).WaitAsync(Limit), Is.EqualTo(100));
    }

    [Test]
    public async Task Fault_WithALogThatThrows_LeavesTheLoopToOthers()
    {
        using var loop = new EventLoop(log: new ThrowingLog());
        loop.Start();
        loop.Bring((_, _) => throw new InvalidOperationException("work"));
        loop.Lend();
        Assert.That(await loop.InvokeAsync(() => loop.Faults).WaitAsync(Limit), Is.EqualTo(1));
    }

    [Test]
    public void Lend_InSteadyState_AllocatesNothing()
    {
        using var loop = Started();
        void Once()
        {
            loop.Bring(static (_, _) => { });
            loop.Lend();
        }

        for (var i = 0; i < 100; i++)
        {
            Once();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Once();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    // A loop whose own thread has gone to sleep.
    private static EventLoop Started(int inboxCapacity = 1024)
    {
        var loop = new EventLoop(inboxCapacity: inboxCapacity);
        var steps = new Steps();
        loop.FallsAsleep += steps.Tell;
        loop.Start();
        steps.Until(() => loop.IsAsleep, "the loop sleeps");
        loop.FallsAsleep -= steps.Tell;
        return loop;
    }
}
