using System.Runtime.InteropServices;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.LibUsb;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>libusb as seen from this side of its functions: native structures, callbacks through native pointers, a wait
/// that blocks; the devices behind it do what the test says. Submitting and completing allocate nothing.</summary>
internal sealed unsafe class FakeLibUsb : ILibUsb
{
    private const int MostTransfers = 64;

    private readonly object _gate = new();
    private readonly List<FakeLibUsbDevice> _devices = [];
    private readonly Dictionary<nint, FakeLibUsbDevice> _opened = [];
    private readonly List<string> _calls = [];
    private readonly nint[] _inFlight = new nint[MostTransfers];
    private readonly nint[] _ended = new nint[MostTransfers];
    private int _endedCount;
    private bool _interrupted;
    private nint _nextHandle = 1000;

    /// <summary>What <see cref="Init"/> answers.</summary>
    public LibUsbError InitError { get; set; }

    /// <summary>What <see cref="SubmitTransfer"/> answers.</summary>
    public LibUsbError SubmitError { get; set; }

    /// <summary>Runs within <see cref="CancelTransfer"/>, before it looks at the transfer.</summary>
    public Action? OnCancel { get; set; }

    /// <summary>Contexts, lists, configurations, handles and transfers that were not given back.</summary>
    public int Alive { get; private set; }

    /// <summary>Calls that change something, in their order.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    public void Plug(FakeLibUsbDevice device)
    {
        lock (_gate)
        {
            _devices.Add(device);
        }
    }

    /// <summary>Everything that is submitted ends, as it does where a dongle is pulled out.</summary>
    public void Unplug(FakeLibUsbDevice device)
    {
        lock (_gate)
        {
            _devices.Remove(device);
            device.IsGone = true;
            EndAll(NativeTransferStatus.NoDevice);
        }
    }

    /// <summary>Ends the oldest submitted transfer of an endpoint, with what the device says.</summary>
    public void End(byte endpoint, NativeTransferStatus status, ReadOnlySpan<byte> octets = default, int? length = null)
    {
        lock (_gate)
        {
            for (var i = 0; i < MostTransfers; i++)
            {
                if (_inFlight[i] != 0 && ((NativeTransfer*)_inFlight[i])->Endpoint == endpoint)
                {
                    var transfer = (NativeTransfer*)_inFlight[i];
                    octets.CopyTo(new Span<byte>(transfer->Buffer, transfer->Length));
                    EndAt(i, status, length ?? octets.Length);
                    return;
                }
            }
        }

        throw new InvalidOperationException($"nothing is submitted to endpoint 0x{endpoint:X2}");
    }

