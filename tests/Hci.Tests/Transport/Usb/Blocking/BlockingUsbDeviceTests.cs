using System.Collections.Concurrent;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.Blocking;

namespace HostStack.Hci.Tests.Transport.Usb.Blocking;

/// <summary>What a waiting library's slices become; the rest is in the contract of USB devices.</summary>
[TestFixture]
public sealed class BlockingUsbDeviceTests
{
    private static readonly UsbEndpoint Out = new(0x02, UsbTransferKind.Bulk, 64);
    private static readonly UsbEndpoint In = new(0x82, UsbTransferKind.Bulk, 64);

    [Test]
    public void Send_InSeveralSlices_GoesOnWhereTheLastOneEnded()
    {
        using var device = new ScriptedDevice((null, 64), (null, 0), (null, 64), (UsbTransferStatus.Completed, 22));
        Assert.That(device.Transfer(Out, 150), Is.EqualTo((UsbTransferStatus.Completed, 150)));
        Assert.That(device.Calls, Is.EqualTo(new[] { "02 0+150", "02 64+86", "02 64+86", "02 128+22" }));
    }

    [Test]
    public void Receive_OfAPartInASlice_IsHandedOn()
    {
        using var device = new ScriptedDevice((null, 0), (null, 128));
        Assert.That(device.Transfer(In, 1024), Is.EqualTo((UsbTransferStatus.Completed, 128)));
    }

    [TestCase(UsbTransferStatus.Stalled)]
    [TestCase(UsbTransferStatus.Overflow)]
    [TestCase(UsbTransferStatus.Failed)]
    [TestCase(UsbTransferStatus.Gone)]
    public void Move_ThatFails_EndsTheTransferWithWhatWasMoved(UsbTransferStatus status)
    {
        using var device = new ScriptedDevice((null, 64), (status, 10));
        Assert.That(device.Transfer(Out, 150), Is.EqualTo((status, 74)));
    }

    [Test]
    public void Move_ThatThrows_IsAFailedTransfer_AndTheNextOneGoesOn()
    {
        using var device = new ScriptedDevice((UsbTransferStatus.Completed, 8)) { Fault = new ObjectDisposedException("the library") };
        Assert.That(device.Transfer(Out, 8), Is.EqualTo((UsbTransferStatus.Failed, 0)));
        Assert.That(device.Transfer(Out, 8), Is.EqualTo((UsbTransferStatus.Completed, 8)));
    }

    [Test]
    public void Submit_OfASubmittedTransfer_IsRefused()
    {
        using var device = new ScriptedDevice();
        using var transfer = device.CreateTransfer(In, 8, device);
        transfer.Submit(8);
        Assert.That(() => transfer.Submit(8), Throws.InvalidOperationException.With.Message.Contains("wait for its completion"));
        Assert.That(() => transfer.Submit(9), Throws.TypeOf<ArgumentOutOfRangeException>());
        transfer.Cancel();
        Assert.That(device.Ended(), Is.EqualTo((UsbTransferStatus.Cancelled, 0)));
    }

    [Test]
    public void ClearHalt_SelectsTheSettingOfItsInterfaceAgain()
    {
        using var device = new ScriptedDevice();
        device.Claim(0);
        device.Claim(1);
        device.SelectAlternate(1, 2);
        device.ClearHalt(0x83);
        device.ClearHalt(0x82);
        Assert.That(device.Calls, Is.EqualTo(new[] { "claim 0", "claim 1", "select 1.2", "select 1.2", "select 0.0" }));
        Assert.That(() => device.ClearHalt(0x8F), Throws.InstanceOf<IOException>().With.Message.Contains("8f"));
    }

    [Test]
    public void Dispose_ReleasesWhatIsClaimed_AndOnce()
    {
        var device = new ScriptedDevice();
        device.Claim(0);
        device.Claim(0);
        device.Claim(1);
        device.Release(1);
        device.Release(1);
        device.Dispose();
        device.Dispose();
        Assert.That(device.Calls, Is.EqualTo(new[] { "claim 0", "claim 1", "release 1", "release 0", "close" }));
        Assert.That(() => device.CreateTransfer(In, 8, device), Throws.TypeOf<ObjectDisposedException>());
    }

    private sealed class ScriptedDevice(params (UsbTransferStatus? Status, int Moved)[] slices)
        : BlockingUsbDevice(new UsbDeviceInfo
        {
            Id = new UsbId(1, 2),
            Interfaces =
            [
                new UsbInterface(0, 0, UsbClass.Bluetooth, [In, Out]),
                new UsbInterface(1, 2, UsbClass.Bluetooth, [new UsbEndpoint(0x83, UsbTransferKind.Isochronous, 17)]),
            ],
        }), IUsbTransferUser
    {
        private readonly Queue<(UsbTransferStatus? Status, int Moved)> _slices = new(slices);
        private readonly BlockingCollection<(UsbTransferStatus, int)> _ended = [];

        public ConcurrentQueue<string> Calls { get; } = [];

        /// <summary>What the next slice throws.</summary>
        public Exception? Fault { get; set; }

        public (UsbTransferStatus Status, int Length) Transfer(UsbEndpoint endpoint, int length)
        {
            using var transfer = CreateTransfer(endpoint, length, this);
            transfer.Submit(length);
            return Ended();
        }

        public (UsbTransferStatus Status, int Length) Ended() =>
            _ended.TryTake(out var ended, TimeSpan.FromSeconds(10)) ? ended : throw new TimeoutException("No completion came.");

        public void Completed(IUsbTransfer transfer, UsbTransferStatus status, int length) => _ended.Add((status, length));

        protected override void ClaimInterface(byte interfaceNumber) => Calls.Enqueue($"claim {interfaceNumber}");

        protected override void ReleaseInterface(byte interfaceNumber) => Calls.Enqueue($"release {interfaceNumber}");

        protected override void SelectSetting(byte interfaceNumber, byte alternate) => Calls.Enqueue($"select {interfaceNumber}.{alternate}");

        protected override UsbTransferStatus? Move(UsbEndpoint endpoint, byte[] buffer, int offset, int length, out int moved)
        {
            if (Fault is { } fault)
            {
                Fault = null;
                throw fault;
            }

            if (!_slices.TryDequeue(out var slice))
            {
                // A slice in which nothing happens, without its waiting.
                Thread.Yield();
                moved = 0;
                return null;
            }

            Calls.Enqueue($"{endpoint.Address:x2} {offset}+{length}");
            moved = slice.Moved;
            return slice.Status;
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            Calls.Enqueue("close");
        }
    }
}
