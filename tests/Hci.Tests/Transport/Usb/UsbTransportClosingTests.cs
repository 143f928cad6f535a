using HostStack.Hci.Transport.Usb;
using static HostStack.Hci.Tests.Transport.Usb.UsbTransportRig;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>Sending beside closing and mending: whoever sends touches no transfer that is not his any more. The fake notes
/// who does.</summary>
[TestFixture]
public sealed class UsbTransportClosingTests
{
    /// <summary>The packet is longer than usual: while its transfer is made, the transport is closed.</summary>
    [Test]
    public async Task Send_WhileDisposed_FillsBeforeTheDeviceIsClosedOrNotAtAll()
    {
        await using var rig = new UsbTransportRig();
        var ready = rig.Device.Undisposed - rig.Limits.Events - rig.Limits.DataIn - rig.Limits.Commands;
        Task? closing = null;
        Thread? closer = null;
        rig.Device.OnCall = call =>
        {
            if (call == "free 00")
            {
                Volatile.Write(ref closer, Thread.CurrentThread);
            }
            else if (call == "create 02" && closing is null)
            {
                closing = rig.Transport.DisposeAsync().AsTask();

                // All pipes but this one are freed; this one waits for who sends, or else is freed as well.
                SpinUntil(() => rig.Device.Undisposed <= ready);
                SpinUntil(() => rig.Device.IsDisposed || (Volatile.Read(ref closer)!.ThreadState & ThreadState.WaitSleepJoin) != 0);
            }
        };
        await Task.Run(() => rig.Transport.Send(H4(0x02, Data(1, 1100)))).WaitAsync(Limit);
        await closing!.WaitAsync(Limit);
        rig.Transport.Send(H4(0x02, Data(2, 1200)));
        rig.Transport.Send(H4(0x02, Data(2)));
        Assert.That(rig.Device.Taken(DataOut), Is.Empty);
    }

    /// <summary>A Reset calls back what was sent before it; once the transport closes, that is the closing's.</summary>
    [Test]
    public async Task SendOfReset_WhileDisposed_CallsNothingBack()
    {
        await using var rig = new UsbTransportRig();
        rig.Device.Holding.Add(Control);
        rig.Device.Deaf.Add(Control);
        rig.Transport.Send([0x01, 0x05, 0x10, 0x00]);
        using var closed = new ManualResetEventSlim();
        var calls = 0;
        rig.Device.OnCall = call =>
        {
            if (call == "cancel 00")
            {
                Interlocked.Increment(ref calls);
                closed.Set();
            }
        };
        var closing = rig.Transport.DisposeAsync().AsTask();
        Assert.That(closed.Wait(Limit), Is.True);
        rig.Transport.Send(Reset);
        Assert.That(Volatile.Read(ref calls), Is.EqualTo(1));
        rig.Device.End(Control, UsbTransferStatus.Cancelled);
        await closing.WaitAsync(Limit);
    }

    /// <summary>A transfer that is about to be called back completes, and its place is needed for a longer one.</summary>
    [Test]
    public async Task Send_WhileOthersAreCalledBack_ReplacesNoTransferUnderIt()
    {
        await using var rig = new UsbTransportRig(Patient with { DataOut = 2 });
        rig.Device.CompletesInCall = true;
        var sender = new Thread(() => rig.Transport.Send(H4(0x02, Data(3, 1100))));
        var first = 1;
        rig.Device.OnCall = call =>
        {
            if (call == "cancel 02" && Interlocked.Exchange(ref first, 0) == 1)
            {
                rig.Device.Deliver(DataOut, Data(1));
                sender.Start();
                SpinUntil(() => (sender.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0);
            }
        };
        rig.Device.Holding.Add(DataOut);
        rig.Transport.Send(H4(0x02, Data(1)));
        rig.Device.Holding.Remove(DataOut);
        rig.Device.Script[DataOut] = new([(UsbTransferStatus.Failed, 0)]);
        rig.Transport.Send(H4(0x02, Data(2)));
        rig.Device.AwaitTaken(DataOut, 2);
        Assert.That(sender.Join(Limit), Is.True);
        Assert.That(rig.Device.Taken(DataOut), Is.EqualTo(new[] { Data(2), Data(3, 1100) }));
        Assert.That(rig.Sink.Losses, Is.Empty);
    }

    private static void SpinUntil(Func<bool> condition) => Assert.That(SpinWait.SpinUntil(condition, Limit), Is.True);
}
