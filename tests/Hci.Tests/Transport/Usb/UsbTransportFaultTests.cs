using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using static HostStack.Hci.Tests.Transport.Usb.UsbTransportRig;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>What goes wrong on the bus while the device stays.</summary>
[TestFixture]
public sealed class UsbTransportFaultTests
{
    private static readonly byte[] Event = [0xFF, 0x02, 0x11, 0x22];

    [Test]
    public async Task In_Halted_IsClearedAndReadOn([Values(Events, DataIn)] byte endpoint, [Values] bool inCall)
    {
        await using var rig = new UsbTransportRig();
        rig.Device.CompletesInCall = inCall;
        for (var i = 0; i < 20; i++)
        {
            rig.Device.Halt(endpoint);
            rig.Device.AwaitCall($"clear {endpoint:X2}", i + 1);
            rig.AwaitReady();
            rig.Device.Deliver(Events, Event);
            rig.Device.Deliver(DataIn, Data(i));
            await rig.ArrivedAsync(2);
        }

        Assert.That(rig.Sink.Packets, Has.Count.EqualTo(40));
        Assert.That((rig.Sink.Losses.Count, rig.Sink.Closings.Count), Is.EqualTo((0, 0)));
    }

    [TestCase(UsbTransferStatus.Stalled, "clear 82")]
    [TestCase(UsbTransferStatus.Failed, null)]
    [TestCase(UsbTransferStatus.Cancelled, null)]
    public async Task In_OneTransferFailsBetweenPackets_IsTriedAgainWithoutLoss(UsbTransferStatus status, string? call)
    {
        await using var rig = new UsbTransportRig();
        for (var i = 0; i < 20; i++)
        {
            rig.Device.Deliver(DataIn, Data(i));
            rig.Device.End(DataIn, status);
            rig.AwaitReady();
            await rig.ArrivedAsync(1);
        }

        Assert.That(rig.Sink.Packets, Is.EqualTo(Enumerable.Range(0, 20).Select(static i => H4(0x02, Data(i)))));
        Assert.That(rig.Device.Calls.Count(made => made.StartsWith("clear", StringComparison.Ordinal)), Is.EqualTo(call is null ? 0 : 20));
        Assert.That(rig.Sink.Losses, Is.Empty);
    }

    /// <summary>The octets that a transfer has moved are good, however it ended.</summary>
    [Test]
    public async Task In_FailureBehindAWholePacket_DeliversThePacket(
        [Values(UsbTransferStatus.Stalled, UsbTransferStatus.Failed, UsbTransferStatus.Cancelled)] UsbTransferStatus status)
    {
        await using var rig = new UsbTransportRig();
        rig.Device.End(DataIn, status, Data(1));
        await rig.ArrivedAsync(1);
        rig.AwaitReady();
        Assert.That((rig.Sink.Packets.Count, rig.Sink.Losses.Count), Is.EqualTo((1, 0)));
    }

    [TestCase(UsbTransferStatus.Stalled)]
    [TestCase(UsbTransferStatus.Failed)]
    [TestCase(UsbTransferStatus.Overflow)]
    public async Task In_FailsAmidAPacket_LosesTheFramingOnceUntilReset(UsbTransferStatus status)
    {
        await using var rig = new UsbTransportRig();
        rig.Device.Deliver(DataIn, Data(1).AsSpan(..7));
        rig.Device.End(DataIn, status);
        await rig.ArrivedAsync(1);
        rig.AwaitReady();
        rig.Device.Deliver(DataIn, Data(2));
        rig.Device.Deliver(Events, Event);
        await rig.ArrivedAsync(1);
        Assert.That(rig.Sink.Losses, Has.Count.EqualTo(1));
        Assert.That(rig.Sink.Packets, Is.EqualTo(new[] { H4(0x04, Event) }), "data is not delivered, events are");

        rig.Transport.Send(Reset);
        rig.Device.Deliver(DataIn, Data(3));
        rig.Device.Deliver(Events, ResetAnswer);
        await rig.ArrivedAsync(1);
        rig.Device.Deliver(DataIn, Data(4));
        await rig.ArrivedAsync(1);
        Assert.That(rig.Sink.Packets.Skip(1), Is.EqualTo(new[] { H4(0x04, ResetAnswer), H4(0x02, Data(4)) }));
        Assert.That(rig.Sink.Losses, Has.Count.EqualTo(1));
    }

