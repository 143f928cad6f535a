using HostStack.Testing.Contracts;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Usb;

namespace HostStack.Testing.Usb;

/// <summary>A virtual dongle on a bus of its own, by the real clock: for code that has threads.</summary>
public sealed class DongleRig : IDisposable
{
    private readonly VirtualRadio _radio = new();

    public DongleRig(UsbDongleOptions? options = null)
    {
        Dongle = new UsbDongle(_radio.Add(), options);
        _radio.Start();
        Bus.Plug(Dongle);
    }

    public UsbDongle Dongle { get; }

    public DongleBus Bus { get; } = new();

    /// <summary>The dongle for the checks of a USB device.</summary>
    public UsbSubject Subject => new()
    {
        Bus = Bus,
        IsSubject = device => device.Id == Dongle.Options.Id,
        Driver = "btusb",
        Unplug = () => Bus.Unplug(Dongle),
        Replug = () => Bus.Replug(Dongle),
        Log = Bus.Log,
    };

    public void Dispose() => _radio.Dispose();
}
