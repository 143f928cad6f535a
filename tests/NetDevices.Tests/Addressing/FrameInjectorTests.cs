using HostStack.Ethernet;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Memory;
using HostStack.NetDevices.Tests.Memory;

namespace HostStack.NetDevices.Tests.Addressing;

[TestFixture]
public sealed class FrameInjectorTests
{
    private static readonly MacAddress Mac = new(0x00AA_0100_0042);
    private static readonly byte[] Own = Octets(0xAA);
    private MemoryEthernetPort _port = null!;
    private FrameInjector _injector = null!;
    private RecordingSink _sink = null!;
    private List<Exception> _failures = null!;

    [SetUp]
    public void SetUp()
    {
        _failures = [];
        _port = new MemoryEthernetPort("test", Mac);
        _injector = new FrameInjector(_port.Resume, _failures.Add);
        _sink = new RecordingSink();
        _port.Start(_injector);
        _port.SetCarrier(true);
        _injector.Connect(_sink);
    }

    [TearDown]
    public async Task TearDown() => await _port.DisposeAsync();

    [Test]
    public void Frames_OfBoth_ReachTheNetwork()
    {
        Transmit(1);
        _injector.Inject(Own);
        Transmit(2);
        Assert.That(_sink.Taken, Is.EqualTo(new[] { Hex(1), Hex(0xAA), Hex(2) }));
    }

    [Test]
    public void Own_RefusedByTheNetwork_WaitsForItsResume()
    {
        _sink.Accepts = false;
        _injector.Inject(Own);
        _injector.Inject(Octets(0xBB));
        Assert.That(_sink.Offered, Is.EqualTo(1), "not asked again while it is paused");
        _sink.Accepts = true;
        _injector.Resume();
        Assert.That(_sink.Taken, Is.EqualTo(new[] { Hex(0xAA), Hex(0xBB) }));
    }

    [Test]
    public void Machine_RefusedByTheNetwork_WaitsForItsResume()
    {
        _sink.Accepts = false;
        Transmit(1);
        _sink.Accepts = true;
        Assert.That(_sink.Taken, Is.Empty);
        _injector.Resume();
        Assert.That(_sink.Taken, Is.EqualTo(new[] { Hex(1) }));
    }

    [Test]
    public void Own_FromWithinTheNetwork_ComesAfterTheCall()
    {
        var inside = 0;
        _sink.OnFrame = () =>
        {
            Assert.That(++inside, Is.EqualTo(1), "a call within a call");
            if (_sink.Offered == 1)
            {
                _injector.Inject(Own);
            }

            inside--;
        };
        Transmit(1);
        Assert.That(_sink.Taken, Is.EqualTo(new[] { Hex(1), Hex(0xAA) }));
    }

    [Test]
    public void Machine_FromWithinTheNetwork_ComesAfterTheCall()
    {
        var inside = 0;
        _sink.OnFrame = () =>
        {
            Assert.That(++inside, Is.EqualTo(1), "a call within a call");
            if (_sink.Offered == 1)
            {
                Transmit(2);
            }

            inside--;
        };
        _injector.Inject(Own);
        Assert.That(_sink.Taken, Is.EqualTo(new[] { Hex(0xAA), Hex(2) }));
    }

    [Test]
    public void Own_ResumedWhileItIsRefused_IsOfferedAgain()
    {
        _sink.Accepts = false;
        _sink.OnFrame = () =>
        {
            if (_sink.Offered == 1)
            {
                _injector.Resume();
            }
            else
            {
                _sink.Accepts = true;
            }
        };
        _injector.Inject(Own);
        Assert.That(_sink.Taken, Is.EqualTo(new[] { Hex(0xAA) }));
    }

    [Test]
    public void Own_BeyondTheBound_IsDropped()
    {
        _sink.Accepts = false;
        for (var i = 0; i <= FrameInjector.Capacity; i++)
        {
            _injector.Inject(Own);
        }

        Assert.That(_injector.Dropped, Is.EqualTo(1));
        _injector.Discard();
        Assert.That(_injector.Dropped, Is.EqualTo(1 + FrameInjector.Capacity));
        _sink.Accepts = true;
        _injector.Resume();
        Assert.That(_sink.Taken, Is.Empty);
    }

