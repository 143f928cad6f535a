using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.UserMode;
using HostStack.Testing;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>Queues, pauses, allocations and the end of the port, with the real libslirp.</summary>
[TestFixture]
internal sealed class UserModeFlowTests
{
    private const int AnswerSize = 64;
    private const int Hundreds = 30;
    private const int WarmUp = 3;

    // Of the two queues and the poller.
    private const int Locks = 3;

    private static readonly MacAddress Alice = new(0x001A_7DDA_7101);

    [SetUp]
    public void Need() => SlirpNeed.Check();

    [Test]
    public async Task Pause_FramesOfTheMachine_WaitAndComeInOrder()
    {
        await using var port = UserModePort.Open(new UserModeOptions { QueueLength = 8 });
        var client = new FrameClient(port) { Accepts = false };
        for (byte i = 101; i <= 112; i++)
        {
            Ask(port, i);
        }

        // Eight wait; four found no room.
        port.Until(() => port.Counters.DroppedToNetwork == 4, "four frames to be dropped");
        Assert.That(client.Count, Is.Zero);
        Assert.That(port.Counters.Pauses, Is.EqualTo(1));
        client.Accepts = true;
        port.Resume();
        for (byte i = 101; i <= 108; i++)
        {
            var answer = await client.NextAsync(static octets => octets.Length == AnswerSize, "answer");
            Assert.That(answer[41], Is.EqualTo(i), "the address that asked");
        }

        port.Until(() => port.Counters.ToNetwork == 8, "eight frames to be delivered");
        Assert.That(port.Counters.Pauses, Is.EqualTo(1));
    }

