using System.Collections.Concurrent;
using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Shim;
using HostStack.Testing;
using HostStack.VirtualController.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.NetDevices.Tests.Shim;

/// <summary>The port around the shim, on a device in memory whose thread is the port's own.</summary>
[TestFixture]
public sealed class PacketPortTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DuplicatesTell = TimeSpan.FromSeconds(5);
    private static readonly byte[] Multicast = ShimRig.Packet("10.0.0.2", "224.0.0.251");
    private Steps _steps = null!;
    private FakeDevice _device = null!;
    private VirtualTime _time = null!;
    private FakePort _port = null!;
    private Network _network = null!;

    [SetUp]
    public void SetUp()
    {
        _steps = new Steps();
        _device = new FakeDevice(_steps);
        _time = new VirtualTime();
        _port = new FakePort(_device, _time);
        _network = new Network(_steps);
        _port.Start(_network);
        _port.SetCarrier(true);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _port.DisposeAsync();
        _device.Dispose();
    }

    [Test]
    public void Packet_OfTheMachine_BecomesAFrame()
    {
        _device.Transmit(Multicast);
        Assert.That(_network.Next(), Is.EqualTo("01005E0000FB" + "00AA01000042" + "0800" + Convert.ToHexString(Multicast)));
    }

    [Test]
    public void Frame_OfTheNetwork_BecomesAPacket()
    {
        var packet = ShimRig.Packet("10.0.0.1", "10.0.0.2");
        byte[] padded = [.. packet, .. new byte[14]];
        Assert.That(_port.Send(new EthernetFrame(ShimRig.Mac, ShimRig.PeerMac, EtherType.IPv4, padded)), Is.True);
        Assert.That(_device.Written, Is.EqualTo(new[] { Convert.ToHexString(packet) }));
        _device.IsFull = true;
        Assert.That(_port.Send(new EthernetFrame(ShimRig.Mac, ShimRig.PeerMac, EtherType.IPv4, padded)), Is.False);
        Assert.That(_port.Dropped, Is.EqualTo(1));
    }

    [Test]
    public void Packet_RefusedByTheNetwork_IsOfferedAgainAfterItsResume()
    {
        _network.Accepts = false;
        _device.Transmit(Multicast);
        _device.Transmit(ShimRig.Packet("10.0.0.2", "255.255.255.255"));
        _network.WaitForOffers(1);
        _network.Accepts = true;
        Assert.That(_network.Offers, Is.EqualTo(1), "not asked again while it is paused");
        _port.Resume();
        Assert.That(_network.Next(), Does.StartWith("01005E0000FB"));
        Assert.That(_network.Next(), Does.StartWith("FFFFFFFFFFFF"));
    }

    [Test]
    public void Packet_ThatTheNetworkThrowsAt_IsLostAndNotThePort()
    {
        _network.Throws = true;
        _device.Transmit(Multicast);
        _steps.Until(() => _port.Dropped == 1, "the packet is lost");
        _network.Throws = false;
        _device.Transmit(ShimRig.Packet("10.0.0.2", "255.255.255.255"));
        Assert.That(_network.Next(), Does.StartWith("FFFFFFFFFFFF"), "the thread goes on");
    }

    [Test]
    public void Subscriber_ThatThrows_TakesNothingFromTheOthers()
    {
        var told = new List<bool>();
        _port.CarrierChanged += static _ => throw new InvalidOperationException("a subscriber that fails");
        _port.CarrierChanged += told.Add;
        Assert.That(() => _port.SetCarrier(false), Throws.Nothing);
        Assert.That(told, Is.EqualTo(new[] { false }));
    }

    [Test]
    public void Packet_OfAPausedNetworkThatGoes_IsDropped()
    {
        _network.Accepts = false;
        _device.Transmit(Multicast);
        _network.WaitForOffers(1);
        _port.SetCarrier(false);
        _steps.Until(() => _port.Dropped == 1, "the packet is dropped");
        _device.Transmit(Multicast);
        _steps.Until(() => _port.Dropped == 2, "one without a network is dropped");
        _network.Accepts = true;
        _port.SetCarrier(true);
        _device.Transmit(ShimRig.Packet("10.0.0.2", "255.255.255.255"));
        Assert.That(_network.Next(), Does.StartWith("FFFFFFFFFFFF"));
    }

    [Test]
    public void Neighbour_ThatAnswers_GetsThePacketThatWaited()
    {
        _port.AddAddress(IPAddress.Parse("10.0.0.2"), 24);
        Assert.That(_device.Calls, Does.Contain("add 10.0.0.2/24"));
        _device.Transmit(ShimRig.Packet("10.0.0.2", "10.0.0.1"));
        Assert.That(_network.Next(), Does.StartWith("FFFFFFFFFFFF00AA010000420806"));
        var answer = Convert.FromHexString("0001080006040002" + "00AA01010042" + "0A000001" + "00AA01000042" + "0A000002");
        _port.Send(new EthernetFrame(ShimRig.Mac, ShimRig.PeerMac, EtherType.Arp, answer));
        Assert.That(_network.Next(), Does.StartWith("00AA0101004200AA010000420800"));
        _port.RemoveAddress(IPAddress.Parse("10.0.0.2"), 24);
        Assert.That(_device.Calls, Does.Contain("remove 10.0.0.2/24"));
    }

    [Test]
    public void DefaultRoute_SendsToItsGateway()
    {
        _port.AddAddress(IPAddress.Parse("10.0.0.2"), 24);
        _port.AddDefaultRoute(IPAddress.Parse("10.0.0.1"), 5);
        _device.Transmit(ShimRig.Packet("10.0.0.2", "8.8.8.8"));
        Assert.That(_network.Next(), Does.EndWith("0A000001"), "the gateway is asked for");
        _port.RemoveDefaultRoute(IPAddress.Parse("10.0.0.1"));
        _device.Transmit(ShimRig.Packet("10.0.0.2", "8.8.4.4"));
        _steps.Until(() => _port.Dropped == 1, "what has no way is dropped");
        Assert.That(
            _device.Calls.Where(static call => !call.Contains(ShimRig.LinkLocal, StringComparison.Ordinal)),
            Is.EqualTo(new[] { "add 10.0.0.2/24", "route 10.0.0.1 5", "unroute 10.0.0.1" }));
    }

    [Test]
    public void LinkLocalAddress_IsPutOnTheMachine()
    {
        while (_time.UntilNext is { } wait && _time.Elapsed < DuplicatesTell)
        {
            _time.Advance(wait);
            _time.RunDue();
        }

        _steps.Until(() => _device.Calls.Contains($"add {ShimRig.LinkLocal}/64"), "the address is there");
    }

    [Test]
    public void Address_RefusedByTheSystem_IsNotAnsweredFor()
    {
        _device.Refuses = true;
        Assert.That(() => _port.AddAddress(IPAddress.Parse("10.0.0.2"), 24), Throws.TypeOf<NetDeviceException>());
        var question = Convert.FromHexString("0001080006040001" + "00AA01010042" + "0A000001" + "000000000000" + "0A000002");
        var offers = _network.Frames(0x0806);
        _port.Send(new EthernetFrame(MacAddress.Broadcast, ShimRig.PeerMac, EtherType.Arp, question));
        Assert.That(_network.Frames(0x0806), Is.EqualTo(offers));
    }

    [Test]
    public async Task Dispose_EndsTheThreadAndIsIdempotent()
    {
        Assert.That(() => _port.Start(_network), Throws.InvalidOperationException);
        await _port.DisposeAsync();
        await _port.DisposeAsync();
        _steps.Until(() => !_device.IsWaiting, "the reader has ended");
        Assert.That(_port.Send(new EthernetFrame(ShimRig.Mac, ShimRig.PeerMac, EtherType.IPv4, Multicast)), Is.False);
        Assert.That(() => _port.AddAddress(IPAddress.Parse("10.0.0.2"), 24), Throws.TypeOf<ObjectDisposedException>());
    }

    private sealed class FakePort : PacketPort
    {
        public FakePort(FakeDevice device, TimeProvider time)
            : base(device, device, "fake0", ShimRig.Mac, 1500, time, NullLogger.Instance) => Begin();
    }

    // Keeps what is not neighbour discovery of IPv6, which comes by itself.
    private sealed class Network(Steps steps) : IEthernetPortSink
    {
        private readonly BlockingCollection<string> _taken = [];
        private readonly ConcurrentBag<int> _types = [];
        private int _offers;

        public volatile bool Accepts = true;

        public volatile bool Throws;

        public int Offers => Volatile.Read(ref _offers);

        public int Frames(int type) => _types.Count(one => one == type);

        public bool FrameReceived(in EthernetFrame frame)
        {
            if (frame.Type == EtherType.IPv6)
            {
                return true;
            }

            if (Throws)
            {
                throw new InvalidOperationException("a network that fails");
            }

            var taken = Accepts;
            if (taken)
            {
                var octets = new byte[frame.Length];
                frame.CopyTo(octets);
                _types.Add(frame.Type.Value);
                _taken.Add(Convert.ToHexString(octets));
            }

            Interlocked.Increment(ref _offers);
            steps.Tell();
            return taken;
        }

        public string Next()
        {
            Assert.That(_taken.TryTake(out var frame, Limit), Is.True, "a frame to come");
            return frame!;
        }

        public void WaitForOffers(int count) =>
            steps.Until(() => Offers >= count, "a frame is offered");
    }

    private sealed class FakeDevice(Steps steps) : IPacketDevice, IAddressApplier
    {
        private readonly ConcurrentQueue<byte[]> _packets = new();
        private readonly AutoResetEvent _wake = new(false);
        private readonly ConcurrentQueue<string> _written = new();
        private readonly ConcurrentQueue<string> _calls = new();
        private volatile bool _disposed;

        public volatile bool IsWaiting;

        public string[] Written => [.. _written];

        public string[] Calls => [.. _calls];

        public bool IsFull { get; set; }

        public bool Refuses { get; set; }

        public void Transmit(byte[] packet)
        {
            _packets.Enqueue(packet);
            Wake();
        }

        public bool Wait(bool wantsPackets)
        {
            steps.Tell();
            if (!_disposed && (!wantsPackets || _packets.IsEmpty))
            {
                IsWaiting = true;
                _wake.WaitOne();
                IsWaiting = false;
                steps.Tell();
            }

            return !_disposed;
        }

        public void Wake() => _wake.Set();

        public int Read(Span<byte> buffer)
        {
            if (!_packets.TryDequeue(out var packet))
            {
                return 0;
            }

            packet.CopyTo(buffer);
            return packet.Length;
        }

        public bool Write(ReadOnlySpan<byte> packet)
        {
            if (!IsFull)
            {
                _written.Enqueue(Convert.ToHexString(packet));
            }

            return !IsFull;
        }

        public void AddAddress(IPAddress address, int prefixLength)
        {
            if (Refuses)
            {
                throw new NetDeviceException($"{address} is refused; take another.");
            }

            _calls.Enqueue($"add {address}/{prefixLength}");
            steps.Tell();
        }

        public void RemoveAddress(IPAddress address, int prefixLength) => _calls.Enqueue($"remove {address}/{prefixLength}");

        public void AddDefaultRoute(IPAddress gateway, int metric) => _calls.Enqueue($"route {gateway} {metric}");

        public void RemoveDefaultRoute(IPAddress gateway) => _calls.Enqueue($"unroute {gateway}");

        public void Dispose()
        {
            _disposed = true;
            Wake();
        }
    }
}
