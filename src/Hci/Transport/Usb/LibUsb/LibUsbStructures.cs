using System.Runtime.InteropServices;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary><c>libusb_device_descriptor</c> (libusb.h; USB 2.0, 9.6.1), in the machine's byte order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeDeviceDescriptor
{
    public byte Length;
    public byte DescriptorType;
    public ushort UsbRelease;
    public byte DeviceClass;
    public byte DeviceSubclass;
    public byte DeviceProtocol;
    public byte MaximumPacketOfControl;
    public ushort Vendor;
    public ushort Product;
    public ushort DeviceRelease;
    public byte ManufacturerString;
    public byte ProductString;
    public byte SerialNumberString;
    public byte Configurations;
}

/// <summary><c>libusb_endpoint_descriptor</c> (libusb.h; USB 2.0, 9.6.6).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeEndpointDescriptor
{
    public byte Length;
    public byte DescriptorType;
    public byte Address;
    public byte Attributes;
    public ushort MaximumPacket;
    public byte Interval;
    public byte Refresh;
    public byte SynchAddress;
    public nint Extra;
    public int ExtraLength;
}

/// <summary><c>libusb_interface_descriptor</c> (libusb.h; USB 2.0, 9.6.5): one alternate setting.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeInterfaceDescriptor
{
    public byte Length;
    public byte DescriptorType;
    public byte Number;
    public byte Alternate;
    public byte EndpointCount;
    public byte InterfaceClass;
    public byte InterfaceSubclass;
    public byte InterfaceProtocol;
    public byte InterfaceString;
    public NativeEndpointDescriptor* Endpoints;
    public nint Extra;
    public int ExtraLength;
}

/// <summary><c>libusb_interface</c> (libusb.h): an interface as the array of its alternate settings.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeInterface
{
    public NativeInterfaceDescriptor* Alternates;
    public int AlternateCount;
}

/// <summary><c>libusb_config_descriptor</c> (libusb.h; USB 2.0, 9.6.3).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeConfigDescriptor
{
    public byte Length;
    public byte DescriptorType;
    public ushort TotalLength;
    public byte InterfaceCount;
    public byte Value;
    public byte ConfigurationString;
    public byte Attributes;
    public byte MaximumPower;
    public NativeInterface* Interfaces;
    public nint Extra;
    public int ExtraLength;
}

/// <summary><c>libusb_version</c> (libusb.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeVersion
{
    public ushort Major;
    public ushort Minor;
    public ushort Micro;
    public ushort Nano;
    public nint ReleaseCandidate;
    public nint Describe;
}

/// <summary><c>libusb_transfer</c> (libusb.h). Behind it stand the isochronous packets, which are not used here: the
/// library allocates the structure, and knows its length.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTransfer
{
    public nint DeviceHandle;
    public byte Flags;
    public byte Endpoint;
    public byte Type;
    public uint TimeoutMilliseconds;
    public NativeTransferStatus Status;
    public int Length;
    public int ActualLength;
    public delegate* unmanaged<NativeTransfer*, void> Callback;
    public nint UserData;
    public byte* Buffer;
    public int IsochronousPackets;
}

/// <summary><c>libusb_transfer_status</c> (libusb.h).</summary>
internal enum NativeTransferStatus
{
    Completed = 0,
    Error = 1,
    TimedOut = 2,
    Cancelled = 3,
    Stall = 4,
    NoDevice = 5,
    Overflow = 6,
}

/// <summary><c>libusb_error</c> (libusb.h).</summary>
internal enum LibUsbError
{
    Success = 0,
    InputOutput = -1,
    InvalidParameter = -2,
    Access = -3,
    NoDevice = -4,
    NotFound = -5,
    Busy = -6,
    Timeout = -7,
    Overflow = -8,
    Pipe = -9,
    Interrupted = -10,
    NoMemory = -11,
    NotSupported = -12,
    Other = -99,
}
