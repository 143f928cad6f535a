using System.Buffers.Binary;
using System.Globalization;
using HostStack.VirtualController.Usb;

namespace HostStack.Interop.Tests.Usb;

/// <summary>A dongle that a USB/IP server offers.</summary>
/// <param name="Dongle">The dongle.</param>
/// <param name="Bus">Its bus, as the client is told.</param>
/// <param name="Device">Its number on the bus.</param>
internal sealed record UsbIpExport(UsbDongle Dongle, ushort Bus = 1, ushort Device = 2)
{
    /// <summary>Bus and port: <c>1-1</c> for device 2, the first behind a root hub.</summary>
    public string BusId => string.Create(CultureInfo.InvariantCulture, $"{Bus}-{Device - 1}");

    /// <summary>The device as OP_REP_IMPORT describes it: 312 octets.</summary>
    public byte[] Describe()
    {
        var device = Dongle.Descriptors.Device;
        var numbers = new byte[24];
        BinaryPrimitives.WriteUInt32BigEndian(numbers, Bus);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(4), Device);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(8), UsbIp.FullSpeed);
        BinaryPrimitives.WriteUInt16BigEndian(numbers.AsSpan(12), BinaryPrimitives.ReadUInt16LittleEndian(device[8..]));
        BinaryPrimitives.WriteUInt16BigEndian(numbers.AsSpan(14), BinaryPrimitives.ReadUInt16LittleEndian(device[10..]));
        BinaryPrimitives.WriteUInt16BigEndian(numbers.AsSpan(16), BinaryPrimitives.ReadUInt16LittleEndian(device[12..]));
        device[4..7].CopyTo(numbers.AsSpan(18));
        numbers[21] = UsbDongleDescriptors.ConfigurationValue;
        numbers[22] = 1;
        numbers[23] = (byte)Dongle.Descriptors.InterfaceCount;
        return
        [
            .. UsbIpText.Field($"/sys/devices/virtual/usb{Bus}/{BusId}", UsbIp.PathSize),
            .. UsbIpText.Field(BusId, UsbIp.BusIdSize),
            .. numbers,
        ];
    }

    /// <summary>The device as OP_REP_DEVLIST describes it: with the classes of its interfaces.</summary>
    public byte[] DescribeWithInterfaces()
    {
        var (@class, subclass, protocol) = Dongle.Options.InterfaceClass;
        return [.. Describe(), .. Enumerable.Repeat<byte[]>([@class, subclass, protocol, 0], Dongle.Descriptors.InterfaceCount).SelectMany(static octets => octets)];
    }
}
