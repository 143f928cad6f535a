using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing;
using HostStack.Testing.Usb;
using static HostStack.Hci.Tests.Transport.Usb.UsbTransportRig;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>The device goes, in every state: told once, with one clear exception, everything back.</summary>
[TestFixture]
public sealed class UsbTransportUnplugTests
{
    [Test]
    public async Task Unplugged_WhileIdle_IsToldOnce([Values] bool inCall)
    {
        await using var rig = new UsbTransportRig();
        rig.Device.CompletesInCall = inCall;
        rig.Device.Unplug();
        await AssertUnpluggedAsync(rig);
    }

    [TestCase("claim 0")]
    [TestCase("claim 1")]
    [TestCase("alternate 1.0")]
    public async Task Unplugged_DuringOpen_IsOneClearException(string call)
    {
        using var bus = new FakeUsbBus();
        var device = bus.Open();
        device.OnCall = made =>
        {
            if (made == call)
            {
                device.Unplug();
            }
        };
        if (call == "claim 0")
        {
            Assert.That(() => UsbTransport.Open("usb:test", device), Throws.TypeOf<ControllerUnavailableException>());
            Assert.That(device.IsDisposed);
            return;
        }

        // Without voice it opens; the first transfer finds that the device is gone.
        await using var transport = UsbTransport.Open("usb:test", device, Patient);
        var sink = new RecordingSink();
        transport.Start(sink);
        await sink.WhenClosed.WaitAsync(Limit);
        Assert.That(sink.Closings.Single()!.Message, Is.EqualTo("it was unplugged"));
    }

    [Test]
    public async Task Unplugged_BeforeStart_IsToldByStart()
    {
        await using var rig = new UsbTransportRig(starts: false);
        rig.Device.Unplug();
        rig.Transport.Start(rig.Sink);
        await AssertUnpluggedAsync(rig);
    }

    [Test]
    public async Task Unplugged_InSend_EndsTheWaitOfTheLoop()
    {
        await using var rig = new UsbTransportRig();
        var sending = rig.SendMoreThanFits();
        rig.Device.Unplug();
        await sending.WaitAsync(Limit);
        await AssertUnpluggedAsync(rig);
    }

    [TestCase(Control)]
    [TestCase(DataOut)]
    public async Task Unplugged_FoundBySending_IsToldOnce(byte endpoint)
    {
        await using var rig = new UsbTransportRig(Patient with { Reap = TimeSpan.FromMilliseconds(20) });
        rig.Device.Deaf.Add(Events);
        rig.Device.Deaf.Add(DataIn);
        rig.Abandons = true;
        rig.Device.Unplug();
        rig.Transport.Send(endpoint == Control ? Reset : H4(0x02, Data(1)));
        await AssertUnpluggedAsync(rig);
        rig.Transport.Send(Reset);
    }

    /// <summary>What came before is delivered; nothing is after the end.</summary>
    [Test]
    public async Task Unplugged_InACompletion_DeliversWhatCameBefore()
    {
        await using var rig = new UsbTransportRig();
        for (var i = 0; i < 6; i++)
        {
            rig.Device.Deliver(DataIn, Data(i));
        }

        rig.Device.End(DataIn, UsbTransferStatus.Gone);
        rig.Device.Unplug();
        await AssertUnpluggedAsync(rig);
        Assert.That(rig.Sink.Packets, Is.EqualTo(Enumerable.Range(0, 6).Select(static i => H4(0x02, Data(i)))));
    }

    [Test]
    public async Task Unplugged_WhileAHaltIsCleared_IsOneFailure([Values(Events, DataOut)] byte endpoint)
    {
        await using var rig = new UsbTransportRig();
        rig.Device.OnCall = call =>
        {
            if (call.StartsWith("clear", StringComparison.Ordinal))
            {
                rig.Device.Unplug();
            }
        };
        rig.Device.Halt(endpoint);
        rig.Transport.Send(H4(0x02, Data(1)));
        await rig.Sink.WhenClosed.WaitAsync(Limit);
        Assert.That(rig.Sink.Closings.Single(), Is.TypeOf<IOException>());
    }

    [Test]
    public async Task Unplugged_DuringDispose_EndsItAllTheSame([Values("release 1", "release 0", "dispose")] string call)
    {
        await using var rig = new UsbTransportRig();
        rig.Device.OnCall = made =>
        {
            if (made == call)
            {
                rig.Device.Unplug();
            }
        };
        await rig.Transport.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.That(rig.Sink.Closings, Is.EqualTo(new Exception?[] { null }));
    }

    [Test]
    public async Task Unplugged_AndDisposedAtOnce_IsToldOnce()
    {
        for (var i = 0; i < 50; i++)
        {
            await using var rig = new UsbTransportRig();
            var unplugging = Task.Run(rig.Device.Unplug);
            await rig.Transport.DisposeAsync();
            await unplugging;
            Assert.That(rig.Sink.Closings, Has.Count.EqualTo(1));
        }
    }

