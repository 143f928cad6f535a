using System.Globalization;
using System.Text;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>A context of libusb with the devices that are plugged in at its making. Each use has one of its own, so that
/// it sees what is there now, whatever the system tells of plugging.</summary>
internal sealed unsafe class LibUsbDevices : IDisposable
{
    private const byte HubClass = 0x09;     // USB 2.0, 11.23.1
    private const int MostPorts = 7;        // USB 2.0 and 3.0: no more hubs in a row
    private const int StringCapacity = 256; // a descriptor has 255 octets at most

    private readonly ILibUsb _library;
    private readonly SysfsUsbDevices? _sysfs;
    private readonly nint* _list;
    private readonly int _count;
    private nint _context;

    /// <summary>Makes the context.</summary>
    /// <param name="library">libusb.</param>
    /// <param name="sysfs">Where names are read; null where the devices themselves are asked.</param>
    /// <param name="platform">For the remedies.</param>
    /// <exception cref="ControllerUnavailableException">There is no USB to be asked.</exception>
    public LibUsbDevices(ILibUsb library, SysfsUsbDevices? sysfs, UsbPlatform platform)
    {
        _library = library;
        _sysfs = sysfs;
        var error = library.Init(out _context);
        if (error != LibUsbError.Success)
        {
            throw LibUsbProblem.Listing(error, platform);
        }

        var count = library.GetDeviceList(_context, out _list);
        if (count < 0)
        {
            library.Exit(_context);
            throw LibUsbProblem.Listing((LibUsbError)count, platform);
        }

        _count = (int)count;
    }

    /// <summary>The devices but hubs, in no order.</summary>
    public IEnumerable<UsbDeviceInfo> Read()
    {
        var found = new List<UsbDeviceInfo>(_count);
        for (var i = 0; i < _count; i++)
        {
            if (TryDescribe(_list[i], out var device, out var strings) && device.Class.Class != HubClass)
            {
                found.Add(WithNames(device, strings, _list[i]));
            }
        }

        return found;
    }

    /// <summary>Opens a device.</summary>
    /// <param name="wanted">One that a <see cref="Read"/> told of, of this context or of an earlier one.</param>
    /// <param name="handle">Its handle.</param>
    /// <returns><see cref="LibUsbError.NoDevice"/> where it is there no more.</returns>
    public LibUsbError Open(UsbDeviceInfo wanted, out nint handle)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_library.GetBusNumber(_list[i]) == wanted.Bus
                && _library.GetDeviceAddress(_list[i]) == wanted.Address
                && _library.GetDeviceDescriptor(_list[i], out var descriptor) == LibUsbError.Success
                && new UsbId(descriptor.Vendor, descriptor.Product) == wanted.Id)
            {
                return _library.Open(_list[i], out handle);
            }
        }

        handle = 0;
        return LibUsbError.NoDevice;
    }

    /// <summary>Gives the context to the device that is open on it; <see cref="Dispose"/> leaves it alone then.</summary>
    public nint TakeContext()
    {
        var context = _context;
        _library.FreeDeviceList(_list);
        _context = 0;
        return context;
    }

    public void Dispose()
    {
        if (_context != 0)
        {
            _library.FreeDeviceList(_list);
            _library.Exit(_context);
            _context = 0;
        }
    }

    private bool TryDescribe(nint device, out UsbDeviceInfo info, out NativeDeviceDescriptor descriptor)
    {
        info = null!;
        if (_library.GetDeviceDescriptor(device, out descriptor) != LibUsbError.Success)
        {
            return false;
        }

        info = new UsbDeviceInfo
        {
            Id = new UsbId(descriptor.Vendor, descriptor.Product),
            Release = descriptor.DeviceRelease,
            Class = new UsbClass(descriptor.DeviceClass, descriptor.DeviceSubclass, descriptor.DeviceProtocol),
            Bus = _library.GetBusNumber(device),
            Ports = Ports(device),
            Address = _library.GetDeviceAddress(device),
            Interfaces = Interfaces(device),
        };
        return true;
    }

    private string Ports(nint device)
    {
        var numbers = stackalloc byte[MostPorts];
        var count = _library.GetPortNumbers(device, numbers, MostPorts);
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : ".").Append(numbers[i].ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    // A device that nobody has configured yet is told by its first configuration, which is the one that it would get.
    private List<UsbInterface> Interfaces(nint device)
    {
        var found = new List<UsbInterface>();
        if (_library.GetActiveConfiguration(device, out var configuration) != LibUsbError.Success
            && _library.GetConfiguration(device, 0, out configuration) != LibUsbError.Success)
        {
            return found;
        }

        try
        {
            for (var i = 0; i < configuration->InterfaceCount; i++)
            {
                var alternates = configuration->Interfaces[i];
                for (var j = 0; j < alternates.AlternateCount; j++)
                {
                    found.Add(Interface(alternates.Alternates + j));
                }
            }
        }
        finally
        {
            _library.FreeConfiguration(configuration);
        }

        return found;
    }

    private static UsbInterface Interface(NativeInterfaceDescriptor* descriptor)
    {
        const int Kind = 0x03;
        var endpoints = new UsbEndpoint[descriptor->EndpointCount];
        for (var i = 0; i < endpoints.Length; i++)
        {
            var endpoint = descriptor->Endpoints + i;
            endpoints[i] = new UsbEndpoint(
                endpoint->Address, (UsbTransferKind)(endpoint->Attributes & Kind), endpoint->MaximumPacket);
        }

        return new UsbInterface(
            descriptor->Number,
            descriptor->Alternate,
            new UsbClass(descriptor->InterfaceClass, descriptor->InterfaceSubclass, descriptor->InterfaceProtocol),
            endpoints);
    }

    private UsbDeviceInfo WithNames(UsbDeviceInfo info, NativeDeviceDescriptor descriptor, nint device)
    {
        if (_sysfs is not null)
        {
            return info with
            {
                Product = _sysfs.Text(info, "product"),
                Manufacturer = _sysfs.Text(info, "manufacturer"),
                SerialNumber = _sysfs.Text(info, "serial"),
            };
        }

        // Elsewhere a device must be opened for its names, which is done to none that is not looked for.
        if (!UsbCandidates.IsController(info) || _library.Open(device, out var handle) != LibUsbError.Success)
        {
            return info;
        }

        try
        {
            return info with
            {
                Product = String(handle, descriptor.ProductString),
                Manufacturer = String(handle, descriptor.ManufacturerString),
                SerialNumber = String(handle, descriptor.SerialNumberString),
            };
        }
        finally
        {
            _library.Close(handle);
        }
    }

    private string? String(nint handle, byte index)
    {
        var text = stackalloc byte[StringCapacity];
        var length = index == 0 ? 0 : _library.GetString(handle, index, text, StringCapacity);
        return length > 0 ? UsbText.Clean(Encoding.ASCII.GetString(text, length)) : null;
    }
}
