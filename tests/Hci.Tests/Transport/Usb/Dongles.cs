using HostStack.Hci.Transport.Usb;
using HostStack.Testing.Usb;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>What a bus tells of devices that stand in a test for those of a machine.</summary>
internal static class Dongles
{
    private static readonly UsbClass s_keyboard = new(0x03, 0x01, 0x01);

    /// <summary>A controller with the interfaces of the usual dongle.</summary>
    public static UsbDeviceInfo Controller(
        string id = "0a12:0001", int bus = 1, string ports = "4", string? serial = null, string? product = null, int address = 0) =>
        UsbDongles.Csr with
        {
            Id = Id(id),
            Bus = bus,
            Ports = ports,
            Address = address == 0 ? ports[^1] - '0' : address,
            SerialNumber = serial,
            Product = product,
        };

    /// <summary>The same, of other classes at device and interface level.</summary>
    public static UsbDeviceInfo OfClass(string id, UsbClass deviceClass, UsbClass interfaceClass) =>
        Controller(id) with
        {
            Class = deviceClass,
            Interfaces = [UsbDongles.Main(0, interfaceClass), .. UsbDongles.Voice(1, interfaceClass)],
        };

    public static UsbDeviceInfo Keyboard(string ports = "2") => new()
    {
        Id = Id("046d:c31c"),
        Bus = 1,
        Ports = ports,
        Address = 9,
        Product = "Keyboard",
        Interfaces = [new(0, 0, s_keyboard, [UsbDongles.Events])],
    };

    public static UsbId Id(string text) =>
        UsbId.TryParse(text, out var id) ? id : throw new FormatException(text);
}
