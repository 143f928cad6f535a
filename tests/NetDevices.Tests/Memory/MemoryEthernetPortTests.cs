using HostStack.Ethernet;
using HostStack.NetDevices.Memory;

namespace HostStack.NetDevices.Tests.Memory;

[TestFixture]
public sealed class MemoryEthernetPortTests
{
    private static readonly MacAddress Own = new(0x02_00_00_00_00_01);
    private static readonly MacAddress Peer = new(0x02_00_00_00_00_02);

    private RecordingSink _sink = null!;
    private RecordingUser _user = null!;
    private MemoryEthernetPort _port = null!;

    [SetUp]
    public void SetUp()
    {
        _sink = new RecordingSink();
        _user = new RecordingUser();
        _port = new MemoryEthernetPort("memory", Own, mtu: 100, queueLength: 3);
        _port.Attach(_user);
        _port.Start(_sink);
        _port.SetCarrier(true);
    }

    [TearDown]
    public async Task TearDown() => await _port.DisposeAsync();

    [Test]
    public void Frames_BothWays_AreDeliveredInTheCall()
    {
        Assert.That(_port.Send(Frame(1)), Is.True);
        Assert.That(_port.Transmit(Frame(2)), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(_user.Frames, Is.EqualTo(new[] { 1 }));
            Assert.That(Numbers(), Is.EqualTo(new[] { 2 }));
            Assert.That(_port.Received, Is.EqualTo(1));
            Assert.That(_port.Transmitted, Is.EqualTo(1));
            Assert.That(_port.Dropped, Is.Zero);
        });
    }

    [Test]
    public void Transmit_NetworkThrows_LosesTheFrameAndNotThePort()
    {
        _sink.OnFrame = () => throw new InvalidOperationException("a fault of the network");
        Assert.That(() => _port.Transmit(Frame(1)), Throws.InvalidOperationException);
        _sink.OnFrame = null;

        Assert.That(_port.Transmit(Frame(2)), Is.True);
        Assert.That(Numbers(), Is.EqualTo(new[] { 2 }));
        Assert.That((_port.Dropped, _port.Queued), Is.EqualTo((1, 0)));
    }

    [Test]
    public void Transmit_NetworkGoesWhileItRefuses_KeepsNothingForTheNext()
    {
        _sink.Accepts = false;
        _sink.OnFrame = () => _port.SetCarrier(false);
        _port.Transmit(Frame(1));
        _sink.OnFrame = null;
        _sink.Accepts = true;
        _port.SetCarrier(true);

        Assert.That(_port.Transmit(Frame(2)), Is.True);
        Assert.That(Numbers(), Is.EqualTo(new[] { 2 }), "the port is neither paused nor behind");
        Assert.That(_port.Dropped, Is.EqualTo(1));
    }

    [Test]
    public void Stop_WhilePaused_DropsWhatWaits_AndThePortServesAnother()
    {
        _sink.Accepts = false;
        Assert.That(_port.Transmit(Frame(1)), Is.True);
        _port.Stop();
        _port.Stop();
        Assert.That((_port.Queued, _port.Transmit(Frame(2))), Is.EqualTo((0, false)));

        var other = new RecordingSink();
        _port.Start(other);
        Assert.That(() => _port.Start(_sink), Throws.InvalidOperationException.With.Message.Contains("make one port for each"));
        Assert.That(_port.Transmit(Frame(3)), Is.True);
        Assert.That(other.Taken, Has.Count.EqualTo(1));
        Assert.That(_sink.Offered, Is.EqualTo(1), "the former user hears nothing more");
    }

    [Test]
    public void Stop_FromWithinADelivery_EndsIt([Values] bool accepts)
    {
        _sink.Accepts = accepts;
        _sink.OnFrame = () => _port.Stop();
        Assert.That(_port.Transmit(Frame(1)), Is.True);
        Assert.That(_port.Queued, Is.Zero);

        var other = new RecordingSink();
        _port.Start(other);
        Assert.That(_port.Transmit(Frame(2)), Is.True);
        Assert.That(other.Taken, Has.Count.EqualTo(1));
    }

    [Test]
    public void Transmit_WhilePaused_KeepsTheOfferedFrameAndTheOrder()
    {
        _sink.Accepts = false;
        Assert.That(_port.Transmit(Frame(1)), Is.True);
        Assert.That(_port.Transmit(Frame(2)), Is.True);
        Assert.That(_sink.Offered, Is.EqualTo(1));
        _sink.Accepts = true;
        Assert.That(_port.Transmit(Frame(3)), Is.True);
        Assert.That(Numbers(), Is.Empty);
        _port.Resume();
        Assert.That(Numbers(), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(_port.Queued, Is.Zero);
        _port.Resume();
        Assert.That(_port.Transmit(Frame(4)), Is.True);
        Assert.That(Numbers(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void Transmit_BeyondTheQueue_IsDroppedAndCounted()
    {
        _sink.Accepts = false;
        for (var i = 1; i <= 3; i++)
        {
            Assert.That(_port.Transmit(Frame(i)), Is.True);
        }

        Assert.That(_port.Transmit(Frame(4)), Is.False);
        Assert.That(_port.Dropped, Is.EqualTo(1));
        _sink.Accepts = true;
        _port.Resume();
        Assert.That(Numbers(), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public void Resume_ThatStillRefuses_PausesAgainWithoutLoss()
    {
        _sink.Accepts = false;
        _port.Transmit(Frame(1));
        _port.Transmit(Frame(2));
        _port.Resume();
        _port.Resume();
        Assert.That(_sink.Offered, Is.EqualTo(3));
        Assert.That(_port.Queued, Is.EqualTo(2));
        _sink.Accepts = true;
        _port.Resume();
        Assert.That(Numbers(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void Resume_WhileTheFrameIsBeingRefused_IsNotLost()
    {
        // The network runs out of room, and gets it back on another thread before its refusal has come home.
        _sink.Accepts = false;
        _sink.OnFrame = () =>
        {
            if (_sink.Offered == 1)
            {
                _port.Resume();
            }
            else
            {
                _sink.Accepts = true;
            }
        };
        _port.Transmit(Frame(1));
        Assert.That(Numbers(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Transmit_FromWithinADelivery_WaitsItsTurn()
    {
        var depth = 0;
        var deepest = 0;
        _sink.OnFrame = () =>
        {
            depth++;
            deepest = Math.Max(deepest, depth);
            if (_sink.Offered < 3)
            {
                _port.Transmit(Frame(10 + _sink.Offered));
            }

            depth--;
        };
        _port.Transmit(Frame(1));
        Assert.That(Numbers(), Is.EqualTo(new[] { 1, 11, 12 }));
        Assert.That(deepest, Is.EqualTo(1));
    }

    [Test]
    public void Carrier_Down_DropsWhatWaitsAndWhatComes()
    {
        _sink.Accepts = false;
        _port.Transmit(Frame(1));
        _port.SetCarrier(false);
        Assert.That(_port.Transmit(Frame(2)), Is.False);
        Assert.That(_port.Dropped, Is.EqualTo(2));
        _sink.Accepts = true;
        _port.SetCarrier(true);
        _port.Resume();
        Assert.That(_port.Transmit(Frame(3)), Is.True);
        Assert.That(Numbers(), Is.EqualTo(new[] { 3 }));
        Assert.That(_user.Carrier, Is.EqualTo(new[] { true, false, true }));
    }

    [Test]
    public void Frames_LongerThanTheMtu_AreDropped()
    {
        Assert.That(_port.Send(new EthernetFrame(Own, Peer, EtherType.IPv4, new byte[101])), Is.False);
        Assert.That(_port.Transmit(new EthernetFrame(Peer, Own, EtherType.IPv4, new byte[101])), Is.False);
        Assert.That(_port.Transmit(new EthernetFrame(Peer, Own, EtherType.IPv4, new byte[100])), Is.True);
        Assert.That(_port.Dropped, Is.EqualTo(2));
    }

    [Test]
    public async Task Frames_WithoutUserOrNetworkOrAfterTheEnd_AreDropped()
    {
        var lonely = new MemoryEthernetPort("lonely", Own);
        Assert.That(lonely.Send(Frame(1)), Is.False);
        lonely.SetCarrier(true);
        Assert.That(lonely.Transmit(Frame(1)), Is.False);
        Assert.That(lonely.Dropped, Is.EqualTo(2));
        await lonely.DisposeAsync();
        await lonely.DisposeAsync();
        await _port.DisposeAsync();
        Assert.That(_port.Send(Frame(1)), Is.False);
        Assert.That(_port.Transmit(Frame(1)), Is.False);
    }

    [Test]
    public void Port_UsedTwiceOrWithAGroupAddress_IsTheCallersMistake() =>
        Assert.Multiple(() =>
        {
            Assert.That(() => _port.Start(new RecordingSink()), Throws.InvalidOperationException);
            Assert.That(() => _port.Attach(new RecordingUser()), Throws.InvalidOperationException);
            Assert.That(() => new MemoryEthernetPort("x", MacAddress.Broadcast), Throws.ArgumentException);
        });

    [Test]
    public void Attach_WithTheNetworkThere_SaysSo()
    {
        var port = new MemoryEthernetPort("late", Own);
        port.SetCarrier(true);
        var user = new RecordingUser();
        port.Attach(user);
        Assert.That(user.Carrier, Is.EqualTo(new[] { true }));
    }

    [Test]
    public void Frames_BothWays_AllocateNothing()
    {
        var port = new MemoryEthernetPort("quiet", Own);
        port.Attach(new QuietEnds());
        port.Start(new QuietEnds());
        port.SetCarrier(true);
        var payload = new byte[1500];
        Exchange(port, payload);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Exchange(port, payload);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(port.Transmitted, Is.EqualTo(101));
    }

    private static void Exchange(MemoryEthernetPort port, byte[] payload)
    {
        port.Send(new EthernetFrame(Own, Peer, EtherType.IPv4, payload));
        port.Transmit(new EthernetFrame(Peer, Own, EtherType.IPv4, payload));
    }

    private static EthernetFrame Frame(int number) => new(Peer, Own, EtherType.IPv4, new[] { (byte)number });

    private IEnumerable<int> Numbers() => _sink.Taken.Select(frame => Convert.ToInt32(frame[^2..], 16));

    private sealed class QuietEnds : IEthernetPortSink, IMemoryPortUser
    {
        bool IEthernetPortSink.FrameReceived(in EthernetFrame frame) => true;

        void IMemoryPortUser.FrameReceived(in EthernetFrame frame)
        {
        }

        public void CarrierChanged(bool up)
        {
        }
    }

    private sealed class RecordingUser : IMemoryPortUser
    {
        public List<int> Frames { get; } = [];

        public List<bool> Carrier { get; } = [];

        public void FrameReceived(in EthernetFrame frame) => Frames.Add(frame.Payload[^1]);

        public void CarrierChanged(bool up) => Carrier.Add(up);
    }
}
