using System.Runtime.InteropServices;
using HostStack.Hci.Transport.Usb.LibUsb;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>The layout of libusb's structures on 64-bit machines, as a C compiler gives it for libusb.h 1.0.26
/// (<c>sizeof</c>, <c>offsetof</c>).</summary>
[TestFixture]
public sealed class StructureTests
{
    [OneTimeSetUp]
    public void OnlyWith64Bits() => Assume.That(IntPtr.Size, Is.EqualTo(8));

    [TestCase(typeof(NativeDeviceDescriptor), 18)]
    [TestCase(typeof(NativeEndpointDescriptor), 32)]
    [TestCase(typeof(NativeInterfaceDescriptor), 40)]
    [TestCase(typeof(NativeInterface), 16)]
    [TestCase(typeof(NativeConfigDescriptor), 40)]
    [TestCase(typeof(NativeVersion), 24)]
    [TestCase(typeof(NativeTransfer), 64)]
    public void Size_IsThatOfC(Type structure, int size) => Assert.That(Marshal.SizeOf(structure), Is.EqualTo(size));

    [TestCase(typeof(NativeDeviceDescriptor), "DeviceClass", 4)]
    [TestCase(typeof(NativeDeviceDescriptor), "Vendor", 8)]
    [TestCase(typeof(NativeDeviceDescriptor), "Product", 10)]
    [TestCase(typeof(NativeDeviceDescriptor), "DeviceRelease", 12)]
    [TestCase(typeof(NativeDeviceDescriptor), "ManufacturerString", 14)]
    [TestCase(typeof(NativeDeviceDescriptor), "ProductString", 15)]
    [TestCase(typeof(NativeDeviceDescriptor), "SerialNumberString", 16)]
    [TestCase(typeof(NativeEndpointDescriptor), "Address", 2)]
    [TestCase(typeof(NativeEndpointDescriptor), "Attributes", 3)]
    [TestCase(typeof(NativeEndpointDescriptor), "MaximumPacket", 4)]
    [TestCase(typeof(NativeEndpointDescriptor), "Extra", 16)]
    [TestCase(typeof(NativeEndpointDescriptor), "ExtraLength", 24)]
    [TestCase(typeof(NativeInterfaceDescriptor), "Number", 2)]
    [TestCase(typeof(NativeInterfaceDescriptor), "Alternate", 3)]
    [TestCase(typeof(NativeInterfaceDescriptor), "EndpointCount", 4)]
    [TestCase(typeof(NativeInterfaceDescriptor), "InterfaceClass", 5)]
    [TestCase(typeof(NativeInterfaceDescriptor), "Endpoints", 16)]
    [TestCase(typeof(NativeInterfaceDescriptor), "ExtraLength", 32)]
    [TestCase(typeof(NativeInterface), "AlternateCount", 8)]
    [TestCase(typeof(NativeConfigDescriptor), "InterfaceCount", 4)]
    [TestCase(typeof(NativeConfigDescriptor), "Interfaces", 16)]
    [TestCase(typeof(NativeConfigDescriptor), "ExtraLength", 32)]
    [TestCase(typeof(NativeVersion), "Nano", 6)]
    [TestCase(typeof(NativeVersion), "ReleaseCandidate", 8)]
    [TestCase(typeof(NativeTransfer), "Flags", 8)]
    [TestCase(typeof(NativeTransfer), "Endpoint", 9)]
    [TestCase(typeof(NativeTransfer), "Type", 10)]
    [TestCase(typeof(NativeTransfer), "TimeoutMilliseconds", 12)]
    [TestCase(typeof(NativeTransfer), "Status", 16)]
    [TestCase(typeof(NativeTransfer), "Length", 20)]
    [TestCase(typeof(NativeTransfer), "ActualLength", 24)]
    [TestCase(typeof(NativeTransfer), "Callback", 32)]
    [TestCase(typeof(NativeTransfer), "UserData", 40)]
    [TestCase(typeof(NativeTransfer), "Buffer", 48)]
    [TestCase(typeof(NativeTransfer), "IsochronousPackets", 56)]
    public void Field_IsWhereCHasIt(Type structure, string field, int offset) =>
        Assert.That(Marshal.OffsetOf(structure, field), Is.EqualTo((nint)offset));
}
