using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.LibUsb;
using HostStack.Testing.Contracts;
using HostStack.UsbGuest;

// usbguest FOLDER: checks the libusb binding on the first Bluetooth dongle of this machine, which is bound to btusb. Whoever
// started it pulls the dongle when there is a file FOLDER/pull, and puts it back for FOLDER/plug, and removes the file.
// Prints a line for each check; the exit status is how many failed.
var log = new KeptFaults();
var bus = new LibUsbBus(log);
var hand = new PluggingHand(bus, args[0]);
var subject = new UsbSubject
{
    Bus = bus,
    IsSubject = PluggingHand.IsDongle,
    Driver = PluggingHand.Driver,
    Unplug = hand.Pull,
    Replug = hand.Plug,
    Log = log,
};

var failed = UsbDeviceChecks.RunAll(subject, Console.WriteLine);
foreach (var (name, check) in TransferChecks.All)
{
    try
    {
        Console.WriteLine($"pass {name}{check(subject)}");
    }
    catch (Exception failure) when (failure is CheckFailedException or ControllerUnavailableException or IOException or TimeoutException)
    {
        failed++;
        Console.WriteLine($"FAIL {name}: {failure.Message}");
    }
}

return failed;
