using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.LibUsb;
using HostStack.Testing;
using HostStack.Testing.Contracts;
using HostStack.Testing.Usb;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>What two threads do to one transfer, and users that throw: no memory is used that was given back, and the process
/// lives on.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LibUsbTransferRaceTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly FakeLibUsb _library = new();
    private readonly FakeLibUsbDevice _dongle = new(Dongles.Controller());
    private readonly Completions _completions = new();
    private readonly KeptFaults _log = new();
    private IUsbDevice _device = null!;

    [SetUp]
    public void Open()
    {
        _library.Plug(_dongle);
        Open(_log);
    }

    [TearDown]
    public void Close()
    {
        _device.Dispose();
        Assert.That(_library.Alive, Is.Zero, "everything native is given back");
    }

    /// <summary>It completes and is disposed between the look at its state and libusb's own look.</summary>
    [Test]
    public async Task Cancel_OfOneThatIsDisposedMeanwhile_KeepsItsMemoryUntilLibusbReturns()
    {
        var transfer = _device.CreateTransfer(UsbDongles.DataOut, 64, _completions);
        transfer.Submit(64);
        var disposing = new Thread(transfer.Dispose);
        var (before, within) = (0, 0);
        _library.OnCancel = () =>
        {
            _library.OnCancel = null;
            before = _library.Alive;
            _library.End(0x02, NativeTransferStatus.Completed, length: 64);
            Assert.That(SpinWait.SpinUntil(() => _completions.HasMore, s_limit), Is.True);
            disposing.Start();
            Assert.That(
                SpinWait.SpinUntil(() => (disposing.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0, s_limit),
                Is.True);
            within = _library.Alive;
        };
        await Task.Run(transfer.Cancel);
        Assert.That(disposing.Join(s_limit), Is.True);
        Assert.That(within, Is.EqualTo(before), "it is freed only when the cancelling is over");
    }

    /// <summary>The device is closed by another thread while the user looks at what came.</summary>
    [Test]
    public async Task Dispose_WhileTheUserIsTold_LeavesItsOctetsUntilTheUserReturns()
    {
        var transfer = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
        byte[]? read = null;
        var refused = false;
        _completions.Then = (ended, _) =>
        {
            var alive = _library.Alive;
            var closing = new Thread(() =>
            {
                transfer.Dispose();
                try
                {
                    refused = transfer.Buffer.IsEmpty;
                }
                catch (ObjectDisposedException)
                {
                    refused = true;
                }
            });
            closing.Start();
            closing.Join();
            Assert.That(_library.Alive, Is.EqualTo(alive));
            read = ended.Buffer[..3].ToArray();
        };
        transfer.Submit(64);
        _library.End(0x82, NativeTransferStatus.Completed, [1, 2, 3]);
        await _completions.NextAsync();
        _device.Dispose();
        Assert.That(read, Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(refused, Is.True, "who disposed it reads it no more");
        Assert.That(_library.Alive, Is.Zero);
    }

    [Test]
    public async Task Dispose_OfOneSubmittedAgainWithinItsCompletion_FreesItOnce()
    {
        var transfer = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
        _completions.Then = (again, _) =>
        {
            again.Submit(64);
            again.Dispose();
        };
        transfer.Submit(64);
        _library.End(0x82, NativeTransferStatus.Completed, [1]);
        await _completions.NextAsync();
        _device.Dispose();
        Assert.That((_completions.HasMore, _library.Alive), Is.EqualTo((false, 0)));
    }

    /// <summary>A user's mistake ends its device, as if it had been pulled, and not the process.</summary>
    [Test]
    public async Task Completed_ThatThrows_EndsTheDeviceAndIsLogged()
    {
        using var thrower = _device.CreateTransfer(UsbDongles.DataOut, 64, new ThrowingUser());
        using var other = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
        await ThrowAsync(thrower, other);
        Assert.That(_log.All, Is.EqualTo(new[] { ThrowingUser.Fault }));

        other.Submit(64);
        var told = await _completions.NextAsync();
        Assert.That((told.Status, told.Length, told.Thread), Is.EqualTo((UsbTransferStatus.Gone, 0, "usb 1.4")), "also what comes later");
        Assert.That(_library.InFlight, Is.Zero);
    }

    [Test]
    public async Task Completed_ThatThrows_OnALogThatThrowsToo_EndsTheDeviceAllTheSame()
    {
        _device.Dispose();
        Open(new ThrowingLog());
        using var thrower = _device.CreateTransfer(UsbDongles.DataOut, 64, new ThrowingUser());
        using var other = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
        await ThrowAsync(thrower, other);
    }

    private async Task ThrowAsync(IUsbTransfer thrower, IUsbTransfer other)
    {
        other.Submit(64);
        thrower.Submit(64);
        _library.End(0x02, NativeTransferStatus.Completed, length: 64);
        Assert.That((await _completions.NextAsync()).Status, Is.EqualTo(UsbTransferStatus.Gone), "the other transfer of the device");
    }

    private void Open(ILogger log) =>
        _device = new LibUsbBus(() => _library, UsbPlatform.Linux, null, log) { TransfersEnd = s_limit }.Open(_dongle.Info);

    private sealed class ThrowingUser : IUsbTransferUser
    {
        public static readonly Exception Fault = new InvalidOperationException("the user's own mistake");

        public void Completed(IUsbTransfer transfer, UsbTransferStatus status, int length) => throw Fault;
    }
}
