using HostStack.Hci.Loop;

namespace HostStack.Hci.Tests.Loop;

/// <summary>The loop on a thread of its own. Every wait is for an event, with a limit that only a fault reaches.</summary>
[TestFixture]
public sealed class ThreadedLoopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Post_FromManyThreads_RunsEveryItemOnTheLoop()
    {
        using var loop = new EventLoop(inboxCapacity: 4);
        loop.Start();
        var count = 0;
        var elsewhere = 0;
        var producers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                loop.PostFromOutside((_, _) =>
                {
                    count++;
                    elsewhere += loop.IsCurrent ? 0 : 1;
                });
            }
        })).ToArray();

        await Task.WhenAll(producers).WaitAsync(Limit);
        var total = await loop.InvokeAsync(() => count).WaitAsync(Limit);
        Assert.That((total, elsewhere), Is.EqualTo((8_000, 0)));
    }

    [Test]
    public async Task PostFromOutside_FullInbox_WaitsForRoom()
    {
        using var loop = new EventLoop(inboxCapacity: 2);
        using var release = new ManualResetEventSlim();
        using var busy = new ManualResetEventSlim();
        loop.Start();
        loop.PostFromOutside((_, _) =>
        {
            busy.Set();
            release.Wait(Limit);
        });
        Assert.That(busy.Wait(Limit), Is.True);
        loop.PostFromOutside((_, _) => { });
        loop.PostFromOutside((_, _) => { });
        var third = Task.Run(() => loop.PostFromOutside((_, _) => { }));

        Assert.That(third.IsCompleted, Is.False);
        release.Set();
        Assert.That(await third.WaitAsync(Limit), Is.True);
    }

    [Test]
    public async Task PostFromOutside_OnTheLoopItself_NeverWaits()
    {
        using var loop = new EventLoop(inboxCapacity: 1);
        loop.Start();
        var posted = await loop.InvokeAsync(() =>
        {
            var taken = 0;
            for (var i = 0; i < 10; i++)
            {
                taken += loop.PostFromOutside((_, _) => { }) ? 1 : 0;
            }

            return taken;
        }).WaitAsync(Limit);
        Assert.That(posted, Is.EqualTo(10));
    }

    [Test]
    public async Task Post_ToASleepingLoop_WakesIt()
    {
        using var loop = new EventLoop();
        loop.Start();
        for (var i = 0; i < 2_000; i++)
        {
            // Each call finds the loop asleep or about to be: a lost wake-up would reach the limit.
            Assert.That(await loop.InvokeAsync(() => i).WaitAsync(Limit), Is.EqualTo(i));
        }
    }

    [Test]
    public async Task Timer_OnItsThread_Fires()
    {
        using var loop = new EventLoop();
        loop.Start();
        var onLoop = await loop.RunAsync(async () =>
        {
            await loop.Timers.DelayAsync(TimeSpan.FromMilliseconds(1));
            return loop.IsCurrent;
        }).WaitAsync(Limit);
        Assert.That(onLoop, Is.True);
    }

    [Test]
    public async Task Dispose_WithAWaitingProducer_LetsItGo()
    {
        var loop = new EventLoop(inboxCapacity: 1);
        using var release = new ManualResetEventSlim();
        using var busy = new ManualResetEventSlim();
        loop.Start();
        loop.PostFromOutside((_, _) =>
        {
            busy.Set();
            release.Wait(Limit);
        });
        Assert.That(busy.Wait(Limit), Is.True);
        loop.PostFromOutside((_, _) => { });
        var producer = Task.Run(() => loop.PostFromOutside((_, _) => { }));
        var ending = Task.Run(loop.Dispose);

        release.Set();
        await producer.WaitAsync(Limit);
        await ending.WaitAsync(Limit);
        Assert.That(loop.Post((_, _) => { }), Is.False);
    }

    [Test]
    public async Task Dispose_FromTheLoop_EndsTheThread()
    {
        var loop = new EventLoop();
        loop.Start();
        await loop.InvokeAsync(() =>
        {
            loop.Dispose();
            return 0;
        }).WaitAsync(Limit);
        await Task.Run(loop.Dispose).WaitAsync(Limit);
        Assert.That(loop.Post((_, _) => { }), Is.False);
    }

    [Test]
    public async Task Dispose_WithACallThatNeverEnds_FailsTheCall()
    {
        var loop = new EventLoop();
        loop.Start();
        var never = loop.RunAsync(() => new TaskCompletionSource<int>().Task);
        await loop.InvokeAsync(() => 0).WaitAsync(Limit);
        await Task.Run(loop.Dispose).WaitAsync(Limit);
        Assert.That(async () => await never.WaitAsync(Limit), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Start_Twice_IsTheCallersMistake()
    {
        using var loop = new EventLoop();
        loop.Start();
        Assert.That(loop.Start, Throws.InvalidOperationException);
        Assert.That(() => loop.Pump(), Throws.InvalidOperationException);
    }
}
