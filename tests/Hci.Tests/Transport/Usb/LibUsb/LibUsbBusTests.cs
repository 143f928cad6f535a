using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.LibUsb;
using HostStack.Testing.Usb;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>Listing, probing and opening, on a libusb that the test plays.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LibUsbBusTests
{
    private static readonly UsbDeviceInfo s_hub = new() { Id = new(0x1D6B, 0x0002), Class = new(0x09, 0, 1), Bus = 1, Address = 1 };

    private readonly FakeLibUsb _library = new();

    [TearDown]
    public void NothingIsLeft() => Assert.That(_library.Alive, Is.Zero);

    [Test]
    public void List_GivesDescriptorsByBusAndPortWithoutHubs()
    {
        var far = Dongles.Controller(ports: "10");
        var near = Dongles.Controller("0bda:8771", ports: "2.3");
        Plug(far, s_hub, near);
        var listed = Bus().List();
        Assert.Multiple(() =>
        {
            Assert.That(listed.Select(static device => device.Location), Is.EqualTo(["1.2.3", "1.10"]));
            Assert.That(listed[0].Id, Is.EqualTo(near.Id));
            Assert.That(listed[0].Release, Is.EqualTo(0x8891));
            Assert.That(listed[0].Class, Is.EqualTo(UsbClass.Bluetooth));
            Assert.That(listed[0].Address, Is.EqualTo(3));
            Assert.That(listed[0].Interfaces.Select(static item => (item.Number, item.Alternate)), Is.EqualTo([(0, 0), (1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 5)]));
            Assert.That(listed[0].Interfaces[0].Class, Is.EqualTo(UsbClass.Bluetooth));
            Assert.That(listed[0].Interfaces[0].Endpoints, Is.EqualTo([UsbDongles.Events, UsbDongles.DataOut, UsbDongles.DataIn]));
        });
    }

    [Test]
    public void List_OfADeviceThatIsNotConfigured_TellsItsFirstConfiguration()
    {
        _library.Plug(new FakeLibUsbDevice(Dongles.Controller()) { IsConfigured = false });
        Assert.That(Bus().List().Single().Interfaces, Has.Count.EqualTo(7));
    }

    [Test]
    public void List_OnLinux_ReadsNamesWithoutOpening()
    {
        using var sysfs = new SysfsTree();
        sysfs.Write("1-4/product", "CSR8510 A10\n");
        sysfs.Write("1-4/serial", "0001\n");
        Plug(Dongles.Controller());
        var device = Bus(UsbPlatform.Linux, sysfs.Devices).List().Single();
        Assert.Multiple(() =>
        {
            Assert.That(device.Product, Is.EqualTo("CSR8510 A10"));
            Assert.That(device.SerialNumber, Is.EqualTo("0001"));
            Assert.That(device.Manufacturer, Is.Null);
            Assert.That(_library.Calls, Has.None.StartsWith("open"));
        });
    }

    [Test]
    public void List_Elsewhere_OpensOnlyWhatMayBeAControllerForItsNames()
    {
        Plug(Dongles.Keyboard(), Dongles.Controller());
        var listed = Bus(UsbPlatform.Windows).List();
        Assert.Multiple(() =>
        {
            Assert.That(listed.Select(static device => device.Product), Is.EqualTo([null, "Dongle"]));
            Assert.That(listed[1].Manufacturer, Is.EqualTo("Maker"));
            Assert.That(listed[1].SerialNumber, Is.EqualTo("00E04C000001"));
            Assert.That(_library.Calls, Has.Exactly(1).StartsWith("open"));
        });
    }

    [Test]
    public void List_Elsewhere_ThatMayNotBeOpened_IsListedWithoutNames()
    {
        _library.Plug(new FakeLibUsbDevice(Dongles.Controller()) { OpenError = LibUsbError.NotSupported });
        Assert.That(Bus(UsbPlatform.Windows).List().Single().Product, Is.Null);
    }

    [TestCase(LibUsbError.Other, "The USB devices cannot be listed (LIBUSB_ERROR_OTHER); check that /dev/bus/usb is there")]
    [TestCase(LibUsbError.Access, "This system does not let the program see its USB devices")]
    public void List_WithoutUsb_SaysWhy(LibUsbError error, string sentence)
    {
        _library.InitError = error;
        Assert.That(() => Bus().List(), Throws.TypeOf<ControllerUnavailableException>().With.Message.StartsWith(sentence));
    }

    [Test]
    public void Probe_TellsDriverAndAccess()
    {
        using var sysfs = new SysfsTree();
        sysfs.Bind("1-4:1.0", "btusb");
        Plug(Dongles.Controller());
        Assert.That(
            Bus(UsbPlatform.Linux, sysfs.Devices).Probe(Dongles.Controller()), Is.EqualTo(new UsbAccess("btusb", null)));
        Assert.That(_library.Calls, Is.EqualTo(["open 1.4", "close", "exit"]));
    }

    [Test]
    public void Probe_OfADeviceThatAProgramHas_SaysSo()
    {
        using var sysfs = new SysfsTree();
        sysfs.Bind("1-4:1.0", "usbfs");
        Plug(Dongles.Controller());
        var access = Bus(UsbPlatform.Linux, sysfs.Devices).Probe(Dongles.Controller());
        Assert.That(access.Problem, Does.StartWith("Another program has the USB device").And.Contain("fuser /dev/bus/usb/001/004"));
    }

    [Test]
    public void Probe_WithoutPermission_NamesTheRule()
    {
        _library.Plug(new FakeLibUsbDevice(Dongles.Controller()) { OpenError = LibUsbError.Access });
        var access = Bus().Probe(Dongles.Controller());
        Assert.That(access.CanOpen, Is.False);
        Assert.That(access.Problem, Does.Contain("70-hoststack.rules"));
    }

    [Test]
    public void Open_OfADeviceThatWasPulledOut_SaysSo()
    {
        Plug(Dongles.Controller(address: 5));
        Assert.That(
            () => Bus().Open(Dongles.Controller(address: 4)),
            Throws.TypeOf<ControllerUnavailableException>().With.Message.EqualTo("The USB device 0a12:0001 at 1.4 is gone; plug it in again."));
    }

    [Test]
    public void TrySuspendOnce_Elsewhere_IsNotPossible() =>
        Assert.That(Bus(UsbPlatform.MacOs).TrySuspendOnce(Dongles.Controller()), Is.False);

    private void Plug(params UsbDeviceInfo[] devices) => Array.ForEach(devices, device => _library.Plug(new FakeLibUsbDevice(device)));

    private LibUsbBus Bus(UsbPlatform platform = UsbPlatform.Linux, SysfsUsbDevices? sysfs = null) => new(() => _library, platform, sysfs);
}
