using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>Which of the devices that are plugged in a user means.</summary>
[TestFixture]
public sealed class UsbSelectionTests
{
    private static readonly UsbClass s_none = new(0, 0, 0);
    private static readonly UsbClass s_composite = new(0xEF, 0x02, 0x01);
    private static readonly UsbClass s_vendor = new(0xFF, 0x01, 0x01);
    private static readonly UsbClass s_amp = new(0xE0, 0x01, 0x04);

    // Two CSR dongles, one Realtek on another bus, a keyboard between them; not in the order of their places.
    private static readonly UsbDeviceInfo[] s_plugged =
    [
        Dongles.Controller("0bda:8771", bus: 2, ports: "1", product: "BT 5.1"),
        Dongles.Controller(ports: "10"),
        Dongles.Keyboard(),
        Dongles.Controller(ports: "4.1"),
    ];

    [TestCase("", "1.4.1")]
    [TestCase("0bda:8771", "2.1")]
    [TestCase("0bda:8771#1", "2.1")]
    [TestCase("0a12:0001#1", "1.4.1")]
    [TestCase("0a12:0001#2", "1.10")]
    [TestCase("1.10", "1.10")]
    [TestCase("1.4.1", "1.4.1")]
    public void Choose_FindsTheOneThatIsMeant(string selector, string location) =>
        Assert.That(UsbSelection.Choose(UsbSelector.Parse(selector), s_plugged).Location, Is.EqualTo(location));

    [TestCase("0a12:0001", "There are 2 USB devices 0a12:0001, at 1.4.1 and 1.10; write usb:0a12:0001#1 or usb:1.4.1 for the first of them.")]
    [TestCase("0a12:0001#3", "There is no USB device 0a12:0001 number 3; 2 are there, at 1.4.1 and 1.10.")]
    [TestCase("0bda:8771#2", "There is no USB device 0bda:8771 number 2; 1 is there, at 2.1.")]
    [TestCase("8087:0029", "No USB device 8087:0029 is plugged in; plug it in, or name another controller: 0a12:0001 at 1.4.1, 0a12:0001 at 1.10, 0bda:8771 (BT 5.1) at 2.1.")]
    [TestCase("1.4", "No USB device is plugged in at 1.4; plug it in, or name another controller: 0a12:0001 at 1.4.1, 0a12:0001 at 1.10, 0bda:8771 (BT 5.1) at 2.1.")]
    [TestCase("1.2", "The USB device 046d:c31c (Keyboard) at 1.2 is no Bluetooth controller: no interface of it has the endpoints of one; name another one.")]
    public void Choose_WhatIsNotThere_SaysWhatIs(string selector, string sentence) =>
        Assert.That(
            () => UsbSelection.Choose(UsbSelector.Parse(selector), s_plugged),
            Throws.TypeOf<ControllerUnavailableException>().With.Message.EqualTo(sentence));

    [Test]
    public void Choose_TheFirstOfNone_SaysWhatIsThere()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                () => UsbSelection.Choose(UsbSelector.First, []),
                Throws.TypeOf<ControllerUnavailableException>().With.Message.EqualTo("No USB Bluetooth controller is plugged in; plug one in."));
            Assert.That(
                () => UsbSelection.Choose(UsbSelector.First, [Dongles.Keyboard()]),
                Throws.TypeOf<ControllerUnavailableException>().With.Message.EqualTo(
                    "No USB Bluetooth controller is plugged in, among 046d:c31c (Keyboard) at 1.2; plug one in, or name the one whose class does not tell it."));
        });
    }

    [Test]
    public void Choose_AnAmpController_IsRefusedAlsoByName()
    {
        var amp = Dongles.OfClass("0cf3:3004", s_amp, s_amp);
        Assert.Multiple(() =>
        {
            Assert.That(
                () => UsbSelection.Choose(UsbSelector.Parse("1.4"), [amp]),
                Throws.TypeOf<ControllerUnavailableException>().With.Message.Contains("is an AMP controller"));
            Assert.That(() => UsbSelection.Choose(UsbSelector.First, [amp]), Throws.TypeOf<ControllerUnavailableException>());
        });
    }

    [Test]
    public void Choose_ADeviceOfAnUnknownClassByName_IsBelieved()
    {
        var odd = Dongles.OfClass("1234:5678", s_none, new UsbClass(0xFF, 0xFF, 0xFF));
        Assert.Multiple(() =>
        {
            Assert.That(UsbSelection.Choose(UsbSelector.Parse("1234:5678"), [odd]), Is.SameAs(odd));
            Assert.That(() => UsbSelection.Choose(UsbSelector.First, [odd]), Throws.TypeOf<ControllerUnavailableException>());
        });
    }

    private static IEnumerable<TestCaseData> Devices() =>
    [
        new TestCaseData(Dongles.OfClass("1234:5678", UsbClass.Bluetooth, UsbClass.Bluetooth)) { ExpectedResult = true, TestName = "class of the device" },
        new TestCaseData(Dongles.OfClass("1234:5678", s_composite, UsbClass.Bluetooth)) { ExpectedResult = true, TestName = "class of an interface" },
        new TestCaseData(Dongles.OfClass("0a5c:21e8", s_none, s_vendor)) { ExpectedResult = true, TestName = "known ids" },
        new TestCaseData(Dongles.OfClass("0a5c:7777", s_vendor, s_vendor)) { ExpectedResult = true, TestName = "class of a maker that does so" },
        new TestCaseData(Dongles.OfClass("1234:5678", s_vendor, s_vendor)) { ExpectedResult = false, TestName = "the same class of another maker" },
        new TestCaseData(Dongles.OfClass("1234:5678", s_amp, s_amp)) { ExpectedResult = false, TestName = "AMP" },
        new TestCaseData(Dongles.OfClass("1234:5678", s_composite, s_amp)) { ExpectedResult = false, TestName = "AMP by its interface" },
        new TestCaseData(Dongles.OfClass("1234:5678", s_none, new UsbClass(0xE0, 0x01, 0x03))) { ExpectedResult = false, TestName = "RNDIS" },
        new TestCaseData(Dongles.Keyboard()) { ExpectedResult = false, TestName = "keyboard" },
    ];

    [TestCaseSource(nameof(Devices))]
    public bool IsController(UsbDeviceInfo device) => UsbCandidates.IsController(device);

    [Test]
    public void SelectorOf_EachController_ChoosesIt()
    {
        foreach (var device in UsbCandidates.Among(s_plugged))
        {
            Assert.That(UsbSelection.Choose(UsbSelector.Of(device, s_plugged), s_plugged), Is.SameAs(device));
        }
    }

    [Test]
    public void Listed_OfMany_NamesTheFirst() =>
        Assert.That(
            UsbSelection.Listed(Enumerable.Range(1, 9).Select(static port => Dongles.Keyboard($"{port}"))),
            Does.StartWith("046d:c31c (Keyboard) at 1.1, ").And.EndWith(" at 1.6 and 3 more"));
}
