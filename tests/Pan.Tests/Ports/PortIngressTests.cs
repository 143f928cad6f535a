using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;
using HostStack.Pan.Ports;
using HostStack.Pan.Tests.Rig;
using HostStack.Testing;

namespace HostStack.Pan.Tests.Ports;

[TestFixture]
internal sealed class PortIngressTests
{
    private EventLoop _loop = null!;
    private RigPort _port = null!;
    private Sink _sink = null!;
    private PortIngress _ingress = null!;

    [SetUp]
    public void SetUp()
    {
        _loop = new EventLoop(new ManualTime());
        _port = new RigPort(new MacAddress(0x42));
        _sink = new Sink();
        _ingress = new PortIngress(_loop, _port, _sink);
        _ingress.Start();
    }

    [TearDown]
    public async Task TearDown()
    {
        _ingress.Close();
        Assert.That(_ingress.Outstanding, Is.Zero);
        await _port.DisposeAsync();
        _loop.Dispose();
    }

    [Test]
    public void Frame_FromAnotherThread_ArrivesOnTheLoop()
    {
        _port.Emit(MacAddress.Broadcast, [1, 2]);
        var before = _sink.Frames.Count;
        _loop.Pump();

        Assert.That((before, _sink.Frames.Count), Is.EqualTo((0, 1)));
        Assert.That(_sink.Frames[0], Is.EqualTo((byte[])[1, 2]));
    }

    [Test]
    public void Close_LetsThePortGo_Once()
    {
        _ingress.Close();
        _ingress.Close();

        Assert.That(_port.Stops, Is.EqualTo(1), "who has the port by then keeps it");
        Assert.That(() => _port.Start(_ingress), Throws.Nothing);
    }

    [Test]
    public void Frame_WhoseHandlingThrows_IsLostAlone()
    {
        _sink.Fault = new InvalidOperationException("a fault above");
        _port.Emit(MacAddress.Broadcast, [1]);
        _port.Emit(MacAddress.Broadcast, [2]);
        _loop.Pump();
        _sink.Fault = null;
        _loop.Pump();

        Assert.That(_loop.Faults, Is.EqualTo(1));
        Assert.That(_sink.Frames, Is.EqualTo(new byte[][] { [2] }), "what is behind it goes on without being asked");
        Assert.That(_ingress.Outstanding, Is.Zero);
    }

    [Test]
    public void Frame_OnTheLoop_IsHandledAtOnce()
    {
        _loop.Post((_, _) =>
        {
            _port.Emit(MacAddress.Broadcast, [1]);
            Assert.That(_sink.Frames, Has.Count.EqualTo(1));
        });
        _loop.Pump();

        Assert.That(_loop.Faults, Is.Zero);
    }

    [Test]
    public void Queue_Full_PausesThePort_AndResumesItWhenDrained()
    {
        var taken = 0;
        while (_port.Emit(MacAddress.Broadcast, [(byte)taken]))
        {
            taken++;
        }

        _loop.Pump();

        Assert.That(taken, Is.EqualTo(128));
        Assert.That(_sink.Frames, Has.Count.EqualTo(128));
        Assert.That(_port.Resumes, Is.EqualTo(1));
        Assert.That(_port.Emit(MacAddress.Broadcast, [0]), Is.True);
    }

    [Test]
    public void User_WithoutRoom_GetsTheSameFrameAgainFirst()
    {
        _sink.HasRoom = false;
        _port.Emit(MacAddress.Broadcast, [1]);
        _port.Emit(MacAddress.Broadcast, [2]);
        _loop.Pump();
        _sink.HasRoom = true;

        _loop.Post((_, _) => _ingress.Resume());
        _loop.Pump();

        Assert.That(_sink.Frames.Select(frame => frame[0]), Is.EqualTo((byte[])[1, 2]));
    }

