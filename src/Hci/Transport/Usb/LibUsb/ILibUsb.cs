namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>The functions of libusb-1.0 that are used, under their meaning. A test puts a library of its own in their
/// place; <see cref="LibUsbNative"/> is the real one.</summary>
internal unsafe interface ILibUsb
{
    /// <summary><c>libusb_init</c>: a context, with the devices that are plugged in now.</summary>
    LibUsbError Init(out nint context);

    /// <summary><c>libusb_exit</c>: after every handle of the context was closed.</summary>
    void Exit(nint context);

    /// <summary><c>libusb_get_device_list</c>: the number of devices, or an error below zero.</summary>
    nint GetDeviceList(nint context, out nint* devices);

    /// <summary><c>libusb_free_device_list</c>, and the references that it holds.</summary>
    void FreeDeviceList(nint* devices);

    /// <summary><c>libusb_get_device_descriptor</c>.</summary>
    LibUsbError GetDeviceDescriptor(nint device, out NativeDeviceDescriptor descriptor);

    /// <summary><c>libusb_get_active_config_descriptor</c>: of the configuration that is chosen.</summary>
    LibUsbError GetActiveConfiguration(nint device, out NativeConfigDescriptor* configuration);

    /// <summary><c>libusb_get_config_descriptor</c>: by its index.</summary>
    LibUsbError GetConfiguration(nint device, byte index, out NativeConfigDescriptor* configuration);

    /// <summary><c>libusb_free_config_descriptor</c>.</summary>
    void FreeConfiguration(NativeConfigDescriptor* configuration);

    /// <summary><c>libusb_get_bus_number</c>.</summary>
    byte GetBusNumber(nint device);

    /// <summary><c>libusb_get_device_address</c>.</summary>
    byte GetDeviceAddress(nint device);

    /// <summary><c>libusb_get_port_numbers</c>: how many, the root hub's first, or an error below zero.</summary>
    int GetPortNumbers(nint device, byte* ports, int capacity);

    /// <summary><c>libusb_open</c>.</summary>
    LibUsbError Open(nint device, out nint handle);

    /// <summary><c>libusb_close</c>.</summary>
    void Close(nint handle);

    /// <summary><c>libusb_get_string_descriptor_ascii</c>: octets, or an error below zero.</summary>
    int GetString(nint handle, byte index, byte* text, int capacity);

    /// <summary><c>libusb_kernel_driver_active</c>: 1 where a driver has it, 0 where none has, or an error below zero.</summary>
    int IsKernelDriverActive(nint handle, int interfaceNumber);

    /// <summary><c>libusb_detach_kernel_driver</c>.</summary>
    LibUsbError DetachKernelDriver(nint handle, int interfaceNumber);

    /// <summary><c>libusb_attach_kernel_driver</c>.</summary>
    LibUsbError AttachKernelDriver(nint handle, int interfaceNumber);

    /// <summary><c>libusb_claim_interface</c>.</summary>
    LibUsbError ClaimInterface(nint handle, int interfaceNumber);

    /// <summary><c>libusb_release_interface</c>.</summary>
    LibUsbError ReleaseInterface(nint handle, int interfaceNumber);

    /// <summary><c>libusb_set_interface_alt_setting</c>.</summary>
    LibUsbError SelectAlternate(nint handle, int interfaceNumber, int alternate);

    /// <summary><c>libusb_clear_halt</c>.</summary>
    LibUsbError ClearHalt(nint handle, byte endpoint);

    /// <summary><c>libusb_alloc_transfer</c>, zeroed, without isochronous packets; null where memory is short.</summary>
    NativeTransfer* AllocateTransfer();

    /// <summary><c>libusb_free_transfer</c>: not while it is submitted.</summary>
    void FreeTransfer(NativeTransfer* transfer);

    /// <summary><c>libusb_submit_transfer</c>: where it succeeds, the callback comes once.</summary>
    LibUsbError SubmitTransfer(NativeTransfer* transfer);

    /// <summary><c>libusb_cancel_transfer</c>: asynchronous; the callback comes all the same.</summary>
    LibUsbError CancelTransfer(NativeTransfer* transfer);

    /// <summary><c>libusb_handle_events_completed</c>: waits for events, 60 s at most, and calls the callbacks.</summary>
    LibUsbError HandleEvents(nint context);

    /// <summary><c>libusb_interrupt_event_handler</c>: the wait that is under way, or the next one, ends.</summary>
    void InterruptEvents(nint context);
}