    /// <summary>More than was asked for came: what it was is not known, so nothing behind it can be trusted.</summary>
    [Test]
    public async Task In_OverflowOfEvents_ComesBackWithTheAnswerToReset()
    {
        await using var rig = new UsbTransportRig();
        rig.Device.End(Events, UsbTransferStatus.Overflow, Event);
        await rig.ArrivedAsync(1);
        rig.AwaitReady();
        rig.Device.Deliver(Events, Event);
        rig.Transport.Send(Reset);
        rig.Device.Deliver(Events, Event);
        rig.Device.Deliver(Events, ResetAnswer);
        rig.Device.Deliver(Events, Event);
        await rig.ArrivedAsync(2);
        Assert.That(rig.Sink.Packets, Is.EqualTo(new[] { H4(0x04, ResetAnswer), H4(0x04, Event) }));
        Assert.That(rig.Sink.Losses, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task In_GarbageInBothPipes_IsToldOnce()
    {
        await using var rig = new UsbTransportRig();
        rig.Device.Deliver(Events, 0x00, 0x00);
        rig.Device.Deliver(DataIn, 0xFF, 0x2F, 0xFF, 0xFF);
        await rig.ArrivedAsync(1);
        rig.Transport.Send(Reset);
        rig.Device.Deliver(Events, ResetAnswer);
        await rig.ArrivedAsync(1);
        Assert.That(rig.Sink.Losses, Is.EqualTo(new[] { "an event with code 0" }));
        rig.Device.Deliver(Events, 0x00, 0x00);
        await rig.ArrivedAsync(1);
        Assert.That(rig.Sink.Losses, Has.Count.EqualTo(2), "after a Reset it is told again");
    }

    /// <summary>A controller that is reset drops what it was sending; the first packet after that is not its rest.</summary>
    [Test]
    public async Task In_HalfAPacketBeforeReset_IsDroppedByIt()
    {
        await using var rig = new UsbTransportRig();
        rig.Device.Deliver(DataIn, Data(1).AsSpan(..9));
        rig.Device.Deliver(Events, Event.AsSpan(0, 3));
        rig.Transport.Send(Reset);
        rig.Device.Deliver(Events, ResetAnswer);
        rig.Device.Deliver(DataIn, Data(2));
        await rig.ArrivedAsync(2);
        Assert.That(rig.Sink.Packets, Is.EqualTo(new[] { H4(0x04, ResetAnswer), H4(0x02, Data(2)) }));
        Assert.That(rig.Sink.Losses, Is.Empty);
    }

    [Test]
    public async Task In_EightOctetsAndALateRest_AreOnePacket()
    {
        await using var rig = new UsbTransportRig();
        rig.Device.Deliver(DataIn, Data(1, 100).AsSpan(..8));
        rig.Device.Deliver(DataIn);
        rig.Device.Deliver(Events, Event);
        rig.Device.Deliver(DataIn, Data(1, 100).AsSpan(8..));
        await rig.ArrivedAsync(2);
        Assert.That(rig.Sink.Packets, Is.EqualTo(new[] { H4(0x04, Event), H4(0x02, Data(1, 100)) }));
    }

    [TestCase(UsbTransferStatus.Stalled)]
    [TestCase(UsbTransferStatus.Failed)]
    public async Task In_FailsForGood_EndsTheTransport(UsbTransferStatus status)
    {
        await using var rig = new UsbTransportRig(Patient with { DataIn = 1, Tries = 3 });
        for (var i = 0; i < 4; i++)
        {
            rig.Device.End(DataIn, status);
        }

        await rig.Sink.WhenClosed.WaitAsync(Limit);
        Assert.That(rig.Sink.Closings.Single()!.Message, Is.EqualTo("its pipe of received data failed 4 times in a row"));
    }

    [Test]
    public async Task In_HaltCannotBeCleared_EndsTheTransport()
    {
        await using var rig = new UsbTransportRig();
        var refusal = new IOException("it does not answer");
        rig.Device.Refusals["clear 81"] = refusal;
        rig.Device.Halt(Events);
        await rig.Sink.WhenClosed.WaitAsync(Limit);
        Assert.That(rig.Sink.Closings, Is.EqualTo(new[] { refusal }));
    }

    [Test]
    public async Task In_CancelledTransfersDoNotComeBack_EndsTheTransportInTime()
    {
        await using var rig = new UsbTransportRig(Patient with { Reap = TimeSpan.FromMilliseconds(50) }) { Abandons = true };
        rig.Device.Deaf.Add(DataIn);
        rig.Device.End(DataIn, UsbTransferStatus.Failed);
        await rig.Sink.WhenClosed.WaitAsync(Limit);
        Assert.That(rig.Sink.Closings.Single()!.Message, Is.EqualTo("its transfers do not come back"));
    }

    /// <summary>The transfers come back in time, while the thread that looks for them is held up beyond the limit.</summary>
    [Test]
    public async Task In_ReceiverIsHeldUpWhileItMends_TakesWhatCameMeanwhile()
    {
        var clock = new HookedClock();
        await using var rig = new UsbTransportRig(Patient with { Clock = clock });
        rig.Device.CompletesInCall = true;
        rig.Device.Deaf.Add(DataIn);
        rig.Device.OnCall = _ => clock.OnRead = () =>
        {
            rig.Device.OnCall = null;
            clock.OnRead = null;
            rig.Device.Deaf.Clear();
            for (var i = 1; i < rig.Limits.DataIn; i++)
            {
                rig.Device.End(DataIn, UsbTransferStatus.Cancelled);
            }

            clock.Advance(rig.Limits.Reap);
        };
        rig.Device.End(DataIn, UsbTransferStatus.Failed);
        rig.AwaitReady();
        Assert.That(rig.Sink.Closings, Is.Empty);
    }

    [Test]
    public async Task In_SinkThrows_EndsTheTransport()
    {
        var sink = new ThrowingSink();
        await using var rig = new UsbTransportRig(sink: sink);
        rig.Device.Deliver(Events, Event);
        Assert.That(await sink.Closing.WaitAsync(Limit), Is.SameAs(sink.Fault));
    }

    /// <summary>All that is behind a halt comes back, and goes out again in its order before what was sent meanwhile.</summary>
    [Test]
    public async Task Out_Halted_IsClearedAndSentAgainInOrder([Values] bool inCall)
    {
        await using var rig = new UsbTransportRig();
        rig.Device.CompletesInCall = inCall;
        var sent = 0;
        for (var round = 0; round < 10; round++)
        {
            rig.Device.Holding.Add(DataOut);
            for (var i = 0; i < 5; i++)
            {
                rig.Transport.Send(H4(0x02, Data(sent++)));
            }

            rig.Device.AwaitPending(DataOut, 5);
            rig.Device.Holding.Remove(DataOut);
            rig.Device.Halt(DataOut);
            for (var i = 0; i < 5; i++)
            {
                rig.Transport.Send(H4(0x02, Data(sent++)));
            }

            rig.Device.AwaitTaken(DataOut, sent);
        }

        Assert.That(rig.Device.Taken(DataOut), Is.EqualTo(Enumerable.Range(0, sent).Select(static i => Data(i))));
        Assert.That((rig.Sink.Losses.Count, rig.Sink.Closings.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Out_FailsBeforeAnythingWasMoved_IsSentAgain()
    {
        await using var rig = new UsbTransportRig();
        rig.Device.Script[DataOut] = new([(UsbTransferStatus.Failed, 0), (UsbTransferStatus.Cancelled, 0), (UsbTransferStatus.Failed, 0)]);
        rig.Transport.Send(H4(0x02, Data(1)));
        rig.Device.AwaitTaken(DataOut, 1);
        rig.Transport.Send(H4(0x02, Data(2)));
        rig.Device.AwaitTaken(DataOut, 2);
        Assert.That(rig.Device.Taken(DataOut), Is.EqualTo(new[] { Data(1), Data(2) }));
        Assert.That(rig.Device.Calls, Has.None.StartsWith("clear"));
    }

    [TestCase(UsbTransferStatus.Failed)]
    [TestCase(UsbTransferStatus.Stalled)]
    [TestCase(UsbTransferStatus.Completed)]
    public async Task Out_MovedInPart_LosesTheFraming(UsbTransferStatus status)
    {
        await using var rig = new UsbTransportRig();
        rig.Device.KeepTaken = false;
        rig.Device.Script[DataOut] = new([(status, 16)]);
        rig.Transport.Send(H4(0x02, Data(1)));
        await rig.ArrivedAsync(1);
        Assert.That(rig.Sink.Losses, Is.EqualTo(new[] { "a packet got to the controller in part, or out of order" }));
        rig.Device.KeepTaken = true;
        rig.Transport.Send(Reset);
        rig.Transport.Send(H4(0x02, Data(2)));
        rig.Device.AwaitTaken(DataOut, 1);
        Assert.That(rig.Device.Taken(DataOut), Is.EqualTo(new[] { Data(2) }), "not the rest of the other");
    }

    [Test]
    public async Task Out_OvertakenByALaterPacket_LosesTheFraming()
    {
        await using var rig = new UsbTransportRig();
        rig.Device.Holding.Add(DataOut);
        rig.Device.Deaf.Add(DataOut);
        rig.Transport.Send(H4(0x02, Data(1)));
        rig.Transport.Send(H4(0x02, Data(2)));
        rig.Device.End(DataOut, UsbTransferStatus.Failed);
        rig.Device.Deliver(DataOut, Data(2));
        await rig.ArrivedAsync(1);
        Assert.That(rig.Sink.Losses, Is.EqualTo(new[] { "a packet got to the controller in part, or out of order" }));
        Assert.That(rig.Device.Pending(DataOut), Is.Zero, "it is not sent after the later one");
    }

    [Test]
    public async Task Out_FailsForGood_EndsTheTransport([Values(Control, DataOut)] byte endpoint)
    {
        await using var rig = new UsbTransportRig(Patient with { Tries = 3 });
        rig.Device.Script[endpoint] = new(Enumerable.Repeat((UsbTransferStatus.Failed, 0), 10));
        rig.Transport.Send(endpoint == Control ? Reset : H4(0x02, Data(1)));
        await rig.Sink.WhenClosed.WaitAsync(Limit);
        Assert.That(rig.Sink.Closings.Single()!.Message, Does.EndWith("failed 4 times in a row"));
    }

    [Test]
    public async Task Out_HaltCannotBeCleared_EndsTheTransport()
    {
        await using var rig = new UsbTransportRig();
        var refusal = new IOException("it does not answer");
        rig.Device.Refusals["clear 02"] = refusal;
        rig.Device.Halt(DataOut);
        rig.Transport.Send(H4(0x02, Data(1)));
        await rig.Sink.WhenClosed.WaitAsync(Limit);
        Assert.That(rig.Sink.Closings, Is.EqualTo(new[] { refusal }));
    }

    [Test]
    public async Task Out_CancelledTransfersDoNotComeBack_EndsTheTransportInTime()
    {
        await using var rig = new UsbTransportRig(Patient with { Reap = TimeSpan.FromMilliseconds(50) }) { Abandons = true };
        rig.Device.Script[DataOut] = new([(UsbTransferStatus.Failed, 0)]);
        rig.Device.Holding.Add(DataOut);
        rig.Transport.Send(H4(0x02, Data(1)));
        rig.Device.AwaitPending(DataOut, 1);
        rig.Device.Take(DataOut);
        rig.Device.Deaf.Add(DataOut);
        rig.Device.Holding.Add(DataOut);
        rig.Transport.Send(H4(0x02, Data(2)));
        rig.Transport.Send(H4(0x02, Data(3)));
        rig.Device.AwaitPending(DataOut, 1); // at least: closing before would leave nothing behind
        await DisposedInTimeAsync(rig);
    }

    private static async Task DisposedInTimeAsync(UsbTransportRig rig)
    {
        await rig.Transport.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.That(rig.Sink.Closings, Has.Count.EqualTo(1));
    }

    private sealed class HookedClock : TimeProvider
    {
        private long _now;

        public Action? OnRead { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            OnRead?.Invoke();
            return Volatile.Read(ref _now);
        }

        public void Advance(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);
    }

    private sealed class ThrowingSink : IHciTransportSink
    {
        private readonly TaskCompletionSource<Exception?> _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception Fault { get; } = new InvalidOperationException("the sink's own mistake");

        public Task<Exception?> Closing => _closing.Task;

        public void PacketReceived(ReadOnlySpan<byte> packet) => throw Fault;

        public void FramingLost(string detail) => throw Fault;

        public void Closed(Exception? failure) => _closing.SetResult(failure);
    }
}
