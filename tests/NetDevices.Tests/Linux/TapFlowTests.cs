using HostStack.Ethernet;
using HostStack.NetDevices.Linux;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>Pauses, stops, ends and what they cost.</summary>
[TestFixture]
public sealed class TapFlowTests
{
    private const int QueueLength = 100;

    [Test]
    public async Task Pause_FramesThatTheQueueHolds_AllComeInOrderAfterResume()
    {
        await using var rig = new TapRig();
        var (port, source) = DatagramSource.Create(rig);
        using (source)
        {
            var sink = new CountingSink { Accepts = false };
            port.Start(sink);
            source.Send(QueueLength / 2);
            TapRig.Until(() => port.Counters.Pauses == 1, "a pause");
            Assert.That((sink.Offered, sink.Taken.IsEmpty), Is.EqualTo((1, true)), "one frame is offered, and waits");
            sink.Accepts = true;
            port.Resume();
            TapRig.Until(() => sink.Taken.Count == QueueLength / 2, "the frames that waited");
            Assert.That(sink.Taken, Is.EqualTo(Enumerable.Range(0, QueueLength / 2)));
            Assert.That(port.Counters.TransmitDrops, Is.Zero);
        }
    }

    [Test]
    public async Task Pause_MoreThanTheQueueHolds_TheKernelCountsTheRest()
    {
        const int sent = 5 * QueueLength;
        await using var rig = new TapRig();
        var (port, source) = DatagramSource.Create(rig);
        using (source)
        {
            var sink = new CountingSink { Accepts = false };
            port.Start(sink);
            source.Send(1);
            TapRig.Until(() => port.Counters.Pauses == 1, "a pause");
            source.Send(sent - 1);
            sink.Accepts = true;
            port.Resume();
            TapRig.Until(() => sink.Taken.Count + rig.TransmitDrops(port) >= sent, "every frame is taken or counted");
            var taken = sink.Taken.ToArray();
            Assert.That(taken, Has.Length.AtLeast(QueueLength).And.Length.LessThan(sent));
            Assert.That(taken[..QueueLength], Is.EqualTo(Enumerable.Range(0, QueueLength)), "what the queue holds is not lost");
            Assert.That(taken.Length + rig.TransmitDrops(port), Is.EqualTo(sent));
        }
    }

    [Test]
    public async Task Pause_ResumeWithinTheCall_IsNotLost()
    {
        await using var rig = new TapRig();
        var (port, source) = DatagramSource.Create(rig);
        using (source)
        {
            var refusals = 0;
            CountingSink sink = null!;
            sink = new CountingSink
            {
                OnFrame = () =>
                {
                    // The room comes back between the refusal and the pause.
                    sink.Accepts = refusals++ >= 3;
                    port.Resume();
                },
            };
            port.Start(sink);
            source.Send(10);
            TapRig.Until(() => sink.Taken.Count == 10, "all frames");
            Assert.That(sink.Taken, Is.EqualTo(Enumerable.Range(0, 10)));
        }
    }

    [Test]
    public async Task Stop_WhilePaused_TheNextNetworkGetsNoneOfThoseFrames()
    {
        await using var rig = new TapRig();
        var (port, source) = DatagramSource.Create(rig);
        using (source)
        {
            var first = new CountingSink { Accepts = false };
            port.Start(first);
            Assert.Throws<InvalidOperationException>(() => port.Start(first));
            source.Send(20);
            TapRig.Until(() => port.Counters.Pauses == 1, "a pause");
            port.Stop();
            port.Stop();
            TapRig.Until(() => port.Counters.TransmitDrops == 20, "what waited is dropped");
            var next = new CountingSink();
            port.Start(next);
            source.Send(5);
            TapRig.Until(() => next.Taken.Count == 5, "frames for the next network");
            Assert.That(next.Taken, Is.EqualTo(Enumerable.Range(20, 5)));
            Assert.That(first.Taken, Is.Empty);
        }
    }

