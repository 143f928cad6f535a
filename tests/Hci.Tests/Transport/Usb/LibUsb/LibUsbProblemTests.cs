using HostStack.Hci.Transport.Usb.LibUsb;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

[TestFixture]
internal sealed class LibUsbProblemTests
{
    [TestCase(LibUsbError.Access, UsbPlatform.Linux, "No permission to open the USB device 0a12:0001 (CSR8510) at 1.4; put packaging/udev/70-hoststack.rules into /etc/udev/rules.d and plug it in again, or run as root.")]
    [TestCase(LibUsbError.Access, UsbPlatform.MacOs, "macOS does not let this program have the USB device 0a12:0001 (CSR8510) at 1.4; run it as root, docs/usb.md says when that helps.")]
    [TestCase(LibUsbError.Access, UsbPlatform.Windows, "Windows does not let this program have the USB device 0a12:0001 (CSR8510) at 1.4; end the program that has it, and see that its driver is WinUSB (docs/usb.md).")]
    [TestCase(LibUsbError.NotSupported, UsbPlatform.Windows, "The USB device 0a12:0001 (CSR8510) at 1.4 has not the WinUSB driver, which it needs here; docs/usb.md says how to give it one.")]
    [TestCase(LibUsbError.NotFound, UsbPlatform.Windows, "The USB device 0a12:0001 (CSR8510) at 1.4 has not the WinUSB driver, which it needs here; docs/usb.md says how to give it one.")]
    [TestCase(LibUsbError.Busy, UsbPlatform.Linux, "Another program has the USB device 0a12:0001 (CSR8510) at 1.4; end it, 'fuser /dev/bus/usb/001/004' says which it is.")]
    [TestCase(LibUsbError.Busy, UsbPlatform.Windows, "Another program has the USB device 0a12:0001 (CSR8510) at 1.4; end it.")]
    [TestCase(LibUsbError.NoDevice, UsbPlatform.Linux, "The USB device 0a12:0001 (CSR8510) at 1.4 is gone; plug it in again.")]
    [TestCase(LibUsbError.InputOutput, UsbPlatform.Linux, "The USB device 0a12:0001 (CSR8510) at 1.4 cannot be opened, LIBUSB_ERROR_IO; unplug it and plug it in again.")]
    [TestCase((LibUsbError)(-50), UsbPlatform.Linux, "The USB device 0a12:0001 (CSR8510) at 1.4 cannot be opened, libusb error -50; unplug it and plug it in again.")]
    public void Opening_EachError_IsOneSentenceWithTheRemedyOfTheSystem(LibUsbError error, UsbPlatform platform, string sentence) =>
        Assert.That(
            LibUsbProblem.Opening(error, Dongles.Controller(product: "CSR8510"), platform).Message, Is.EqualTo(sentence));

    [TestCase(UsbPlatform.Linux)]
    [TestCase(UsbPlatform.MacOs)]
    [TestCase(UsbPlatform.Windows)]
    public void Opening_WithoutPermission_IsKnownAsThat(UsbPlatform platform) =>
        Assert.That(
            LibUsbProblem.Opening(LibUsbError.Access, Dongles.Controller(), platform).InnerException,
            Is.TypeOf<UnauthorizedAccessException>());

    [Test]
    public void Claiming_AnInterfaceThatIsNotThere_NamesIt() =>
        Assert.That(
            LibUsbProblem.Claiming(LibUsbError.NotFound, Dongles.Controller(), 1, UsbPlatform.Linux).Message,
            Is.EqualTo("The USB device 0a12:0001 at 1.4 cannot be used (interface 1), LIBUSB_ERROR_NOT_FOUND; unplug it and plug it in again."));
}
