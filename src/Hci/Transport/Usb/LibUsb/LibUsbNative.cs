using System.Runtime.InteropServices;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>libusb-1.0 itself (libusb.h, version 1.0.21 or later), by source-generated P/Invoke. Every signature is
/// blittable: nothing is converted, nothing allocated.</summary>
internal sealed unsafe partial class LibUsbNative : ILibUsb
{
    /// <summary>The name under which the imports ask for the library; <see cref="LibUsbLibrary"/> finds the file.</summary>
    public const string Library = "libusb-1.0";

    public LibUsbError Init(out nint context)
    {
        nint made = 0;
        var error = InitContext(&made);
        context = made;
        return error;
    }

    public void Exit(nint context) => ExitContext(context);

    public nint GetDeviceList(nint context, out nint* devices)
    {
        nint* list = null;
        var count = GetList(context, &list);
        devices = list;
        return count;
    }

    public void FreeDeviceList(nint* devices) => FreeList(devices, 1);

    public LibUsbError GetDeviceDescriptor(nint device, out NativeDeviceDescriptor descriptor)
    {
        NativeDeviceDescriptor read = default;
        var error = GetDescriptor(device, &read);
        descriptor = read;
        return error;
    }

    public LibUsbError GetActiveConfiguration(nint device, out NativeConfigDescriptor* configuration)
    {
        NativeConfigDescriptor* read = null;
        var error = GetActiveConfig(device, &read);
        configuration = read;
        return error;
    }

    public LibUsbError GetConfiguration(nint device, byte index, out NativeConfigDescriptor* configuration)
    {
        NativeConfigDescriptor* read = null;
        var error = GetConfig(device, index, &read);
        configuration = read;
        return error;
    }

    public void FreeConfiguration(NativeConfigDescriptor* configuration) => FreeConfig(configuration);

    public byte GetBusNumber(nint device) => BusNumber(device);

    public byte GetDeviceAddress(nint device) => DeviceAddress(device);

    public int GetPortNumbers(nint device, byte* ports, int capacity) => PortNumbers(device, ports, capacity);

    public LibUsbError Open(nint device, out nint handle)
    {
        nint opened = 0;
        var error = OpenDevice(device, &opened);
        handle = opened;
        return error;
    }

    public void Close(nint handle) => CloseDevice(handle);

    public int GetString(nint handle, byte index, byte* text, int capacity) => StringDescriptor(handle, index, text, capacity);

    public int IsKernelDriverActive(nint handle, int interfaceNumber) => KernelDriverActive(handle, interfaceNumber);

    public LibUsbError DetachKernelDriver(nint handle, int interfaceNumber) => DetachDriver(handle, interfaceNumber);

    public LibUsbError AttachKernelDriver(nint handle, int interfaceNumber) => AttachDriver(handle, interfaceNumber);

    public LibUsbError ClaimInterface(nint handle, int interfaceNumber) => Claim(handle, interfaceNumber);

    public LibUsbError ReleaseInterface(nint handle, int interfaceNumber) => Release(handle, interfaceNumber);

    public LibUsbError SelectAlternate(nint handle, int interfaceNumber, int alternate) =>
        SetAlternate(handle, interfaceNumber, alternate);

    public LibUsbError ClearHalt(nint handle, byte endpoint) => ClearEndpointHalt(handle, endpoint);

    public NativeTransfer* AllocateTransfer() => AllocTransfer(0);

    public void FreeTransfer(NativeTransfer* transfer) => Free(transfer);

    public LibUsbError SubmitTransfer(NativeTransfer* transfer) => Submit(transfer);

    public LibUsbError CancelTransfer(NativeTransfer* transfer) => Cancel(transfer);

    public LibUsbError HandleEvents(nint context) => HandleEventsCompleted(context, null);

    public void InterruptEvents(nint context) => InterruptEventHandler(context);

    [LibraryImport(Library, EntryPoint = "libusb_get_version")]
    internal static partial NativeVersion* GetVersion();

    [LibraryImport(Library, EntryPoint = "libusb_init")]
    private static partial LibUsbError InitContext(nint* context);

