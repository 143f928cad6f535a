using HostStack.Hci.Transport.Usb;

namespace HostStack.Testing.Usb;

/// <summary>Devices as the bus tells of them.</summary>
public static class UsbDongles
{
    public static UsbClass Vendor { get; } = new(0xFF, 0xFF, 0xFF);

    public static UsbEndpoint Events { get; } = new(0x81, UsbTransferKind.Interrupt, 16);

    public static UsbEndpoint DataIn { get; } = new(0x82, UsbTransferKind.Bulk, 64);

    public static UsbEndpoint DataOut { get; } = new(0x02, UsbTransferKind.Bulk, 64);

    /// <summary>The usual dongle, as lsusb shows a CSR 8510 A10: two interfaces, voice with six alternate settings.</summary>
    public static UsbDeviceInfo Csr { get; } = new()
    {
        Id = new UsbId(0x0A12, 0x0001),
        Release = 0x8891,
        Class = UsbClass.Bluetooth,
        Bus = 1,
        Ports = "1.4",
        Address = 7,
        Product = "CSR8510 A10",
        Interfaces = [Main(0, UsbClass.Bluetooth), .. Voice(1, UsbClass.Bluetooth)],
    };

    public static UsbInterface Main(byte number, UsbClass @class, params UsbEndpoint[] endpoints) =>
        new(number, 0, @class, endpoints.Length > 0 ? endpoints : [Events, DataOut, DataIn]);

    public static IEnumerable<UsbInterface> Voice(byte number, UsbClass @class)
    {
        ushort[] packets = [0, 9, 17, 25, 33, 49];
        return packets.Select((size, alternate) => new UsbInterface(number, (byte)alternate, @class,
        [
            new UsbEndpoint(0x03, UsbTransferKind.Isochronous, size),
            new UsbEndpoint(0x83, UsbTransferKind.Isochronous, size),
        ]));
    }
}
