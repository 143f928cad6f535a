using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.LibUsb;
using HostStack.Testing.Usb;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>The life of transfers, through native callbacks, on a libusb that the test plays.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LibUsbTransferTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly FakeLibUsb _library = new();
    private readonly FakeLibUsbDevice _dongle = new(Dongles.Controller());
    private readonly Completions _completions = new();
    private IUsbDevice _device = null!;

    [SetUp]
    public void Open()
    {
        _library.Plug(_dongle);
        _device = new LibUsbBus(() => _library, UsbPlatform.Linux, null) { TransfersEnd = s_limit }.Open(_dongle.Info);
    }

    [TearDown]
    public void Close()
    {
        _device.Dispose();
        Assert.That(_library.Alive, Is.Zero, "everything native is given back");
    }

    [Test]
    public async Task Submit_OfAnInEndpoint_GivesWhatTheDeviceSent()
    {
        using var transfer = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
        transfer.Submit(64);
        _library.End(0x82, NativeTransferStatus.Completed, [1, 2, 3]);
        var told = await _completions.NextAsync();
        Assert.Multiple(() =>
        {
            Assert.That(told.Transfer, Is.SameAs(transfer));
            Assert.That(told.Status, Is.EqualTo(UsbTransferStatus.Completed));
            Assert.That(told.Octets, Is.EqualTo(new byte[] { 1, 2, 3 }));
            Assert.That(told.Thread, Is.EqualTo("usb 1.4"));
            Assert.That(transfer.Buffer.Length, Is.EqualTo(64));
            Assert.That(transfer.Endpoint, Is.EqualTo(UsbDongles.DataIn));
        });
    }

    [TestCase(NativeTransferStatus.Completed, UsbTransferStatus.Completed)]
    [TestCase(NativeTransferStatus.Error, UsbTransferStatus.Failed)]
    [TestCase(NativeTransferStatus.TimedOut, UsbTransferStatus.Failed)]
    [TestCase(NativeTransferStatus.Cancelled, UsbTransferStatus.Cancelled)]
    [TestCase(NativeTransferStatus.Stall, UsbTransferStatus.Stalled)]
    [TestCase(NativeTransferStatus.NoDevice, UsbTransferStatus.Gone)]
    [TestCase(NativeTransferStatus.Overflow, UsbTransferStatus.Overflow)]
    [TestCase((NativeTransferStatus)7, UsbTransferStatus.Failed)]
    public void Meaning_OfEachStatus(NativeTransferStatus status, UsbTransferStatus meaning) =>
        Assert.That(LibUsbTransfer.Meaning(status), Is.EqualTo(meaning));

    [TestCase(LibUsbError.NoDevice, UsbTransferStatus.Gone)]
    [TestCase(LibUsbError.InputOutput, UsbTransferStatus.Failed)]
    [TestCase(LibUsbError.NotSupported, UsbTransferStatus.Failed)]
    public async Task Submit_ThatFails_EndsInOneCompletionOnTheThreadOfAll(LibUsbError error, UsbTransferStatus status)
    {
        using var transfer = _device.CreateTransfer(UsbDongles.DataOut, 64, _completions);
        _library.SubmitError = error;
        transfer.Submit(64);
        var told = await _completions.NextAsync();
        Assert.Multiple(() =>
        {
            Assert.That(told.Status, Is.EqualTo(status));
            Assert.That(told.Length, Is.Zero);
            Assert.That(told.Thread, Is.EqualTo("usb 1.4"));
        });

        _library.SubmitError = LibUsbError.Success;
        transfer.Submit(64);
        _library.End(0x02, NativeTransferStatus.Completed, length: 64);
        Assert.That((await _completions.NextAsync()).Status, Is.EqualTo(UsbTransferStatus.Completed), "it can be used again");
    }

    [Test]
    public async Task Submit_OfManyThatFail_LosesNoneAndKeepsTheirOrder()
    {
        var transfers = Enumerable.Range(0, 16).Select(_ => _device.CreateTransfer(UsbDongles.DataOut, 8, _completions)).ToArray();
        _library.SubmitError = LibUsbError.NoDevice;
        foreach (var transfer in transfers)
        {
            transfer.Submit(8);
        }

        foreach (var transfer in transfers)
        {
            Assert.That((await _completions.NextAsync()).Transfer, Is.SameAs(transfer));
        }

        Assert.That(_completions.HasMore, Is.False);
        Array.ForEach(transfers, static transfer => transfer.Dispose());
    }

    [Test]
    public async Task Submit_ThatFailsWithinACompletion_EndsInAnother()
    {
        using var transfer = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
        _completions.Then = (again, status) =>
        {
            if (status == UsbTransferStatus.Completed)
            {
                again.Submit(64);
            }
        };
        transfer.Submit(64);
        _library.SubmitError = LibUsbError.NoDevice;
        _library.End(0x82, NativeTransferStatus.Completed, [1]);
        Assert.That((await _completions.NextAsync()).Status, Is.EqualTo(UsbTransferStatus.Completed));
        Assert.That((await _completions.NextAsync()).Status, Is.EqualTo(UsbTransferStatus.Gone));
    }

    [Test]
    public void Submit_WhileSubmitted_IsTheCallersMistake()
    {
        using var transfer = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
        transfer.Submit(64);
        Assert.That(() => transfer.Submit(64), Throws.InvalidOperationException);
    }

    [TestCase(-1)]
    [TestCase(65)]
    public void Submit_BeyondTheBuffer_IsTheCallersMistake(int length)
    {
        using var transfer = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
        Assert.That(() => transfer.Submit(length), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Cancel_OfASubmittedOne_CompletesIt()
    {
        using var transfer = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
        transfer.Cancel();
        transfer.Submit(64);
        transfer.Cancel();
        Assert.That((await _completions.NextAsync()).Status, Is.EqualTo(UsbTransferStatus.Cancelled));
        transfer.Cancel();
        Assert.That(_completions.HasMore, Is.False);
    }

    [Test]
    public async Task Unplug_EndsAllThatIsSubmitted()
    {
        var transfers = Enumerable.Range(0, 8).Select(_ => _device.CreateTransfer(UsbDongles.DataIn, 64, _completions)).ToArray();
        Array.ForEach(transfers, static transfer => transfer.Submit(64));
        _library.Unplug(_dongle);
        foreach (var transfer in transfers)
        {
            Assert.That(await _completions.NextAsync(), Has.Property("Status").EqualTo(UsbTransferStatus.Gone).And.Property("Transfer").SameAs(transfer));
        }

        transfers[0].Submit(64);
        Assert.That((await _completions.NextAsync()).Status, Is.EqualTo(UsbTransferStatus.Gone), "also what comes later");
        Array.ForEach(transfers, static transfer => transfer.Dispose());
    }

    [Test]
    public void Dispose_OfASubmittedOne_TellsNobodyAndFreesIt()
    {
        var transfer = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
        transfer.Submit(64);
        transfer.Dispose();
        transfer.Dispose();
        _device.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(_completions.HasMore, Is.False);
            Assert.That(_library.Alive, Is.Zero);
            Assert.That(() => transfer.Submit(1), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => transfer.Buffer.Length, Throws.TypeOf<ObjectDisposedException>());
            Assert.That(transfer.Cancel, Throws.Nothing);
        });
    }

    [Test]
    public void DisposeOfTheDevice_EndsAndFreesWhatIsLeft()
    {
        for (var i = 0; i < 8; i++)
        {
            var transfer = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
            if (i % 2 == 0)
            {
                transfer.Submit(64);
            }
        }

        _device.Dispose();
        Assert.That(_library.Alive, Is.Zero);
        Assert.That(_library.InFlight, Is.Zero);
        Assert.That(_completions.HasMore, Is.False);
    }

    [Test]
    public async Task DisposeOfTheDevice_WithinACompletion_IsTheCallersMistake()
    {
        using var transfer = _device.CreateTransfer(UsbDongles.DataIn, 64, _completions);
        Exception? thrown = null;
        _completions.Then = (_, _) => thrown = Assert.Catch(_device.Dispose);
        transfer.Submit(64);
        _library.End(0x82, NativeTransferStatus.Completed, [1]);
        await _completions.NextAsync();
        Assert.That(thrown, Is.TypeOf<InvalidOperationException>());
    }

    [Test]
    public async Task SubmittingAndCompleting_AllocateNothing()
    {
        const int Rounds = 1000;
        var user = new Resubmitting(Rounds, _library);
        using var transfer = _device.CreateTransfer(UsbDongles.DataIn, 64, user);
        transfer.Submit(64);
        _library.End(0x82, NativeTransferStatus.Completed, [1, 2, 3]);
        Assert.That(await user.Done.Task.WaitAsync(s_limit), Is.Zero);
    }

    // Submits again and lets the device answer at once, all on the events' thread; the first rounds warm up.
    private sealed class Resubmitting(int rounds, FakeLibUsb library) : IUsbTransferUser
    {
        private const int WarmUp = 100;
        private int _round;
        private long _before;

        public TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Completed(IUsbTransfer transfer, UsbTransferStatus status, int length)
        {
            _round++;
            if (_round == WarmUp)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_round == rounds)
            {
                Done.SetResult(GC.GetAllocatedBytesForCurrentThread() - _before);
                return;
            }

            transfer.Submit(64);
            library.End(0x82, NativeTransferStatus.Completed, [1, 2, 3]);
        }
    }
}
