using HostStack.Ethernet;
using HostStack.NetDevices.Tap;
using HostStack.NetDevices.Windows;
using HostStack.NetDevices.Windows.Native;

namespace HostStack.NetDevices.Tests.Windows;

[TestFixture]
internal sealed class TapFramePumpTests
{
    private const int LongestFrame = 1518;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Frames_OfTheMachine_ReachTheNetworkInOrder()
    {
        await using var rig = new Rig();
        var sink = rig.Attach();
        for (byte i = 1; i <= 50; i++)
        {
            rig.Device.MachineSends(Frame(i));
        }

        rig.Device.Steps.Until(() => rig.Pump.Delivered == 50, "fifty frames");
        Assert.That(sink.Taken, Is.EqualTo(Enumerable.Range(1, 50)));
        Assert.That(rig.Pump.TryAttach(new Sink()), Is.False, "one network at a time");
    }

    [Test]
    public async Task Pause_Frame_IsOfferedAgainAndTheDeviceIsNotRead()
    {
        await using var rig = new Rig();
        var sink = rig.Attach();
        sink.Accepts = false;
        rig.Device.MachineSends(Frame(1));
        rig.Device.MachineSends(Frame(2));
        rig.Device.Steps.Until(() => rig.Pump.Pauses == 1, "the pause");
        rig.Pump.Resume();
        rig.Device.Steps.Until(() => rig.Pump.Pauses == 2, "the frame to be offered again");
        Assert.That(rig.Device.Waiting, Is.EqualTo(1));
        sink.Accepts = true;
        rig.Pump.Resume();
        rig.Device.Steps.Until(() => rig.Pump.Delivered == 2, "both frames");
        Assert.That(sink.Taken, Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Pause_ResumedWithinTheOffer_IsNotLost()
    {
        await using var rig = new Rig();
        var sink = rig.Attach();
        sink.Accepts = false;
        sink.OnOffer = () =>
        {
            // The first offer is refused, but the network has room before the refusal is out.
            sink.OnOffer = null;
            rig.Pump.Resume();
            sink.AcceptsNext = true;
        };
        rig.Device.MachineSends(Frame(1));
        rig.Device.Steps.Until(() => rig.Pump.Delivered == 1, "the frame");
        Assert.That(rig.Pump.Pauses, Is.EqualTo(1));
    }

    [Test]
    public async Task Detach_FrameThatWaits_IsNotTheNextNetworks()
    {
        await using var rig = new Rig();
        var first = rig.Attach();
        first.Accepts = false;
        rig.Device.MachineSends(Frame(1));
        rig.Device.Steps.Until(() => rig.Pump.Pauses == 1, "the pause");
        rig.Pump.Detach();
        rig.Device.Steps.Until(() => rig.Pump.Dropped == 1, "the frame to be dropped");
        rig.Device.MachineSends(Frame(2));
        rig.Device.Steps.Until(() => rig.Pump.Dropped == 2, "a frame for nobody");
        var second = rig.Attach();
        rig.Device.MachineSends(Frame(3));
        rig.Device.Steps.Until(() => rig.Pump.Delivered == 1, "the next network's frame");
        Assert.That(second.Taken, Is.EqualTo(new[] { 3 }));
        Assert.That(first.Taken, Is.Empty);
    }

    [Test]
    public async Task Detach_WhileAFrameIsRead_IsNotTheNextNetworks()
    {
        await using var rig = new Rig();
        var first = rig.Attach();
        var second = rig.ReplaceAtTheNextRead();
        rig.Device.MachineSends(Frame(1));
        rig.Device.MachineSends(Frame(2));
        rig.Device.Steps.Until(() => rig.Pump.Delivered == 1, "the next network's frame");
        Assert.That(second.Taken, Is.EqualTo(new[] { 2 }));
        Assert.That((first.Taken, rig.Pump.Dropped), Is.EqualTo((Array.Empty<int>(), 1)));
    }

    [Test]
    public async Task Detach_WithoutNetwork_DropsNothing()
    {
        await using var rig = new Rig();
        rig.Attach();
        rig.Pump.Detach();
        var second = rig.ReplaceAtTheNextRead();
        rig.Device.MachineSends(Frame(1));
        rig.Device.Steps.Until(() => rig.Pump.Delivered == 1, "the frame");
        Assert.That(second.Taken, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Frames_ThatAreNone_AreDropped()
    {
        await using var rig = new Rig();
        rig.Attach();
        rig.Device.MachineSends(new byte[13]);
        rig.Device.MachineSends(new byte[LongestFrame + 1]);
        rig.Device.MachineSends(new byte[LongestFrame]);
        rig.Device.Steps.Until(() => rig.Pump.Delivered == 1, "the longest frame");
        Assert.That(rig.Pump.Dropped, Is.EqualTo(2));
    }

    [Test]
    public async Task Network_ThatThrows_LosesOneFrame()
    {
        await using var rig = new Rig();
        var sink = rig.Attach();
        sink.OnOffer = () =>
        {
            sink.OnOffer = null;
            throw new InvalidOperationException("a network that fails");
        };
        rig.Device.MachineSends(Frame(1));
        rig.Device.MachineSends(Frame(2));
        rig.Device.Steps.Until(() => rig.Pump.Delivered == 1, "the second frame");
        Assert.That(rig.Failures, Is.EqualTo(1));
        Assert.That(rig.Pump.Dropped, Is.EqualTo(1));
    }

    [Test]
    public async Task Cable_PulledAndPlugged_ReadsOn()
    {
        await using var rig = new Rig();
        rig.Attach();
        rig.SetMedia(false);
        rig.Device.MachineSends(Frame(1));
        rig.SetMedia(true);
        rig.Pump.Flush();
        rig.Device.Steps.Until(() => rig.Device.Reads == 1, "the frame to be read");
    }

    [Test]
    public async Task Adapter_Removed_IsToldOnceAndEnds()
    {
        await using var rig = new Rig();
        rig.Attach();
        rig.Device.Remove();
        rig.Device.Steps.Until(() => rig.Losses > 0, "the loss to be told");
        await rig.Pump.EndAsync().WaitAsync(Limit);
        Assert.That(rig.Losses, Is.EqualTo(1));
    }

    [Test]
    public async Task End_WhileReadingOrPaused_NeverHangs([Values] bool paused)
    {
        var rig = new Rig();
        var sink = rig.Attach();
        if (paused)
        {
            sink.Accepts = false;
            rig.Device.MachineSends(Frame(1));
            rig.Device.Steps.Until(() => rig.Pump.Pauses == 1, "the pause");
        }

        await rig.Pump.EndAsync().WaitAsync(Limit);
        await rig.Pump.EndAsync().WaitAsync(Limit);
        Assert.That(rig.Losses, Is.Zero);
        Assert.That(sink.Taken, Is.Empty);
    }

    [Test]
    public async Task Frames_SteadyState_AllocateNothing()
    {
        const int WarmUp = 100;
        const int Frames = 1000;
        await using var rig = new Rig();
        var sink = new MeasuringSink(WarmUp, Frames);
        var frame = Frame(1);
        rig.SetMedia(false);
        rig.Pump.Flush();
        for (var i = 0; i < WarmUp + Frames; i++)
        {
            rig.Device.MachineSends(frame);
        }

        // All are there before the first is read: the threads do not meet at the fake's lock.
        rig.Pump.TryAttach(sink);
        rig.SetMedia(true);
        rig.Pump.Resume();
        Assert.That(await sink.Allocated.Task.WaitAsync(Limit), Is.Zero);
    }

    private static byte[] Frame(byte number)
    {
        var octets = new byte[60];
        octets[12] = 8;
        octets[14] = number;
        return octets;
    }

    private sealed class Rig : ITapPumpUser, IAsyncDisposable
    {
        public Rig()
        {
            Pump = new TapFramePump(Device, LongestFrame, this);
            SetMedia(true);
            Pump.Begin("test");
        }

        public FakeTapDevice Device { get; } = new();

        public TapFramePump Pump { get; }

        public int Failures { get; private set; }

        public int Losses { get; private set; }

        public Sink Attach()
        {
            var sink = new Sink();
            Assert.That(Pump.TryAttach(sink), Is.True);
            return sink;
        }

        /// <summary>Another network takes the place of the one that is there, when the next frame is read and not yet offered.</summary>
        public Sink ReplaceAtTheNextRead()
        {
            var next = new Sink();
            Device.OnRead = () =>
            {
                Device.OnRead = null;
                Pump.Detach();
                Pump.TryAttach(next);
            };
            return next;
        }

        public void SetMedia(bool up) => Device.Control(TapControl.SetMediaStatus, [up ? (byte)1 : (byte)0, 0, 0, 0]);

        public void SinkFailed(Exception failure) => Failures++;

        public void DeviceLost(string reason)
        {
            Losses++;
            Device.Steps.Tell();
        }

        public async ValueTask DisposeAsync() => await Pump.EndAsync().WaitAsync(Limit);
    }

    private sealed class Sink : IEthernetPortSink
    {
        public volatile bool Accepts = true;

        public bool AcceptsNext { get; set; }

        public Action? OnOffer { get; set; }

        public List<int> Taken { get; } = [];

        public bool FrameReceived(in EthernetFrame frame)
        {
            var accepts = Accepts || AcceptsNext;
            OnOffer?.Invoke();
            if (accepts)
            {
                Taken.Add(frame.Payload[0]);
            }

            return accepts;
        }
    }

    private sealed class MeasuringSink(int warmUp, int frames) : IEthernetPortSink
    {
        private int _count;
        private long _before;

        public TaskCompletionSource<long> Allocated { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool FrameReceived(in EthernetFrame frame)
        {
            if (++_count == warmUp)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_count == warmUp + frames)
            {
                Allocated.SetResult(GC.GetAllocatedBytesForCurrentThread() - _before);
            }

            return true;
        }
    }
}