    [Test]
    public async Task CarrierDown_WhilePaused_DropsWhatWaitsAndEndsThePause()
    {
        await using var rig = new TapRig();
        var (port, source) = DatagramSource.Create(rig);
        using (source)
        {
            var sink = new CountingSink { Accepts = false };
            port.Start(sink);
            source.Send(20);
            TapRig.Until(() => port.Counters.Pauses == 1, "a pause");
            port.SetCarrier(false);
            TapRig.Until(() => port.Counters.TransmitDrops == 20, "what waited is dropped");
            Assert.That(sink.Taken, Is.Empty);
        }
    }

    [Test]
    public async Task Sink_ThatThrows_LosesOneFrameAndNotThePort()
    {
        await using var rig = new TapRig();
        var (port, source) = DatagramSource.Create(rig);
        using (source)
        {
            var thrown = false;
            var sink = new CountingSink
            {
                OnFrame = () =>
                {
                    if (!thrown)
                    {
                        thrown = true;
                        throw new InvalidOperationException("a network that fails");
                    }
                },
            };
            port.Start(sink);
            source.Send(3);
            TapRig.Until(() => sink.Taken.Count == 2, "the other frames");
            Assert.That(port.Counters.TransmitDrops, Is.EqualTo(1));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Dispose_WhileTheNetworkHoldsTheThread_RemovesTheInterface(bool fromTheThread)
    {
        await using var rig = new TapRig();
        var (port, source) = DatagramSource.Create(rig);
        using (source)
        using (var sent = new ManualResetEventSlim())
        using (var held = new ManualResetEventSlim())
        using (var free = new ManualResetEventSlim())
        {
            var ended = Task.CompletedTask;
            port.Start(new CountingSink
            {
                OnFrame = () =>
                {
                    sent.Wait(); // Without its interface the sender has no way.
                    ended = fromTheThread ? port.DisposeAsync().AsTask() : ended;
                    held.Set();
                    free.Wait();
                },
            });
            source.Send(10);
            sent.Set();
            Assert.That(held.Wait(TimeSpan.FromSeconds(60)), Is.True, "a frame is delivered");
            await (fromTheThread ? ended : port.DisposeAsync().AsTask()).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.That(rig.IsThere(port), Is.False);
            free.Set();
        }
    }

    [Test]
    public async Task Dispose_WhilePausedOrIdle_Ends([Values] bool paused)
    {
        await using var rig = new TapRig();
        var (port, source) = DatagramSource.Create(rig);
        using (source)
        {
            var sink = new CountingSink { Accepts = !paused };
            port.Start(sink);
            source.Send(1);
            TapRig.Until(() => sink.Offered == 1, "the frame");
            await port.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            port.Stop();
            port.Resume();
            port.SetCarrier(false);
        }
    }

    [Test]
    public async Task Frames_BothWays_AllocateNothing()
    {
        const int warmUp = 200;
        const int measured = 2000;
        await using var rig = new TapRig();
        var (port, source) = DatagramSource.Create(rig, new TapOptions { QueueLength = warmUp + measured });
        using (source)
        {
            var sink = new AllocationSink(warmUp, warmUp + measured);
            port.Start(sink);
            source.Send(warmUp + measured);
            TapRig.Until(() => sink.IsComplete, "every frame");
            Assert.That(sink.Allocated, Is.Zero, "from the machine to the network");
            Assert.That(SendAll(port, warmUp, out _), Is.EqualTo(warmUp));
            Assert.That(SendAll(port, measured, out var allocated), Is.EqualTo(measured));
            Assert.That(allocated, Is.Zero, "from the network to the machine");
        }
    }

    private static int SendAll(LinuxTapPort port, int count, out long allocated)
    {
        Span<byte> payload = stackalloc byte[1000];
        var frame = new EthernetFrame(port.Address, new MacAddress(0x0200_0000_0002), new EtherType(0x88B5), payload);
        var taken = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < count; i++)
        {
            taken += port.Send(frame) ? 1 : 0;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return taken;
    }

    private sealed class AllocationSink(int from, int to) : IEthernetPortSink
    {
        private int _frames;
        private long _before;
        private long _allocated;

        public bool IsComplete => Volatile.Read(ref _frames) >= to;

        public long Allocated => Volatile.Read(ref _allocated);

        public bool FrameReceived(in EthernetFrame frame)
        {
            if (_frames + 1 == from)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_frames + 1 == to)
            {
                Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread() - _before);
            }

            Interlocked.Increment(ref _frames);
            return true;
        }
    }
}