    /// <summary>Submitted transfers.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _inFlight.Count(static transfer => transfer != 0);
            }
        }
    }

    public LibUsbError Init(out nint context)
    {
        context = InitError == LibUsbError.Success ? Take() : 0;
        return InitError;
    }

    public void Exit(nint context) => Give("exit");

    public nint GetDeviceList(nint context, out nint* devices)
    {
        lock (_gate)
        {
            Take();
            devices = (nint*)NativeMemory.AllocZeroed((nuint)_devices.Count + 1, (nuint)sizeof(nint));
            for (var i = 0; i < _devices.Count; i++)
            {
                devices[i] = GCHandle.ToIntPtr(_devices[i].Self);
            }

            return _devices.Count;
        }
    }

    public void FreeDeviceList(nint* devices)
    {
        NativeMemory.Free(devices);
        Give(null);
    }

    public LibUsbError GetDeviceDescriptor(nint device, out NativeDeviceDescriptor descriptor)
    {
        descriptor = From(device).Descriptor;
        return LibUsbError.Success;
    }

    public LibUsbError GetActiveConfiguration(nint device, out NativeConfigDescriptor* configuration)
    {
        configuration = null;
        return From(device).IsConfigured ? GetConfiguration(device, 0, out configuration) : LibUsbError.NotFound;
    }

    public LibUsbError GetConfiguration(nint device, byte index, out NativeConfigDescriptor* configuration)
    {
        Take();
        configuration = From(device).MakeConfiguration();
        return LibUsbError.Success;
    }

    public void FreeConfiguration(NativeConfigDescriptor* configuration)
    {
        FakeLibUsbDevice.FreeConfiguration(configuration);
        Give(null);
    }

    public byte GetBusNumber(nint device) => (byte)From(device).Info.Bus;

    public byte GetDeviceAddress(nint device) => (byte)From(device).Info.Address;

    public int GetPortNumbers(nint device, byte* ports, int capacity)
    {
        var numbers = From(device).Info.Ports.Split('.', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < numbers.Length; i++)
        {
            ports[i] = byte.Parse(numbers[i], null);
        }

        return numbers.Length;
    }

    public LibUsbError Open(nint device, out nint handle)
    {
        var opened = From(device);
        handle = 0;
        if (opened.OpenError == LibUsbError.Success)
        {
            handle = Take();
            lock (_gate)
            {
                _opened.Add(handle, opened);
                _calls.Add($"open {opened.Info.Location}");
            }
        }

        return opened.OpenError;
    }

    public void Close(nint handle)
    {
        lock (_gate)
        {
            _opened.Remove(handle);
        }

        Give("close");
    }

    public int GetString(nint handle, byte index, byte* text, int capacity)
    {
        var name = Opened(handle).Strings[index - 1];
        return System.Text.Encoding.ASCII.GetBytes(name, new Span<byte>(text, capacity));
    }

    public int IsKernelDriverActive(nint handle, int interfaceNumber) =>
        Opened(handle).DriverActive is null ? (int)LibUsbError.NotSupported
        : Opened(handle).DriverActive!.Contains((byte)interfaceNumber) ? 1 : 0;

    public LibUsbError DetachKernelDriver(nint handle, int interfaceNumber)
    {
        var device = Opened(handle);
        Call($"detach {interfaceNumber}");
        device.OnDetach?.Invoke();
        if (device.DetachError == LibUsbError.Success)
        {
            device.DriverActive!.Clear(); // as btusb does: it leaves all its interfaces at once
        }

        return device.DetachError;
    }

    public LibUsbError AttachKernelDriver(nint handle, int interfaceNumber)
    {
        var device = Opened(handle);
        Call($"attach {interfaceNumber}");
        device.OnAttach?.Invoke();
        return device.AttachError;
    }

    public LibUsbError ClaimInterface(nint handle, int interfaceNumber)
    {
        Call($"claim {interfaceNumber}");
        return Opened(handle).ClaimError;
    }

    public LibUsbError ReleaseInterface(nint handle, int interfaceNumber) => Call($"release {interfaceNumber}");

    public LibUsbError SelectAlternate(nint handle, int interfaceNumber, int alternate)
    {
        Call($"alternate {interfaceNumber} {alternate}");
        return Opened(handle).RequestError;
    }

    public LibUsbError ClearHalt(nint handle, byte endpoint)
    {
        Call($"clear 0x{endpoint:X2}");
        Opened(handle).OnRequest?.Invoke();
        return Opened(handle).RequestError;
    }

    public NativeTransfer* AllocateTransfer()
    {
        Take();
        return (NativeTransfer*)NativeMemory.AllocZeroed((nuint)sizeof(NativeTransfer));
    }

    public void FreeTransfer(NativeTransfer* transfer)
    {
        NativeMemory.Free(transfer);
        Give(null);
    }

    public LibUsbError SubmitTransfer(NativeTransfer* transfer)
    {
        lock (_gate)
        {
            if (SubmitError != LibUsbError.Success)
            {
                return SubmitError;
            }

            if (_opened[transfer->DeviceHandle].IsGone)
            {
                return LibUsbError.NoDevice;
            }

            // Behind the others, so that the oldest ends first.
            var last = MostTransfers - 1;
            while (last > 0 && _inFlight[last - 1] == 0)
            {
                last--;
            }

            _inFlight[last] = (nint)transfer;
            return LibUsbError.Success;
        }
    }

    public LibUsbError CancelTransfer(NativeTransfer* transfer)
    {
        OnCancel?.Invoke();
        lock (_gate)
        {
            var at = Array.IndexOf(_inFlight, (nint)transfer);
            if (at < 0)
            {
                return LibUsbError.NotFound;
            }

            EndAt(at, NativeTransferStatus.Cancelled, 0);
            return LibUsbError.Success;
        }
    }

    public LibUsbError HandleEvents(nint context)
    {
        nint* ended = stackalloc nint[MostTransfers];
        int count;
        lock (_gate)
        {
            while (_endedCount == 0 && !_interrupted)
            {
                Monitor.Wait(_gate);
            }

            _interrupted = false;
            count = _endedCount;
            _ended.AsSpan(0, count).CopyTo(new Span<nint>(ended, count));
            _endedCount = 0;
        }

        for (var i = 0; i < count; i++)
        {
            var transfer = (NativeTransfer*)ended[i];
            transfer->Callback(transfer);
        }

        return LibUsbError.Success;
    }

    public void InterruptEvents(nint context)
    {
        lock (_gate)
        {
            _interrupted = true;
            Monitor.PulseAll(_gate);
        }
    }

    private static FakeLibUsbDevice From(nint device) => (FakeLibUsbDevice)GCHandle.FromIntPtr(device).Target!;

    private FakeLibUsbDevice Opened(nint handle)
    {
        lock (_gate)
        {
            return _opened[handle];
        }
    }

    private void EndAll(NativeTransferStatus status)
    {
        while (_inFlight[0] != 0)
        {
            EndAt(0, status, 0);
        }
    }

    private void EndAt(int at, NativeTransferStatus status, int length)
    {
        var transfer = (NativeTransfer*)_inFlight[at];
        Array.Copy(_inFlight, at + 1, _inFlight, at, MostTransfers - at - 1);
        _inFlight[^1] = 0;
        transfer->Status = status;
        transfer->ActualLength = length;
        _ended[_endedCount++] = (nint)transfer;
        Monitor.PulseAll(_gate);
    }

    private LibUsbError Call(string call)
    {
        lock (_gate)
        {
            _calls.Add(call);
        }

        return LibUsbError.Success;
    }

    private nint Take()
    {
        lock (_gate)
        {
            Alive++;
            return _nextHandle++;
        }
    }

    private void Give(string? call)
    {
        lock (_gate)
        {
            Alive--;
            if (call is not null)
            {
                _calls.Add(call);
            }
        }
    }
}
