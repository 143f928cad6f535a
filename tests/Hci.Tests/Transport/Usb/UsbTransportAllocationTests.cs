using HostStack.Hci.Transport;
using static HostStack.Hci.Tests.Transport.Usb.UsbTransportRig;

namespace HostStack.Hci.Tests.Transport.Usb;

[TestFixture]
public sealed class UsbTransportAllocationTests
{
    private const int Warm = 2_000;
    private const int Counted = 4_000;

    [Test]
    public async Task Send_DataAndCommands_AllocateNothing()
    {
        await using var rig = new UsbTransportRig();
        rig.Device.CompletesInCall = true;
        rig.Device.KeepTaken = false;
        var data = H4(0x02, Data(1, 1021));
        byte[] command = [0x01, 0x05, 0x10, 0x00];
        long before = 0;
        for (var i = 0; i < Warm + Counted; i++)
        {
            if (i == Warm)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            rig.Transport.Send(data);
            rig.Transport.Send(command);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.Zero);
        Assert.That(rig.Device.TakenCount, Is.EqualTo(2 * (Warm + Counted)));
    }

    /// <summary>Eight transfers and more in flight: neither the bus's thread nor the one that delivers allocates.</summary>
    [Test]
    public async Task Read_DataWithManyTransfersInFlight_AllocatesNothing()
    {
        var sink = new CountingAllocationSink(Warm, Warm + Counted);
        await using var rig = new UsbTransportRig(sink: sink);
        Assert.That(rig.Device.Pending(DataIn), Is.GreaterThanOrEqualTo(8));
        rig.Device.CompletesInCall = true;
        var data = Data(1, 1021);
        long before = 0;
        for (var i = 0; i < Warm + Counted; i++)
        {
            if (i == Warm)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            rig.Device.Deliver(DataIn, data);
        }

        var onTheBus = GC.GetAllocatedBytesForCurrentThread() - before;
        var delivering = await sink.Allocated.WaitAsync(Limit);
        Assert.That((onTheBus, delivering), Is.EqualTo((0L, 0L)));
    }

    private sealed class CountingAllocationSink(int from, int until) : IHciTransportSink
    {
        private readonly TaskCompletionSource<long> _allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _packets;
        private long _before;

        public Task<long> Allocated => _allocated.Task;

        public void PacketReceived(ReadOnlySpan<byte> packet)
        {
            if (++_packets == from)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_packets == until)
            {
                _allocated.SetResult(GC.GetAllocatedBytesForCurrentThread() - _before);
            }
        }

        public void FramingLost(string detail)
        {
        }

        public void Closed(Exception? failure)
        {
        }
    }
}
