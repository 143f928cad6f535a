using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>A device that is open through libusb, with a context and an event thread of its own.</summary>
internal sealed class LibUsbDevice : IUsbDevice
{
    private readonly ILibUsb _library;
    private readonly nint _context;
    private readonly nint _handle;
    private readonly UsbPlatform _platform;
    private readonly DetachedDrivers? _notes;
    private readonly TimeSpan _transfersEnd;
    private readonly ILogger _log;
    private readonly LibUsbEvents _events;
    private readonly LibUsbTransferSet _transfers = new();
    private readonly Lock _gate = new();
    private readonly SortedSet<byte> _claimed = [];
    private readonly SortedSet<byte> _detached = [];
    private bool _disposed;

    /// <summary>Takes context and handle over.</summary>
    public LibUsbDevice(
        ILibUsb library, nint context, nint handle, UsbDeviceInfo info, UsbPlatform platform, DetachedDrivers? notes,
        TimeSpan transfersEnd, ILogger log)
    {
        _notes = notes;
        _transfersEnd = transfersEnd;
        _log = log;
        _library = library;
        _context = context;
        _handle = handle;
        _platform = platform;
        Info = info;
        _events = new LibUsbEvents(library, context, _transfers, info.Location, log);
    }

    /// <inheritdoc/>
    public UsbDeviceInfo Info { get; }

    /// <inheritdoc/>
    public void Claim(byte interfaceNumber)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_claimed.Contains(interfaceNumber))
            {
                return;
            }

            // Where detaching fails, claiming tells: not every driver stands in the way.
            var detaching = LibUsbError.Success;
            var isNoted = _notes?.Read(Info).Contains(interfaceNumber) == true;
            var hasDriver = _library.IsKernelDriverActive(_handle, interfaceNumber) == 1;
            if (hasDriver)
            {
                detaching = Detach(interfaceNumber, isNoted);
            }

            var error = _library.ClaimInterface(_handle, interfaceNumber);
            if (error != LibUsbError.Success)
            {
                Reattach();
                throw LibUsbProblem.Claiming(
                    detaching == LibUsbError.Access ? detaching : error, Info, interfaceNumber, _platform);
            }

            _claimed.Add(interfaceNumber);
            if (isNoted && !hasDriver)
            {
                // A host that was killed had detached it; one that lives would not have let it be claimed.
                _detached.Add(interfaceNumber);
                UsbLog.LeftWithoutDriver(_log, Info.Title, interfaceNumber);
            }
        }
    }

    /// <inheritdoc/>
    public void Release(byte interfaceNumber)
    {
        lock (_gate)
        {
            if (_claimed.Remove(interfaceNumber))
            {
                _ = _library.ReleaseInterface(_handle, interfaceNumber);
                Reattach();
            }
        }
    }

    /// <inheritdoc/>
    public void SelectAlternate(byte interfaceNumber, byte alternate)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Check(
                _library.SelectAlternate(_handle, interfaceNumber, alternate),
                $"alternate setting {alternate} of interface {interfaceNumber}");
        }
    }

    /// <inheritdoc/>
    public void ClearHalt(byte endpoint)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Check(_library.ClearHalt(_handle, endpoint), $"clearing the halt of endpoint 0x{endpoint:X2}");
        }
    }

    /// <inheritdoc/>
    public IUsbTransfer CreateTransfer(UsbEndpoint endpoint, int capacity, IUsbTransferUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);

        // Without the gate, which a request keeps for as long as the device takes over it.
        return new LibUsbTransfer(_library, _handle, _events, _transfers, endpoint, capacity, user);
    }

    /// <summary>Ends what is left of its transfers, gives its interfaces back to their drivers, and closes it.</summary>
    /// <exception cref="InvalidOperationException">It is called from within a completion.</exception>
    public void Dispose()
    {
        if (_events.IsCurrent)
        {
            throw new InvalidOperationException("A completion cannot close its device; close it on another thread.");
        }

        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        // What the device keeps beyond the limit is never freed: the system may still write there.
        _ = _transfers.End(_transfersEnd);
        _events.Dispose();
        lock (_gate)
        {
            foreach (var interfaceNumber in _claimed)
            {
                _ = _library.ReleaseInterface(_handle, interfaceNumber);
            }

            _claimed.Clear();
            Reattach();
        }

        _library.Close(_handle);
        _library.Exit(_context);
    }

    // Noted first: a process may be killed at any moment.
    private LibUsbError Detach(byte interfaceNumber, bool isNoted)
    {
        if (_notes is null)
        {
            UsbLog.NowhereToNote(_log, Info.Title, interfaceNumber);
        }

        _notes?.Add(Info, interfaceNumber);
        var error = _library.DetachKernelDriver(_handle, interfaceNumber);
        if (error == LibUsbError.Success)
        {
            _detached.Add(interfaceNumber);
        }
        else if (!isNoted)
        {
            _notes?.Remove(Info, interfaceNumber);
        }

        return error;
    }

    // A driver like btusb takes several interfaces at once, and would find one of them taken as long as any is claimed.
    private void Reattach()
    {
        if (_claimed.Count > 0)
        {
            return;
        }

        foreach (var interfaceNumber in _detached)
        {
            // Where there is no driver for it now, the next one tries again. Busy: somebody has given it one.
            if (_library.AttachKernelDriver(_handle, interfaceNumber) is LibUsbError.Success or LibUsbError.Busy or LibUsbError.NoDevice)
            {
                _notes?.Remove(Info, interfaceNumber);
            }
        }

        _detached.Clear();
    }

    private void Check(LibUsbError error, string what)
    {
        if (error != LibUsbError.Success)
        {
            throw LibUsbProblem.Request(error, Info, what);
        }
    }
}
