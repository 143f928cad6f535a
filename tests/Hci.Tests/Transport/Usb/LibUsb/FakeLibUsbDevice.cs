using System.Runtime.InteropServices;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.LibUsb;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>A device of <see cref="FakeLibUsb"/>: descriptors in native memory, and what goes wrong with it.</summary>
internal sealed unsafe class FakeLibUsbDevice
{
    public FakeLibUsbDevice(UsbDeviceInfo info)
    {
        Info = info;
        Self = GCHandle.Alloc(this);
    }

    public UsbDeviceInfo Info { get; }

    /// <summary>Stands for the native device, for as long as the test runs.</summary>
    public GCHandle Self { get; }

    public bool IsGone { get; set; }

    public bool IsConfigured { get; init; } = true;

    public LibUsbError OpenError { get; init; }

    public LibUsbError ClaimError { get; init; }

    public LibUsbError DetachError { get; init; }

    public LibUsbError AttachError { get; set; }

    /// <summary>Runs as a driver is detached, before it lets go.</summary>
    public Action? OnDetach { get; set; }

    /// <summary>Runs as a driver is attached, before it has the device.</summary>
    public Action? OnAttach { get; set; }

    /// <summary>Runs within requests, which the caller waits for.</summary>
    public Action? OnRequest { get; set; }

    public LibUsbError RequestError { get; init; }

    /// <summary>The interfaces that a kernel driver has; null where the system cannot tell.</summary>
    public HashSet<byte>? DriverActive { get; init; } = [];

    /// <summary>Manufacturer, product, serial number.</summary>
    public string[] Strings { get; init; } = ["Maker", "Dongle", "00E04C000001"];

    public NativeDeviceDescriptor Descriptor => new()
    {
        Vendor = Info.Id.Vendor,
        Product = Info.Id.Product,
        DeviceRelease = Info.Release,
        DeviceClass = Info.Class.Class,
        DeviceSubclass = Info.Class.Subclass,
        DeviceProtocol = Info.Class.Protocol,
        ManufacturerString = 1,
        ProductString = 2,
        SerialNumberString = 3,
    };

    public NativeConfigDescriptor* MakeConfiguration()
    {
        var configuration = (NativeConfigDescriptor*)NativeMemory.AllocZeroed((nuint)sizeof(NativeConfigDescriptor));
        var interfaces = Info.Interfaces.GroupBy(static item => item.Number).ToArray();
        configuration->InterfaceCount = (byte)interfaces.Length;
        configuration->Interfaces = (NativeInterface*)NativeMemory.AllocZeroed((nuint)interfaces.Length, (nuint)sizeof(NativeInterface));
        for (var i = 0; i < interfaces.Length; i++)
        {
            var alternates = interfaces[i].ToArray();
            var target = (NativeInterfaceDescriptor*)NativeMemory.AllocZeroed(
                (nuint)alternates.Length, (nuint)sizeof(NativeInterfaceDescriptor));
            configuration->Interfaces[i] = new NativeInterface { Alternates = target, AlternateCount = alternates.Length };
            for (var j = 0; j < alternates.Length; j++)
            {
                target[j] = Make(alternates[j]);
            }
        }

        return configuration;
    }

    public static void FreeConfiguration(NativeConfigDescriptor* configuration)
    {
        for (var i = 0; i < configuration->InterfaceCount; i++)
        {
            var alternates = configuration->Interfaces[i];
            for (var j = 0; j < alternates.AlternateCount; j++)
            {
                NativeMemory.Free(alternates.Alternates[j].Endpoints);
            }

            NativeMemory.Free(alternates.Alternates);
        }

        NativeMemory.Free(configuration->Interfaces);
        NativeMemory.Free(configuration);
    }

    private static NativeInterfaceDescriptor Make(UsbInterface source)
    {
        var endpoints = (NativeEndpointDescriptor*)NativeMemory.AllocZeroed(
            (nuint)source.Endpoints.Count + 1, (nuint)sizeof(NativeEndpointDescriptor));
        for (var i = 0; i < source.Endpoints.Count; i++)
        {
            endpoints[i] = new NativeEndpointDescriptor
            {
                Address = source.Endpoints[i].Address,
                Attributes = (byte)source.Endpoints[i].Kind,
                MaximumPacket = source.Endpoints[i].MaximumPacket,
            };
        }

        return new NativeInterfaceDescriptor
        {
            Number = source.Number,
            Alternate = source.Alternate,
            InterfaceClass = source.Class.Class,
            InterfaceSubclass = source.Class.Subclass,
            InterfaceProtocol = source.Class.Protocol,
            EndpointCount = (byte)source.Endpoints.Count,
            Endpoints = endpoints,
        };
    }
}