    [LibraryImport(Library, EntryPoint = "libusb_exit")]
    private static partial void ExitContext(nint context);

    [LibraryImport(Library, EntryPoint = "libusb_get_device_list")]
    private static partial nint GetList(nint context, nint** list);

    [LibraryImport(Library, EntryPoint = "libusb_free_device_list")]
    private static partial void FreeList(nint* list, int unreference);

    [LibraryImport(Library, EntryPoint = "libusb_get_device_descriptor")]
    private static partial LibUsbError GetDescriptor(nint device, NativeDeviceDescriptor* descriptor);

    [LibraryImport(Library, EntryPoint = "libusb_get_active_config_descriptor")]
    private static partial LibUsbError GetActiveConfig(nint device, NativeConfigDescriptor** configuration);

    [LibraryImport(Library, EntryPoint = "libusb_get_config_descriptor")]
    private static partial LibUsbError GetConfig(nint device, byte index, NativeConfigDescriptor** configuration);

    [LibraryImport(Library, EntryPoint = "libusb_free_config_descriptor")]
    private static partial void FreeConfig(NativeConfigDescriptor* configuration);

    [LibraryImport(Library, EntryPoint = "libusb_get_bus_number")]
    private static partial byte BusNumber(nint device);

    [LibraryImport(Library, EntryPoint = "libusb_get_device_address")]
    private static partial byte DeviceAddress(nint device);

    [LibraryImport(Library, EntryPoint = "libusb_get_port_numbers")]
    private static partial int PortNumbers(nint device, byte* ports, int capacity);

    [LibraryImport(Library, EntryPoint = "libusb_open")]
    private static partial LibUsbError OpenDevice(nint device, nint* handle);

    [LibraryImport(Library, EntryPoint = "libusb_close")]
    private static partial void CloseDevice(nint handle);

    [LibraryImport(Library, EntryPoint = "libusb_get_string_descriptor_ascii")]
    private static partial int StringDescriptor(nint handle, byte index, byte* text, int capacity);

    [LibraryImport(Library, EntryPoint = "libusb_kernel_driver_active")]
    private static partial int KernelDriverActive(nint handle, int interfaceNumber);

    [LibraryImport(Library, EntryPoint = "libusb_detach_kernel_driver")]
    private static partial LibUsbError DetachDriver(nint handle, int interfaceNumber);

    [LibraryImport(Library, EntryPoint = "libusb_attach_kernel_driver")]
    private static partial LibUsbError AttachDriver(nint handle, int interfaceNumber);

    [LibraryImport(Library, EntryPoint = "libusb_claim_interface")]
    private static partial LibUsbError Claim(nint handle, int interfaceNumber);

    [LibraryImport(Library, EntryPoint = "libusb_release_interface")]
    private static partial LibUsbError Release(nint handle, int interfaceNumber);

    [LibraryImport(Library, EntryPoint = "libusb_set_interface_alt_setting")]
    private static partial LibUsbError SetAlternate(nint handle, int interfaceNumber, int alternate);

    [LibraryImport(Library, EntryPoint = "libusb_clear_halt")]
    private static partial LibUsbError ClearEndpointHalt(nint handle, byte endpoint);

    [LibraryImport(Library, EntryPoint = "libusb_alloc_transfer")]
    private static partial NativeTransfer* AllocTransfer(int isochronousPackets);

    [LibraryImport(Library, EntryPoint = "libusb_free_transfer")]
    private static partial void Free(NativeTransfer* transfer);

    [LibraryImport(Library, EntryPoint = "libusb_submit_transfer")]
    private static partial LibUsbError Submit(NativeTransfer* transfer);

    [LibraryImport(Library, EntryPoint = "libusb_cancel_transfer")]
    private static partial LibUsbError Cancel(NativeTransfer* transfer);

    [LibraryImport(Library, EntryPoint = "libusb_handle_events_completed")]
    private static partial LibUsbError HandleEventsCompleted(nint context, int* completed);

    [LibraryImport(Library, EntryPoint = "libusb_interrupt_event_handler")]
    private static partial void InterruptEventHandler(nint context);
}
