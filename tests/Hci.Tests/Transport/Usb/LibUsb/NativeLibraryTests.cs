using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.LibUsb;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>The real libusb, where it is installed; a device is not needed.</summary>
[TestFixture]
public sealed unsafe class NativeLibraryTests
{
    private ILibUsb _library = null!;

    [OneTimeSetUp]
    public void Load()
    {
        try
        {
            _library = LibUsbLibrary.Load();
        }
        catch (ControllerUnavailableException missing)
        {
            Assert.Ignore(missing.Message);
        }
    }

    [Test]
    public void Load_Again_GivesTheSame() => Assert.That(LibUsbLibrary.Load(), Is.SameAs(_library));

    [Test]
    public void List_OfThisMachine_IsAListOrOneSentence()
    {
        try
        {
            Assert.That(new LibUsbBus().List(), Is.Ordered.Using<UsbDeviceInfo>(UsbLocationOrder.Instance));
        }
        catch (ControllerUnavailableException without)
        {
            Assert.That(without.Message, Does.Contain(';').And.EndWith("."));
        }
    }

    [Test]
    public void Events_OfAnEmptyContext_EndWhenTheyAreInterrupted()
    {
        Assume.That(_library.Init(out var context), Is.EqualTo(LibUsbError.Success));
        for (var i = 0; i < 20; i++)
        {
            // The wait in libusb lasts 60 s: it is interrupted, or this test is too slow to be missed.
            new LibUsbEvents(_library, context, new LibUsbTransferSet(), "none", NullLogger.Instance).Dispose();
        }

        _library.Exit(context);
    }

    [Test]
    public void Transfer_OfTheLibrary_IsZeroedAndFreed()
    {
        var transfer = _library.AllocateTransfer();
        Assert.That(transfer is not null && transfer->UserData == 0 && transfer->IsochronousPackets == 0, Is.True);
        Assert.That(_library.CancelTransfer(transfer), Is.EqualTo(LibUsbError.NotFound), "it is not submitted");
        _library.FreeTransfer(transfer);
    }
}
