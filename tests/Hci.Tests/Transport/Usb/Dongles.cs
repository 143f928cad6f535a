using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>What a bus tells of devices that are commonly seen.</summary>
internal static class Dongles
{
    public static readonly UsbEndpoint Events = new(0x81, UsbTransferKind.Interrupt, 16);
    public static readonly UsbEndpoint DataIn = new(0x82, UsbTransferKind.Bulk, 64);
    public static readonly UsbEndpoint DataOut = new(0x02, UsbTransferKind.Bulk, 64);

    private static readonly UsbClass s_keyboard = new(0x03, 0x01, 0x01);

    /// <summary>An H2 controller: interface 0 with three endpoints, interface 1 for voice with two settings.</summary>
    public static UsbDeviceInfo Controller(
        string id = "0a12:0001", int bus = 1, string ports = "4", string? serial = null, string? product = null,
        UsbClass? deviceClass = null, UsbClass? interfaceClass = null, int address = 0) => new()
    {
        Id = Id(id),
        Release = 0x8891,
        Class = deviceClass ?? UsbClass.Bluetooth,
        Bus = bus,
        Ports = ports,
        Address = address == 0 ? ports[^1] - '0' : address,
        SerialNumber = serial,
        Product = product,
        Interfaces =
        [
            new(0, 0, interfaceClass ?? UsbClass.Bluetooth, [Events, DataIn, DataOut]),
            new(1, 0, interfaceClass ?? UsbClass.Bluetooth, [new(0x83, UsbTransferKind.Isochronous, 0), new(0x03, UsbTransferKind.Isochronous, 0)]),
            new(1, 1, interfaceClass ?? UsbClass.Bluetooth, [new(0x83, UsbTransferKind.Isochronous, 9), new(0x03, UsbTransferKind.Isochronous, 9)]),
        ],
    };

    public static UsbDeviceInfo Keyboard(string ports = "2") => new()
    {
        Id = Id("046d:c31c"),
        Bus = 1,
        Ports = ports,
        Address = 9,
        Product = "Keyboard",
        Interfaces = [new(0, 0, s_keyboard, [Events])],
    };

    public static UsbId Id(string text) =>
        UsbId.TryParse(text, out var id) ? id : throw new FormatException(text);
}
