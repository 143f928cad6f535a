using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace HostStack.NetDevices.Windows.Native;

/// <summary>One transfer at a time between a device and memory that does not move (OVERLAPPED). Not thread-safe.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class OverlappedTransfer : IDisposable
{
    private readonly SafeFileHandle _device;
    private readonly OverlappedBlock* _overlapped;
    private readonly byte* _buffer;
    private readonly int _size;

    /// <summary>Makes the memory and the event.</summary>
    /// <param name="device">An overlapped device.</param>
    /// <param name="size">Octets of the buffer.</param>
    public OverlappedTransfer(SafeFileHandle device, int size)
    {
        _device = device;
        _size = size;
        Done = Kernel32.CreateEvent(0, manualReset: 1, initialState: 0, null);
        if (Done == 0)
        {
            throw WindowsErrors.Exception("No event can be made", Kernel32.LastError, "close programs");
        }

        _overlapped = (OverlappedBlock*)NativeMemory.AllocZeroed((nuint)sizeof(OverlappedBlock));
        _overlapped->Event = Done;
        _buffer = (byte*)NativeMemory.Alloc((nuint)size);
    }

    /// <summary>The event that is set when the transfer is done.</summary>
    public nint Done { get; }

    /// <summary>Whether a transfer is under way.</summary>
    public bool IsPending { get; private set; }

    /// <summary>The memory; not touched while a transfer is pending.</summary>
    public Span<byte> Buffer => new(_buffer, _size);

    /// <summary>Begins to read into the buffer.</summary>
    /// <returns><see cref="WindowsError.None"/>: done; <see cref="WindowsError.IoPending"/>: under way.</returns>
    public WindowsError Read() => Begin(Kernel32.ReadFile(_device, _buffer, (uint)_size, null, _overlapped));

    /// <summary>Begins to write from the buffer.</summary>
    /// <param name="count">Octets.</param>
    /// <returns>As of <see cref="Read"/>.</returns>
    public WindowsError Write(int count) => Begin(Kernel32.WriteFile(_device, _buffer, (uint)count, null, _overlapped));

    /// <summary>Begins a request that takes and gives the buffer.</summary>
    /// <param name="control">The request.</param>
    /// <param name="count">Octets.</param>
    /// <returns>As of <see cref="Read"/>.</returns>
    public WindowsError Control(TapControl control, int count) =>
        Begin(Kernel32.DeviceIoControl(_device, (uint)control, _buffer, (uint)count, _buffer, (uint)count, null, _overlapped));

    /// <summary>Ends a transfer that may be done.</summary>
    /// <param name="wait">Whether to wait for it.</param>
    /// <param name="count">Octets that were carried.</param>
    /// <returns><see cref="WindowsError.IoPending"/> where it is still under way.</returns>
    public WindowsError End(bool wait, out int count)
    {
        uint carried = 0;
        var isDone = Kernel32.GetOverlappedResult(_device, _overlapped, &carried, wait ? 1 : 0) != 0;
        var error = isDone ? WindowsError.None : Kernel32.LastError;
        if (error == WindowsError.IoIncomplete)
        {
            count = 0;
            return WindowsError.IoPending;
        }

        IsPending = false;
        count = (int)carried;
        return error;
    }

    /// <summary>Ends what is under way and gives the memory back. The device is still open.</summary>
    public void Dispose()
    {
        if (IsPending)
        {
            // The memory is the driver's until it says that it is done.
            _ = Kernel32.CancelIoEx(_device, _overlapped);
            End(wait: true, out _);
        }

        _ = Kernel32.CloseHandle(Done);
        NativeMemory.Free(_overlapped);
        NativeMemory.Free(_buffer);
    }

    private WindowsError Begin(int succeeded)
    {
        var error = succeeded != 0 ? WindowsError.None : Kernel32.LastError;
        IsPending = error is WindowsError.None or WindowsError.IoPending;
        return error;
    }
}

/// <summary>OVERLAPPED (minwinbase.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OverlappedBlock
{
    public nuint Internal;
    public nuint InternalHigh;
    public uint Offset;
    public uint OffsetHigh;
    public nint Event;
}
