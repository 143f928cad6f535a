using HostStack.Hci.Loop;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Loop;

/// <summary>The loop as a test, a replay or a simulation drives it: on the caller's thread.</summary>
[TestFixture]
public sealed class PumpedLoopTests
{
    private ManualTime _time = null!;
    private EventLoop _loop = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _loop = new EventLoop(_time, inboxCapacity: 2);
    }

    [TearDown]
    public void TearDown() => _loop.Dispose();

    [Test]
    public void Pump_NothingQueued_SaysSo() => Assert.That(_loop.Pump(), Is.False);

    [Test]
    public void Pump_QueuedFromBothSides_RunsContinuationsFirst()
    {
        var order = new List<string>();
        _loop.PostFromOutside((_, _) => order.Add("outside"));
        _loop.Post((_, _) => order.Add("continuation"));

        Assert.That(_loop.Pump(), Is.True);
        Assert.That(order, Is.EqualTo(new[] { "continuation", "outside" }));
    }

    [Test]
    public void Timer_DueBesideWhatCameBefore_FiresAfterIt()
    {
        // The loop was kept from running: the answer came in time, and the limit has passed when the loop looks.
        var fired = false;
        var limit = _loop.Timers.Create(() => fired = true);
        limit.Arm(TimeSpan.FromSeconds(2));
        _loop.PostFromOutside((_, _) => limit.Disarm());
        _time.Advance(TimeSpan.FromSeconds(3));

        _loop.Pump();
        _loop.Pump();
        Assert.That(fired, Is.False, "the delay of the loop is not the silence of who answered");
    }

    [Test]
    public void Timer_DueOnlyWhileABatchRuns_WaitsForWhatCameMeanwhile()
    {
        var fired = false;
        var limit = _loop.Timers.Create(() => fired = true);
        limit.Arm(TimeSpan.FromSeconds(2));
        _loop.PostFromOutside((_, _) =>
        {
            // The batch takes long, and the answer comes in the middle of it.
            _loop.PostFromOutside((_, _) => limit.Disarm());
            _time.Advance(TimeSpan.FromSeconds(3));
        });

        _loop.Pump();
        _loop.Pump();
        Assert.That(fired, Is.False);
    }

    [Test]
    public void PostFromOutside_BeyondTheCapacity_IsTakenWithoutAThread()
    {
        var count = 0;
        for (var i = 0; i < 10; i++)
        {
            _loop.PostFromOutside((_, _) => count++);
        }

        _loop.Pump();
        Assert.That(count, Is.EqualTo(10));
    }

    [Test]
    public void Post_FromAWorkItem_RunsInTheNextBatch()
    {
        var ran = false;
        _loop.Post((_, _) => _loop.Post((_, _) => ran = true));
        _loop.Pump();
        Assert.That(ran, Is.False);
        _loop.Pump();
        Assert.That(ran, Is.True);
    }

    [Test]
    public void Post_InSteadyState_AllocatesNothing()
    {
        for (var i = 0; i < 10; i++)
        {
            PostBatch();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            PostBatch();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Pump_WorkItemThatThrows_IsCountedAndTheRestRuns()
    {
        var ran = false;
        _loop.Post((_, _) => throw new InvalidOperationException("fault"));
        _loop.Post((_, _) => ran = true);
        _loop.Pump();
        Assert.That(ran, Is.True);
        Assert.That(_loop.Faults, Is.EqualTo(1));
    }

    [Test]
    public void Pump_TimerThatThrows_IsCountedAndTheLoopGoesOn()
    {
        var ran = false;
        _loop.Timers.Create(() => throw new InvalidOperationException("fault")).Arm(TimeSpan.Zero);
        _loop.Post((_, _) => ran = true);
        Assert.That(_loop.Pump(), Is.True);
        Assert.That(ran, Is.True);
        Assert.That(_loop.Faults, Is.EqualTo(1));
    }

    [Test]
    public void Idle_AfterEachBatchOfWork_IsRaisedOnce()
    {
        var idle = 0;
        _loop.Idle += () => idle++;
        _loop.Pump();
        Assert.That(idle, Is.Zero);
        _loop.Post((_, _) => { });
        _loop.Post((_, _) => { });
        _loop.Pump();
        Assert.That(idle, Is.EqualTo(1));
    }

    [Test]
    public void Idle_HandlerThatThrows_IsCounted()
    {
        _loop.Idle += () => throw new InvalidOperationException("fault");
        _loop.Post((_, _) => { });
        _loop.Pump();
        Assert.That(_loop.Faults, Is.EqualTo(1));
    }

    [Test]
    public void Pump_DueTimer_Fires()
    {
        var fired = false;
        _loop.Timers.Create(() => fired = true).Arm(TimeSpan.FromSeconds(2));
        _loop.Pump();
        Assert.That(fired, Is.False);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(_loop.Pump(), Is.True);
        Assert.That(fired, Is.True);
    }

    [Test]
    public void RunAsync_ProcedureThatAwaits_StaysOnTheLoop()
    {
        var completion = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var onLoop = new List<bool>();
        var task = _loop.RunAsync(async () =>
        {
            onLoop.Add(_loop.IsCurrent);
            var value = await completion.Task;
            onLoop.Add(_loop.IsCurrent);
            return value;
        });

        _loop.Pump();
        completion.SetResult(42);
        Assert.That(task.IsCompleted, Is.False, "the continuation waits for the loop");
        _loop.Pump();
        Assert.That(task.IsCompletedSuccessfully, Is.True);
        Assert.That(onLoop, Is.EqualTo(new[] { true, true }));
        Assert.That(_loop.IsCurrent, Is.False);
    }

    [Test]
    public void RunAsync_OnTheLoop_RunsAtOnce()
    {
        Task<int>? inner = null;
        _loop.Post((_, _) => inner = _loop.RunAsync(() => Task.FromResult(7)));
        _loop.Pump();
        Assert.That(inner!.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void RunAsync_ProcedureThatThrows_FailsItsTaskAlone()
    {
        var task = _loop.RunAsync<int>(() => throw new FormatException("mine"));
        _loop.Pump();
        Assert.That(async () => await task, Throws.InstanceOf<FormatException>());
        Assert.That(_loop.Faults, Is.Zero);
    }

    [Test]
    public void RunAsync_ProcedureThatIsCanceled_CancelsItsTask()
    {
        var task = _loop.RunAsync<int>(() => throw new OperationCanceledException());
        _loop.Pump();
        Assert.That(task.IsCanceled, Is.True);
    }

    [Test]
    public void Dispose_WithQueuedWork_RunsItAndItsContinuations()
    {
        var task = _loop.RunAsync(async () =>
        {
            await Task.Yield();
            return 5;
        });
        _loop.Dispose();
        Assert.That(task.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void Dispose_WithACallThatNeverEnds_FailsTheCall()
    {
        var task = _loop.RunAsync(() => new TaskCompletionSource<int>().Task);
        _loop.Pump();
        _loop.Dispose();
        Assert.That(async () => await task, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Post_AfterDispose_IsRefused()
    {
        _loop.Dispose();
        _loop.Dispose();
        Assert.That(_loop.Post((_, _) => { }), Is.False);
        Assert.That(_loop.PostFromOutside((_, _) => { }), Is.False);
        Assert.That(async () => await _loop.InvokeAsync(() => 1), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Dispose_WithATimerThatReArms_Ends()
    {
        LoopTimer timer = null!;
        timer = _loop.Timers.Create(() => timer.Arm(TimeSpan.Zero));
        timer.Arm(TimeSpan.Zero);
        _loop.Dispose();
        Assert.That(_loop.Pump(), Is.False);
    }

    [Test]
    public void Dispose_FromAWorkItem_EndsAfterTheBatch()
    {
        var ran = false;
        _loop.Post((_, _) => _loop.Dispose());
        _loop.Post((_, _) => ran = true);
        _loop.Pump();
        _loop.Pump();
        Assert.That(ran, Is.True);
        Assert.That(_loop.Post((_, _) => { }), Is.False);
    }

    [Test]
    public void Pump_FromWithin_IsTheCallersMistake()
    {
        Exception? caught = null;
        _loop.Post((_, _) => caught = Assert.Catch(() => _loop.Pump()));
        _loop.Pump();
        Assert.That(caught, Is.InstanceOf<InvalidOperationException>());
        Assert.That(_loop.Pump(), Is.False, "the loop can be pumped again");
    }

    [Test]
    public void Pump_AnotherLoopFromAWorkItem_RestoresTheFirst()
    {
        using var other = new EventLoop(_time);
        var here = false;
        other.Post((_, _) => { });
        _loop.Post((_, _) =>
        {
            other.Pump();
            here = _loop.IsCurrent && SynchronizationContext.Current is not null;
        });
        _loop.Pump();
        Assert.That(here, Is.True);
    }

    private void PostBatch()
    {
        for (var i = 0; i < 16; i++)
        {
            _loop.PostFromOutside(static (_, _) => { }, this, _time);
            _loop.Post(static (_, _) => { }, this);
        }

        _loop.Pump();
    }
}
