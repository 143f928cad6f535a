using System.Runtime.InteropServices;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>A transfer of libusb with its buffer, both in memory that does not move, made once.</summary>
/// <remarks>One that is disposed while it is submitted is cancelled, tells its user nothing any more, and is freed by its
/// completion.</remarks>
internal sealed unsafe class LibUsbTransfer : IUsbTransfer
{
    private const int Idle = 0;
    private const int Submitted = 1;
    private const int Abandoned = 2;
    private const int Freed = 3;

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
        set.Add(this);
    }

    /// <inheritdoc/>
    public UsbEndpoint Endpoint { get; }

    /// <inheritdoc/>
    public Span<byte> Buffer
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _state) is Abandoned or Freed, this);
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
        var before = Interlocked.CompareExchange(ref _state, Submitted, Idle);
        ObjectDisposedException.ThrowIf(before is Abandoned or Freed, this);
        if (before != Idle)
        {
            throw new InvalidOperationException("The transfer is submitted; wait for its completion.");
        }

        _native->Length = length;
        var error = _library.SubmitTransfer(_native);
        if (error != LibUsbError.Success)
        {
            _refusal = error == LibUsbError.NoDevice ? UsbTransferStatus.Gone : UsbTransferStatus.Failed;
            _events.Refuse(this);
        }
        else if (Volatile.Read(ref _state) == Abandoned)
        {
            // The device was closed between the two: the cancelling came too early.
            _set.Cancel(this);
        }
    }

    /// <inheritdoc/>
    public void Cancel()
    {
        // libusb knows best whether there is still something to cancel.
        if (Volatile.Read(ref _state) == Submitted)
        {
            _ = _library.CancelTransfer(_native);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.CompareExchange(ref _state, Freed, Idle) == Idle)
        {
            _set.Free(this);
        }
        else if (Interlocked.CompareExchange(ref _state, Abandoned, Submitted) == Submitted)
        {
            _set.Cancel(this);
        }
    }

    /// <summary>Cancels it where it was abandoned and is not freed yet. Under the lock of the set, which keeps the
    /// completion from freeing it.</summary>
    public void CancelAbandoned() => _ = _library.CancelTransfer(_native);

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

#pragma warning disable CA1031 // Whatever the user throws waits for the managed part of the thread.
    private void End(UsbTransferStatus status, int length)
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Submitted) != Submitted)
        {
            Volatile.Write(ref _state, Freed);
            _set.Free(this);
            return;
        }

        try
        {
            _user.Completed(this, status, length);
        }
        catch (Exception fault)
        {
            _events.Fault(fault);
        }
    }
#pragma warning restore CA1031
}
