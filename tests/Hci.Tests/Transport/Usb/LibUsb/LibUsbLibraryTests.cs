using System.Runtime.InteropServices;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb.LibUsb;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

[TestFixture]
internal sealed class LibUsbLibraryTests
{
    [TestCase(UsbPlatform.Linux, "ID=debian\n", "USB needs libusb-1.0, which is not there (libusb-1.0.so.0); run \"apt install libusb-1.0-0\".")]
    [TestCase(UsbPlatform.Linux, "NAME=x\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "USB needs libusb-1.0, which is not there (libusb-1.0.so.0); run \"apt install libusb-1.0-0\".")]
    [TestCase(UsbPlatform.Linux, "ID=fedora\n", "USB needs libusb-1.0, which is not there (libusb-1.0.so.0); run \"dnf install libusb1\".")]
    [TestCase(UsbPlatform.Linux, "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "USB needs libusb-1.0, which is not there (libusb-1.0.so.0); run \"dnf install libusb1\".")]
    [TestCase(UsbPlatform.Linux, "ID=alpine\r\n", "USB needs libusb-1.0, which is not there (libusb-1.0.so.0); run \"apk add libusb\".")]
    [TestCase(UsbPlatform.Linux, "ID=arch", "USB needs libusb-1.0, which is not there (libusb-1.0.so.0); run \"pacman -S libusb\".")]
    [TestCase(UsbPlatform.Linux, "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"", "USB needs libusb-1.0, which is not there (libusb-1.0.so.0); run \"zypper install libusb-1_0-0\".")]
    [TestCase(UsbPlatform.Linux, "", "USB needs libusb-1.0, which is not there (libusb-1.0.so.0); install libusb-1.0-0 (Debian, Ubuntu), libusb1 (Fedora) or libusb (Alpine, Arch).")]
    [TestCase(UsbPlatform.Windows, "", "USB needs libusb-1.0, which is not there (libusb-1.0.dll); put libusb-1.0.dll, from the releases of libusb.info, beside the program.")]
    [TestCase(UsbPlatform.MacOs, "", "USB needs libusb-1.0, which is not there (libusb-1.0.dylib); run \"brew install libusb\".")]
    public void Missing_SaysWhatToInstallOnThisSystem(UsbPlatform platform, string osRelease, string sentence) =>
        Assert.That(LibUsbLibrary.Missing(platform, osRelease), Is.EqualTo(sentence));

    [TestCase(UsbPlatform.Linux, "libusb-1.0.so.0", "libusb-1.0.so")]
    [TestCase(UsbPlatform.Windows, "libusb-1.0.dll")]
    [TestCase(UsbPlatform.MacOs, "libusb-1.0.dylib", "libusb-1.0.0.dylib", "/opt/homebrew/lib/libusb-1.0.dylib", "/usr/local/lib/libusb-1.0.dylib", "/opt/local/lib/libusb-1.0.dylib")]
    public void Names_AreTheUsualOnes(UsbPlatform platform, params string[] names) =>
        Assert.That(LibUsbLibrary.Names(platform), Is.EqualTo(names));

    /// <summary>On Windows the usual search takes a library of this name out of the folder that one happens to be in.</summary>
    [Test]
    public void Folders_OnWindows_AreThoseOfTheProgramAndTheSystem()
    {
        Assert.That(
            LibUsbLibrary.Folders(UsbPlatform.Windows),
            Is.EqualTo(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.System32));
        Assert.That(LibUsbLibrary.Folders(UsbPlatform.Linux), Is.Null);
        Assert.That(LibUsbLibrary.Folders(UsbPlatform.MacOs), Is.Null);
    }

    [TestCase("1.0.20", "libusb 1.0.20 is too old for USB controllers; install 1.0.21 or later.")]
    [TestCase("1.0.21", null)]
    [TestCase("1.0.29", null)]
    public void TooOld_IsWhatCannotBeWoken(string version, string? sentence) =>
        Assert.That(LibUsbLibrary.TooOld(Version.Parse(version)), Is.EqualTo(sentence));

    [Test]
    public void List_WithoutTheLibrary_SaysSo()
    {
        var bus = new LibUsbBus(static () => throw new ControllerUnavailableException("not there"), UsbPlatform.Linux, null);
        Assert.That(() => bus.List(), Throws.TypeOf<ControllerUnavailableException>().With.Message.EqualTo("not there"));
    }
}