    [Test]
    public void Own_ThatTheNetworkThrowsAt_IsLostOnceAndTheNextOneGoes()
    {
        var fault = new InvalidOperationException("a network that fails");
        _sink.OnFrame = () => throw fault;
        Assert.That(() => _injector.Inject(Own), Throws.Nothing);
        _sink.OnFrame = null;
        _injector.Inject(Octets(0xBB));
        Transmit(1);
        Assert.That(_sink.Taken, Is.EqualTo(new[] { Hex(0xBB), Hex(1) }));
        Assert.That((_failures, _injector.Dropped), Is.EqualTo((new[] { fault }, 1)));
    }

    [Test]
    public void Machine_ThatTheNetworkThrowsAt_IsThePortsToLose()
    {
        _sink.OnFrame = () => throw new InvalidOperationException("a network that fails");
        Assert.That(() => Transmit(1), Throws.InvalidOperationException);
        _sink.OnFrame = null;
        _injector.Inject(Own);
        Transmit(2);
        Assert.That(_sink.Taken, Is.EqualTo(new[] { Hex(0xAA), Hex(2) }), "nothing stays locked");
        Assert.That(_failures, Is.Empty);
    }

    [Test]
    public void Own_WithoutNetwork_IsDropped()
    {
        _injector.Connect(null);
        _injector.Inject(Own);
        Assert.That(_injector.Dropped, Is.EqualTo(1));
    }

    [Test]
    public void Threads_OfBothSides_NeverMeetInTheNetworkAndLoseNothing()
    {
        const int Frames = 3000;
        var sink = new CountingSink(_injector);
        _injector.Connect(sink);
        var machine = new Thread(() =>
        {
            for (var i = 0; i < Frames; i++)
            {
                Transmit((byte)(i & 0x7F));
                while (_port.Queued > 0)
                {
                    Thread.Yield();
                }
            }
        });
        machine.Start();
        for (var i = 0; i < Frames; i++)
        {
            _injector.Inject(Own);
            while (sink.Own <= i)
            {
                Thread.Yield();
            }
        }

        Assert.That(machine.Join(TimeSpan.FromSeconds(30)), Is.True, "a frame of the machine is stuck");
        Assert.That((sink.Own, sink.Machine, sink.Meetings), Is.EqualTo((Frames, Frames, 0)));
        Assert.That((_injector.Dropped, _port.Dropped), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Machine_PassingThrough_AllocatesNothing()
    {
        var sink = new CountingSink(_injector);
        _injector.Connect(sink);
        var payload = new byte[1500];
        var frame = new EthernetFrame(MacAddress.Broadcast, Mac, EtherType.IPv4, payload);
        _injector.FrameReceived(frame);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _injector.FrameReceived(frame);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(sink.Machine, Is.EqualTo(101));
    }

    private static byte[] Octets(byte mark) => Convert.FromHexString(Hex(mark));

    private static string Hex(byte mark) => $"FFFFFFFFFFFF00AA010000420800{mark:X2}";

    private void Transmit(byte mark)
    {
        byte[] payload = [mark];
        _port.Transmit(new EthernetFrame(MacAddress.Broadcast, Mac, EtherType.IPv4, payload));
    }

    // Refuses each seventh frame once, and resumes at once from another thread's view.
    private sealed class CountingSink(FrameInjector injector) : IEthernetPortSink
    {
        private int _inside;
        private int _offered;
        private int _own;

        public int Own => Volatile.Read(ref _own);

        public int Machine { get; private set; }

        public int Meetings { get; private set; }

        public bool FrameReceived(in EthernetFrame frame)
        {
            if (Interlocked.Exchange(ref _inside, 1) == 1)
            {
                Meetings++;
            }

            var taken = frame.Payload.Length > 1 || ++_offered % 7 != 0;
            if (taken && frame.Payload[0] == 0xAA)
            {
                Interlocked.Increment(ref _own);
            }
            else if (taken)
            {
                Machine++;
            }

            Interlocked.Exchange(ref _inside, 0);
            if (!taken)
            {
                injector.Resume();
            }

            return taken;
        }
    }
}
