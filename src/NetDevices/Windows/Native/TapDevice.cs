using System.Runtime.Versioning;
using HostStack.Ethernet;
using Microsoft.Win32.SafeHandles;

namespace HostStack.NetDevices.Windows.Native;

/// <summary>The device of a TAP-Windows6 adapter, by overlapped transfers. Not run on this OS here.</summary>
/// <remarks>The read that is under way stays so over a wake: its frame is given by the next read. Writes have buffers of
/// their own; where the driver holds them all, a frame is dropped rather than waited for.</remarks>
[SupportedOSPlatform("windows")]
internal sealed unsafe class TapDevice : ITapDevice
{
    private const int WriteBuffers = 32;
    private const int ControlSize = 64;

    private readonly Lock _controlGate = new();
    private readonly Lock _writeGate = new();
    private readonly SafeFileHandle _handle;
    private readonly OverlappedTransfer _control;
    private readonly OverlappedTransfer _read;
    private readonly OverlappedTransfer[] _writes = new OverlappedTransfer[WriteBuffers];
    private readonly nint _wake;
    private readonly int _frameSize;
    private int _next;
    private bool _closed;

    private TapDevice(SafeFileHandle handle, int frameSize)
    {
        _handle = handle;
        _frameSize = frameSize;
        _control = new OverlappedTransfer(handle, ControlSize);
        _read = new OverlappedTransfer(handle, frameSize);
        for (var i = 0; i < WriteBuffers; i++)
        {
            _writes[i] = new OverlappedTransfer(handle, frameSize);
        }

        _wake = Kernel32.CreateEvent(0, manualReset: 0, initialState: 0, null);
    }

    /// <summary>Opens the device.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <param name="frameSize">The longest frame.</param>
    /// <param name="error">Why not.</param>
    /// <returns>Null where it cannot be opened; most often another program has it.</returns>
    public static TapDevice? TryOpen(WindowsTapAdapter adapter, int frameSize, out WindowsError error)
    {
        var handle = Kernel32.CreateFile(
            adapter.DevicePath,
            Kernel32.GenericRead | Kernel32.GenericWrite,
            share: 0,
            security: 0,
            Kernel32.OpenExisting,
            Kernel32.AttributeSystem | Kernel32.FlagOverlapped,
            template: 0);
        error = handle.IsInvalid ? Kernel32.LastError : WindowsError.None;
        if (handle.IsInvalid)
        {
            handle.Dispose();
            return null;
        }

        return new TapDevice(handle, frameSize);
    }

    /// <inheritdoc/>
    public WindowsError Control(TapControl control, Span<byte> data)
    {
        lock (_controlGate)
        {
            if (_closed)
            {
                return WindowsError.InvalidHandle;
            }

            data.CopyTo(_control.Buffer);
            var error = _control.Control(control, data.Length);
            if (error is WindowsError.None or WindowsError.IoPending)
            {
                error = _control.End(wait: true, out _);
                _control.Buffer[..data.Length].CopyTo(data);
            }

            return error;
        }
    }

    /// <inheritdoc/>
    public TapRead Read(out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (!_read.IsPending && _read.Read() is not (WindowsError.None or WindowsError.IoPending) and var refused)
        {
            return Judge(refused);
        }

        // The wake comes first: who pauses or closes must not wait behind a flood.
        var handles = stackalloc nint[2] { _wake, _read.Done };
        if (Kernel32.WaitForMultiple(2, handles, all: 0, Kernel32.Infinite) == Kernel32.WaitObject0)
        {
            return TapRead.Woken;
        }

        var error = _read.End(wait: false, out var count);
        if (error == WindowsError.None)
        {
            frame = _read.Buffer[..count];
            return TapRead.Frame;
        }

        return error == WindowsError.IoPending ? TapRead.Woken : Judge(error);
    }

    /// <inheritdoc/>
    public void WaitForWake(int milliseconds)
    {
        var wake = _wake;
        _ = Kernel32.WaitForMultiple(1, &wake, all: 0, (uint)milliseconds);
    }

    /// <inheritdoc/>
    public void Wake()
    {
        lock (_writeGate)
        {
            if (!_closed)
            {
                _ = Kernel32.SetEvent(_wake);
            }
        }
    }

    /// <inheritdoc/>
    public bool Write(in EthernetFrame frame)
    {
        if (frame.Length > _frameSize)
        {
            return false;
        }

        lock (_writeGate)
        {
            if (_closed)
            {
                return false;
            }

            for (var i = 0; i < WriteBuffers; i++)
            {
                var transfer = _writes[_next];
                _next = (_next + 1) % WriteBuffers;
                if (!transfer.IsPending || transfer.End(wait: false, out _) != WindowsError.IoPending)
                {
                    return transfer.Write(frame.CopyTo(transfer.Buffer)) is WindowsError.None or WindowsError.IoPending;
                }
            }

            return false;
        }
    }

    /// <summary>Closes the device; nobody reads any more.</summary>
    public void Dispose()
    {
        lock (_controlGate)
        {
            lock (_writeGate)
            {
                if (_closed)
                {
                    return;
                }

                _closed = true;
            }
        }

        _read.Dispose();
        _control.Dispose();
        foreach (var write in _writes)
        {
            write.Dispose();
        }

        _handle.Dispose();
        _ = Kernel32.CloseHandle(_wake);
    }

    // The driver ends reads as aborted while the cable is pulled or the adapter sleeps.
    private static TapRead Judge(WindowsError error) => error == WindowsError.OperationAborted ? TapRead.Idle : TapRead.Lost;
}