    /// <summary>What does not come back holds up nobody who waits for an answer: the end is told before any limit passes, and
    /// transfers that come back late end the closing at once.</summary>
    [Test]
    public async Task Unplugged_TransfersDoNotComeBack_IsToldWithoutWaitingForThem()
    {
        await using var rig = new UsbTransportRig();
        await UnplugWithoutReturningAsync(rig);
        Assert.That(rig.Sink.Closings.Single()!.Message, Is.EqualTo("it was unplugged"));
        var closing = rig.Transport.DisposeAsync().AsTask();
        Assert.That(closing.IsCompleted, Is.False, "the memory of its transfers may still be written to");
        rig.Device.Deaf.Clear();
        rig.Device.Unplug();
        await closing.WaitAsync(Limit);
    }

    /// <summary>Transfers that never come back hold up the closing for less than a second, all pipes together, and their memory
    /// is not freed under the device.</summary>
    [Test]
    public async Task Unplugged_TransfersNeverComeBack_ClosesAfterTheLimit()
    {
        var clock = new ManualTime();
        var limits = new UsbTransportLimits { Clock = clock };
        Assert.That(limits.Reap, Is.LessThan(TimeSpan.FromSeconds(1)));
        await using var rig = new UsbTransportRig(limits) { Abandons = true };
        await UnplugWithoutReturningAsync(rig);

        // The limit passes when the first of the pipes has all that it waited for; none of the others has one of its own.
        rig.Device.OnCall = call => clock.Advance(call == $"free {Events:X2}" ? limits.Reap : TimeSpan.Zero);
        await rig.Transport.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.That(rig.Sink.Closings.Single()!.Message, Is.EqualTo("it was unplugged"));
        Assert.That(rig.Device.Undisposed, Is.EqualTo(rig.Limits.DataIn + rig.Limits.DataOut));
    }

    /// <summary>A transfer that comes back after the end is nobody's any more.</summary>
    [Test]
    public async Task Disposed_TransferComesBackLate_TellsNobody()
    {
        await using var rig = new UsbTransportRig(Patient with { Reap = TimeSpan.FromMilliseconds(20) }) { Abandons = true };
        rig.Device.CompletesInCall = true;
        rig.Device.Deaf.Add(Events);
        await rig.Transport.DisposeAsync();
        rig.Device.Deliver(Events, 0xFF, 0x00);
        Assert.That((rig.Sink.Packets.Count, rig.Sink.Closings.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Disposed_WhileTheSinkHoldsAPacket_WaitsForIt()
    {
        var sink = new HoldingSink();
        await using var rig = new UsbTransportRig(sink: sink);
        rig.Device.Deliver(Events, 0xFF, 0x00);
        await sink.Holds.WaitAsync(Limit);
        var closing = rig.Transport.DisposeAsync().AsTask();
        Assert.That(closing.IsCompleted, Is.False);
        sink.LetGo();
        await closing.WaitAsync(Limit);
        Assert.That(sink.Closings, Is.EqualTo(1));
    }

    /// <summary>A host without room leaves the controller with fewer transfers, and in the end with none.</summary>
    [Test]
    public async Task Held_SinkWithoutRoom_LeavesTheControllerWithoutTransfers()
    {
        var sink = new HoldingSink();
        await using var rig = new UsbTransportRig(sink: sink);
        for (var i = 0; i < rig.Limits.DataIn; i++)
        {
            rig.Device.Deliver(DataIn, Data(i));
        }

        await sink.Holds.WaitAsync(Limit);
        Assert.That((rig.Device.Pending(DataIn), rig.Device.Pending(Events)), Is.EqualTo((0, rig.Limits.Events)));
        sink.LetGo();
        rig.AwaitReady();
    }

    // Unplugged with transfers both ways on their way, none of which comes back.
    private static async Task UnplugWithoutReturningAsync(UsbTransportRig rig)
    {
        rig.Device.Deaf.Add(DataIn);
        rig.Device.Holding.Add(DataOut);
        rig.Device.Deaf.Add(DataOut);
        rig.Transport.Send(H4(0x02, Data(1)));
        rig.Device.AwaitPending(DataOut, 1);
        rig.Device.Unplug();
        await rig.Sink.WhenClosed.WaitAsync(Limit);
    }

    private static async Task AssertUnpluggedAsync(UsbTransportRig rig)
    {
        await rig.Sink.WhenClosed.WaitAsync(Limit);
        await rig.Transport.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.That(rig.Sink.Closings.Select(static failure => failure?.Message), Is.EqualTo(new[] { "it was unplugged" }));
    }

    private sealed class HoldingSink : IHciTransportSink
    {
        private readonly TaskCompletionSource _holds = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _room = new();

        public Task Holds => _holds.Task;

        public int Closings { get; private set; }

        public void LetGo() => _room.Set();

        public void PacketReceived(ReadOnlySpan<byte> packet)
        {
            _holds.TrySetResult();
            _room.Wait(Limit);
        }

        public void FramingLost(string detail)
        {
        }

        public void Closed(Exception? failure) => Closings++;
    }
}
