using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.LibUsb;
using HostStack.Testing.Usb;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>Interfaces, drivers and requests of an open device, on a libusb that the test plays.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LibUsbDeviceTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly FakeLibUsb _library = new();

    [Test]
    public void Claim_InterfacesOfADriver_AreDetachedAndAttachedAfterTheLastRelease()
    {
        using var device = Open(new FakeLibUsbDevice(Dongles.Controller()) { DriverActive = [0, 1] });
        device.Claim(0);
        device.Claim(1);
        device.Claim(1);
        device.Release(0);
        device.Release(1);
        device.Release(1);
        Assert.That(
            _library.Calls,
            Is.EqualTo(["open 1.4", "detach 0", "claim 0", "claim 1", "release 0", "release 1", "attach 0"]));
    }

    [Test]
    public void Dispose_WithClaimedInterfaces_GivesThemBackToTheDriver()
    {
        var device = Open(new FakeLibUsbDevice(Dongles.Controller()) { DriverActive = [0, 1] });
        device.Claim(0);
        device.Claim(1);
        device.Dispose();
        device.Dispose();
        Assert.That(
            _library.Calls,
            Is.EqualTo(["open 1.4", "detach 0", "claim 0", "claim 1", "release 0", "release 1", "attach 0", "close", "exit"]));
        Assert.That(_library.Alive, Is.Zero);
    }

    [Test]
    public void Claim_WithoutDriver_AttachesNone()
    {
        var device = Open(new FakeLibUsbDevice(Dongles.Controller()));
        device.Claim(0);
        device.Dispose();
        Assert.That(_library.Calls, Is.EqualTo(["open 1.4", "claim 0", "release 0", "close", "exit"]));
    }

    [Test]
    public void Claim_OnASystemThatCannotTellOfDrivers_ClaimsAllTheSame()
    {
        using var device = Open(new FakeLibUsbDevice(Dongles.Controller()) { DriverActive = null });
        device.Claim(0);
        Assert.That(_library.Calls, Is.EqualTo(["open 1.4", "claim 0"]));
    }

    [Test]
    public void Claim_ThatIsRefused_SaysWhoHasItAndGivesItBack()
    {
        using var device = Open(new FakeLibUsbDevice(Dongles.Controller()) { DriverActive = [0], ClaimError = LibUsbError.Busy });
        Assert.That(
            () => device.Claim(0),
            Throws.TypeOf<ControllerUnavailableException>().With.Message.StartsWith("Another program has the USB device 0a12:0001 at 1.4; end it"));
        Assert.That(_library.Calls, Is.EqualTo(["open 1.4", "detach 0", "claim 0", "attach 0"]));
    }

    [Test]
    public void Claim_WhereTheDriverMayNotBeDetached_NamesThatAsTheCause()
    {
        using var device = Open(
            new FakeLibUsbDevice(Dongles.Controller()) { DriverActive = [0], DetachError = LibUsbError.Access, ClaimError = LibUsbError.Busy },
            UsbPlatform.MacOs);
        Assert.That(
            () => device.Claim(0),
            Throws.TypeOf<ControllerUnavailableException>().With.Message.StartsWith("macOS does not let this program have the USB device"));
    }

    [Test]
    public void Requests_GoToTheDevice()
    {
        using var device = Open(new FakeLibUsbDevice(Dongles.Controller()));
        device.SelectAlternate(1, 0);
        device.ClearHalt(0x82);
        Assert.That(_library.Calls, Is.EqualTo(["open 1.4", "alternate 1 0", "clear 0x82"]));
    }

    [Test]
    public void Requests_ThatAreRefused_SayWhich()
    {
        using var device = Open(new FakeLibUsbDevice(Dongles.Controller()) { RequestError = LibUsbError.Pipe });
        Assert.Multiple(() =>
        {
            Assert.That(
                () => device.SelectAlternate(1, 0),
                Throws.TypeOf<IOException>().With.Message.Contains("refuses: alternate setting 0 of interface 1 (LIBUSB_ERROR_PIPE)"));
            Assert.That(
                () => device.ClearHalt(0x82),
                Throws.TypeOf<IOException>().With.Message.Contains("clearing the halt of endpoint 0x82"));
        });
    }

    [Test]
    public void Calls_AfterDispose_AreRefused()
    {
        var device = Open(new FakeLibUsbDevice(Dongles.Controller()));
        device.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(() => device.Claim(0), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => device.SelectAlternate(1, 0), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => device.ClearHalt(0x82), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => device.CreateTransfer(UsbDongles.DataIn, 64, new Completions()), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => device.Release(0), Throws.Nothing);
        });
    }

    /// <summary>libusb waits for the device up to five seconds; the loop, which makes longer transfers, may not.</summary>
    [Test]
    public async Task CreateTransfer_WhileAHaltIsCleared_DoesNotWaitForIt()
    {
        using var cleared = new ManualResetEventSlim();
        using var clearing = new ManualResetEventSlim();
        var dongle = new FakeLibUsbDevice(Dongles.Controller());
        using var device = Open(dongle);
        dongle.OnRequest = () =>
        {
            clearing.Set();
            cleared.Wait();
        };
        var halted = Task.Run(() => device.ClearHalt(0x02));
        clearing.Wait();
        var made = Task.Run(() => device.CreateTransfer(UsbDongles.DataOut, 64, new Completions()).Dispose());
        try
        {
            await made.WaitAsync(s_limit);
        }
        finally
        {
            cleared.Set();
            await halted;
            await made;
        }
    }

    private IUsbDevice Open(FakeLibUsbDevice device, UsbPlatform platform = UsbPlatform.Linux)
    {
        _library.Plug(device);
        return new LibUsbBus(() => _library, platform, null) { TransfersEnd = s_limit }.Open(device.Info);
    }
}