    [Test]
    public async Task Stop_FramesThatWait_AreNotTheNextNetworks()
    {
        await using var port = UserModePort.Open();
        var first = new FrameClient(port) { Accepts = false };
        Ask(port, 101);
        port.Until(() => port.Counters.Pauses == 1, "the pause");
        port.Stop();
        port.Stop();
        var second = new FrameClient(port);
        Ask(port, 102);
        var answer = await second.NextAsync(static _ => true, "answer");
        Assert.That(answer[41], Is.EqualTo(102));
        Assert.That(first.Count, Is.Zero);
        Assert.That(port.Counters.DroppedToNetwork, Is.EqualTo(1));
        Assert.That(() => port.Start(first), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Carrier_Down_LosesFramesAndNoPause()
    {
        await using var port = UserModePort.Open();
        var client = new FrameClient(port) { Accepts = false };
        Ask(port, 101);
        port.Until(() => port.Counters.Pauses == 1, "the pause");
        port.SetCarrier(false);
        port.Until(() => port.Counters.DroppedToNetwork == 1, "the frame to be dropped");
        client.Accepts = true;
        port.SetCarrier(true);
        Ask(port, 102);
        Assert.That((await client.NextAsync(static _ => true, "answer"))[41], Is.EqualTo(102));
    }

    [Test]
    public async Task Network_ThatThrows_LosesOneFrameAndNotThePort()
    {
        await using var port = UserModePort.Open();
        var sink = new ThrowingSink();
        port.Start(sink);
        port.SetCarrier(true);
        Ask(port, 101);
        port.Until(() => port.Counters.DroppedToNetwork == 1, "the frame to be lost");
        Ask(port, 102);
        port.Until(() => port.Counters.ToNetwork == 1, "the next frame");
    }

    [Test]
    public async Task Send_TooLongOrClosed_IsRefused()
    {
        var port = UserModePort.Open(new UserModeOptions { Mtu = 1400 });
        var client = new FrameClient(port);
        Assert.That(client.Send(Alice, port.Address, EtherType.Arp, new byte[1405]), Is.False);
        await port.DisposeAsync();
        await port.DisposeAsync();
        Assert.That(client.Send(Alice, port.Address, EtherType.Arp, new byte[28]), Is.False);
        Assert.That(port.Counters.DroppedFromNetwork, Is.EqualTo(2));
        Assert.That(client.Count, Is.Zero);
        port.Resume();
        port.SetCarrier(true);
        port.Stop();
    }

    [Test]
    public async Task Dispose_InEveryState_Ends()
    {
        for (var i = 0; i < 20; i++)
        {
            var port = UserModePort.Open(new UserModeOptions { QueueLength = 4 });
            var client = i % 2 == 0 ? new FrameClient(port) { Accepts = i % 4 == 0 } : null;
            for (byte frame = 0; frame < 16; frame++)
            {
                port.Send(Question(port, frame));
            }

            await port.DisposeAsync().AsTask().WaitAsync(FrameClient.Limit);
            var count = client?.Count ?? 0;
            Assert.That(port.Counters.ToNetwork, Is.EqualTo(count));
        }
    }

    [Test]
    public async Task Dispose_FromTheNetworksCall_Ends()
    {
        var port = UserModePort.Open();
        var sink = new DisposingSink(port);
        port.Start(sink);
        port.SetCarrier(true);
        Ask(port, 101);
        await sink.Disposed.Task.WaitAsync(FrameClient.Limit);
        Assert.That(port.Send(Question(port, 102)), Is.False);
    }

    [Test]
    public async Task Frames_BothWays_AllocateNothing()
    {
        await using var port = UserModePort.Open();
        var sink = new CountingSink();
        port.Start(sink);
        port.SetCarrier(true);
        var sent = new List<long>();
        for (var i = 1; i <= Hundreds; i++)
        {
            sent.Add(SendHundred(port));
            sink.Steps.Until(() => sink.Hundreds == i, "a hundred answers");
        }

        // A lock makes its event when two threads first meet at it: once in its life, not once a frame.
        Assert.That(sent.Skip(WarmUp).Count(static octets => octets != 0), Is.LessThanOrEqualTo(Locks), "the sender's thread");
        Assert.That(sink.Allocated.Skip(WarmUp).Count(static octets => octets != 0), Is.LessThanOrEqualTo(Locks), "the port's thread");
        Assert.That(sink.Allocated, Has.Count.EqualTo(Hundreds));
    }

    private static long SendHundred(UserModePort port)
    {
        var question = Question(port, 101);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            port.Send(question);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static EthernetFrame Question(UserModePort port, byte host) =>
        new(MacAddress.Broadcast, Alice, EtherType.Arp, Questions.Of(port, host));

    // One at a time: the queue of what comes from the network is not what is tested.
    private static void Ask(UserModePort port, byte host)
    {
        var taken = port.Counters.FromNetwork;
        Assert.That(port.Send(Question(port, host)), Is.True);
        port.Until(() => port.Counters.FromNetwork > taken, "a frame to be taken");
    }

    /// <summary>ARP requests for the gateway, made once.</summary>
    private static class Questions
    {
        private static readonly Dictionary<(uint, byte), byte[]> Made = [];

        public static byte[] Of(UserModePort port, byte host)
        {
            var gateway = UserModePlan.Number(port.Gateway);
            if (!Made.TryGetValue((gateway, host), out var packet))
            {
                packet = new byte[ArpPacket.Size];
                new ArpPacket(ArpOperation.Request, Alice, (gateway & ~0xFFu) | host, default, gateway).Write(packet);
                Made[(gateway, host)] = packet;
            }

            return packet;
        }
    }

    private sealed class ThrowingSink : IEthernetPortSink
    {
        private bool _thrown;

        public bool FrameReceived(in EthernetFrame frame)
        {
            if (!_thrown)
            {
                _thrown = true;
                throw new InvalidOperationException("a network that fails");
            }

            return true;
        }
    }

    private sealed class DisposingSink(UserModePort port) : IEthernetPortSink
    {
        public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool FrameReceived(in EthernetFrame frame)
        {
            _ = port.DisposeAsync().AsTask().ContinueWith(
                _ => Disposed.SetResult(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return true;
        }
    }

    /// <summary>Measures what the port's thread allocates, for each hundred frames.</summary>
    private sealed class CountingSink : IEthernetPortSink
    {
        private int _count;
        private long _before;

        public Steps Steps { get; } = new();

        public int Hundreds => Volatile.Read(ref _count) / 100;

        public List<long> Allocated { get; } = new(UserModeFlowTests.Hundreds);

        public bool FrameReceived(in EthernetFrame frame)
        {
            if ((_count + 1) % 100 == 0)
            {
                var now = GC.GetAllocatedBytesForCurrentThread();
                Allocated.Add(now - _before);
                _count++;
                Steps.Tell();
                _before = GC.GetAllocatedBytesForCurrentThread();
                return true;
            }

            _count++;

            return true;
        }
    }
}
