using System.Runtime.InteropServices;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>A transfer of libusb with its buffer, both in memory that does not move, made once.</summary>
/// <remarks>One that is disposed while it is submitted is cancelled, tells its user nothing any more, and is freed by its
/// completion. One that is disposed while its user is told is freed when the user returns.</remarks>
internal sealed unsafe class LibUsbTransfer : IUsbTransfer
{
    private const int Idle = 0;
    private const int Submitted = 1;

    // The user is told, and may submit it again, on whichever thread.
    private const int Completing = 2;

    // Disposed while submitted: the completion frees it.
    private const int Abandoned = 3;

    // Disposed while the user is told: who tells frees it.
    private const int Left = 4;
    private const int Freed = 5;

    private readonly ILibUsb _library;
    private readonly LibUsbEvents _events;
    private readonly IUsbTransferUser _user;
    private readonly LibUsbTransferSet _set;
    private readonly int _capacity;
    private readonly NativeTransfer* _native;
    private GCHandle _self;
    private UsbTransferStatus _refusal;
    private int _state;

    public LibUsbTransfer(
        ILibUsb library,
        nint device,
        LibUsbEvents events,
        LibUsbTransferSet set,
        UsbEndpoint endpoint,
        int capacity,
        IUsbTransferUser user)
    {
        _library = library;
        _events = events;
        _set = set;
        _user = user;
        _capacity = capacity;
        Endpoint = endpoint;
        _native = library.AllocateTransfer();
        if (_native is null)
        {
            throw new InsufficientMemoryException("libusb has no memory for a transfer.");
        }

        _self = GCHandle.Alloc(this);
        _native->DeviceHandle = device;
        _native->Endpoint = endpoint.Address;
        _native->Type = (byte)endpoint.Kind;
        _native->TimeoutMilliseconds = 0; // for ever: the user cancels
        _native->Callback = &Completed;
        _native->UserData = GCHandle.ToIntPtr(_self);
        _native->Buffer = (byte*)NativeMemory.AllocZeroed((nuint)Math.Max(capacity, 1));
        if (!set.TryAdd(this))
        {
            FreeMemory();
            throw new ObjectDisposedException(nameof(LibUsbDevice));
        }
    }

    /// <inheritdoc/>
    public UsbEndpoint Endpoint { get; }

    /// <inheritdoc/>
    public Span<byte> Buffer
    {
        get
        {
            // Within its completion the user still reads what came, also where another thread has closed the device.
            var state = Volatile.Read(ref _state);
            ObjectDisposedException.ThrowIf(
                state is Abandoned or Freed || (state == Left && !_events.IsCurrent), this);
            return new Span<byte>(_native->Buffer, _capacity);
        }
    }

    /// <summary>The next one in the list of <see cref="LibUsbEvents"/>.</summary>
    public LibUsbTransfer? NextRefused { get; set; }

    /// <inheritdoc/>
    public void Submit(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _capacity);
        if (Interlocked.CompareExchange(ref _state, Submitted, Completing) != Completing)
        {
            var before = Interlocked.CompareExchange(ref _state, Submitted, Idle);
            ObjectDisposedException.ThrowIf(before is Abandoned or Left or Freed, this);
            if (before == Submitted)
            {
                throw new InvalidOperationException("The transfer is submitted; wait for its completion.");
            }
        }

        _native->Length = length;
        var error = _events.HasFailed ? LibUsbError.NoDevice : _library.SubmitTransfer(_native);
        if (error != LibUsbError.Success)
        {
            _refusal = error == LibUsbError.NoDevice ? UsbTransferStatus.Gone : UsbTransferStatus.Failed;
            _events.Refuse(this);
        }
        else if (Volatile.Read(ref _state) == Abandoned || _events.HasFailed)
        {
            // The device was closed, or given up, between the two: the cancelling came too early.
            _set.Cancel(this);
        }
    }

    /// <inheritdoc/>
    public void Cancel()
    {
        // libusb knows best whether there is still something to cancel; under the lock of the set it stays in memory
        // meanwhile, also where it completes and is disposed at this moment.
        if (Volatile.Read(ref _state) == Submitted)
        {
            _set.Cancel(this);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var next = state switch { Idle => Freed, Submitted => Abandoned, Completing => Left, _ => state };
            if (Interlocked.CompareExchange(ref _state, next, state) != state)
            {
                continue; // It was submitted, or has completed, at this moment.
            }

            if (state == Idle)
            {
                _set.Free(this);
            }
            else if (state == Submitted)
            {
                _set.Cancel(this);
            }

            return;
        }
    }

    /// <summary>Asks libusb for its end. Under the lock of the set, which keeps anybody from freeing it meanwhile.</summary>
    public void CancelNative() => _ = _library.CancelTransfer(_native);

    /// <summary>Frees what is not the collector's. Under the lock of the set.</summary>
    public void FreeMemory()
    {
        NativeMemory.Free(_native->Buffer);
        _library.FreeTransfer(_native);
        _self.Free();
    }

    /// <summary>The completion of a transfer that could not be submitted. The events' thread.</summary>
    public void EndRefused() => End(_refusal, 0);

    /// <summary>What a status of libusb means.</summary>
    public static UsbTransferStatus Meaning(NativeTransferStatus status) => status switch
    {
        NativeTransferStatus.Completed => UsbTransferStatus.Completed,
        NativeTransferStatus.Cancelled => UsbTransferStatus.Cancelled,
        NativeTransferStatus.Stall => UsbTransferStatus.Stalled,
        NativeTransferStatus.NoDevice => UsbTransferStatus.Gone,
        NativeTransferStatus.Overflow => UsbTransferStatus.Overflow,
        _ => UsbTransferStatus.Failed,
    };

    // No exception leaves it: there is native code around it.
    [UnmanagedCallersOnly]
    private static void Completed(NativeTransfer* native)
    {
        if (GCHandle.FromIntPtr(native->UserData).Target is LibUsbTransfer transfer)
        {
            transfer.End(Meaning(native->Status), native->ActualLength);
        }
    }

    private void End(UsbTransferStatus status, int length)
    {
        if (Interlocked.CompareExchange(ref _state, Completing, Submitted) != Submitted)
        {
            Free();
            return;
        }

        _events.Tell(_user, this, status, length);

        // Submitted again meanwhile, its next end comes on this thread too, so that there is nothing more to do.
        if (Interlocked.CompareExchange(ref _state, Idle, Completing) == Left)
        {
            Free();
        }
    }

    private void Free()
    {
        Volatile.Write(ref _state, Freed);
        _set.Free(this);
    }
}