    [Test]
    public void FrameBeyondTheMtu_IsDroppedAndCounted()
    {
        Assert.That(_port.Emit(MacAddress.Broadcast, new byte[1505]), Is.True);
        _loop.Pump();

        Assert.That((_ingress.Oversize, _sink.Frames.Count), Is.EqualTo((1L, 0)));
    }

    [Test]
    public void Closed_TakesAndDropsFrames()
    {
        _port.Emit(MacAddress.Broadcast, [1]);
        _ingress.Close();

        Assert.That(_port.Emit(MacAddress.Broadcast, [2]), Is.True);
        _loop.Pump();
        Assert.That(_sink.Frames, Is.Empty);
    }

    [Test]
    public void Frame_FromAnotherThread_GivesItsBufferAwayOnce()
    {
        PacketBuffer? kept = null;
        _sink.OnBuffer = buffer =>
        {
            kept = buffer!.Take();
            Assert.That(() => buffer.Take(), Throws.InvalidOperationException);
        };
        _port.Emit(MacAddress.Broadcast, [1, 2]);
        _loop.Pump();
        _sink.OnBuffer = null;
        _port.Emit(MacAddress.Broadcast, [3]);
        _loop.Pump();

        Assert.That(_loop.Faults, Is.Zero);
        Assert.That(_sink.Frames, Is.EqualTo(new byte[][] { [1, 2], [3] }));
        Assert.That(EthernetFrame.TryParse(kept!.Span, out var frame) ? frame.Payload.ToArray() : null, Is.EqualTo((byte[])[1, 2]));
        Assert.That((kept.Headroom, _ingress.Outstanding), Is.EqualTo((BnepSession.FrameHeadroom, 1)));
        kept.Release();
    }

    [Test]
    public void Frame_OnTheLoop_HasNoBufferToGive()
    {
        var asked = false;
        _sink.OnBuffer = buffer => asked = buffer is null;
        _loop.Post((_, _) => _port.Emit(MacAddress.Broadcast, [1]));
        _loop.Pump();

        Assert.That(asked, Is.True);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Frame_WhoseBufferWasTaken_IsNotReleasedAgain(bool faults)
    {
        _sink.OnBuffer = buffer =>
        {
            buffer!.Take().Release();
            _ingress.Close();
            _sink.Fault = faults ? new InvalidOperationException("a fault above") : null;
        };
        _port.Emit(MacAddress.Broadcast, [1]);
        _port.Emit(MacAddress.Broadcast, [2]);
        _loop.Pump();

        Assert.That(_loop.Faults, Is.EqualTo(faults ? 1 : 0));
        Assert.That(_ingress.Outstanding, Is.Zero);
    }

    [Test]
    public void FramesOnTheLoop_Steady_AllocateNothing()
    {
        _sink.Keep = false;
        var payload = new byte[1500];
        long allocated = -1;
        _loop.Post((_, _) =>
        {
            _port.Emit(MacAddress.Broadcast, payload);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                _port.Emit(MacAddress.Broadcast, payload);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        _loop.Pump();

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void FramesFromAnotherThread_Steady_AllocateNothing()
    {
        _sink.Keep = false;
        var payload = new byte[1500];
        for (var i = 0; i < 1000; i++)
        {
            _port.Emit(MacAddress.Broadcast, payload);
            _loop.Pump();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _port.Emit(MacAddress.Broadcast, payload);
            _loop.Pump();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private sealed class Sink : IPortFrameUser
    {
        public List<byte[]> Frames { get; } = [];

        public bool HasRoom { get; set; } = true;

        public bool Keep { get; set; } = true;

        public Exception? Fault { get; set; }

        public Action<IFrameBuffer?>? OnBuffer { get; set; }

        public bool FrameFromPort(in EthernetFrame frame, IFrameBuffer? buffer)
        {
            OnBuffer?.Invoke(buffer);
            if (Fault is { } fault)
            {
                throw fault;
            }

            if (HasRoom && Keep)
            {
                Frames.Add(frame.Payload.ToArray());
            }

            return HasRoom;
        }
    }
}
