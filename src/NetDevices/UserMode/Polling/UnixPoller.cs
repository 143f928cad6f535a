using System.Runtime.InteropServices;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.UserMode.Polling;

/// <summary>poll(2), woken by a pipe. Linux and macOS; the constants are the same on both.</summary>
internal sealed unsafe partial class UnixPoller : ISocketPoller
{
    private const short PollIn = 0x1;
    private const short PollPriority = 0x2;
    private const short PollOut = 0x4;
    private const short PollError = 0x8;
    private const short PollHangUp = 0x10;
    private const short PollInvalid = 0x20;
    private const int CloseOnExec = 0x80000;
    private const int NoSocket = -1;
    private const int ErrorInterrupted = 4;

    // The pipe's place among the sockets.
    private const int WakePlace = 0;

    private readonly Lock _gate = new();
    private readonly int _read;
    private readonly int _write;
    private PollEntry[] _entries = new PollEntry[16];
    private int _count = WakePlace + 1;
    private bool _woken;
    private bool _disposed;

    public UnixPoller()
    {
        var ends = stackalloc int[2];
        var result = OperatingSystem.IsLinux() ? Pipe2(ends, CloseOnExec) : Pipe(ends);
        if (result != 0)
        {
            throw new NetDeviceException(
                $"No pipe can be made ({Marshal.GetLastPInvokeErrorMessage()}); close programs, or raise the limit of open files.");
        }

        (_read, _write) = (ends[0], ends[1]);
        _entries[WakePlace] = new PollEntry { Descriptor = _read, Events = PollIn };
    }

    public void Clear() => _count = WakePlace + 1;

    public int Add(int socket, PollEvents events)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * _count);
        }

        _entries[_count] = new PollEntry { Descriptor = events == PollEvents.None ? NoSocket : socket, Events = Native(events) };
        return _count++;
    }

    public bool Wait(int milliseconds)
    {
        int result;
        fixed (PollEntry* entries = _entries)
        {
            result = Poll(entries, (nuint)_count, milliseconds);
        }

        if (result < 0)
        {
            return Marshal.GetLastPInvokeError() == ErrorInterrupted && Settle();
        }

        if ((_entries[WakePlace].Result & PollIn) != 0)
        {
            byte octet;
            _ = Read(_read, &octet, 1);
            lock (_gate)
            {
                _woken = false;
            }
        }

        return true;
    }

    public PollEvents Result(int index)
    {
        var result = _entries[index].Result;
        return Managed(result, PollIn, PollEvents.In)
            | Managed(result, PollOut, PollEvents.Out)
            | Managed(result, PollPriority, PollEvents.Priority)
            | Managed(result, PollError | PollInvalid, PollEvents.Error)
            | Managed(result, PollHangUp, PollEvents.HangUp);
    }

    public void Wake()
    {
        lock (_gate)
        {
            if (_woken || _disposed)
            {
                return;
            }

            // At most one octet is in the pipe, so that the write never blocks.
            _woken = true;
            byte octet = 1;
            _ = Write(_write, &octet, 1);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                _ = Close(_read);
                _ = Close(_write);
            }
        }
    }

    // A signal ended the wait: nothing is ready, and what an earlier wait found does not count.
    private bool Settle()
    {
        for (var i = 0; i < _count; i++)
        {
            _entries[i].Result = 0;
        }

        return true;
    }

    private static short Native(PollEvents events) => (short)(
        ((events & PollEvents.In) != 0 ? PollIn : 0)
        | ((events & PollEvents.Out) != 0 ? PollOut : 0)
        | ((events & PollEvents.Priority) != 0 ? PollPriority : 0)
        | ((events & PollEvents.Error) != 0 ? PollError : 0)
        | ((events & PollEvents.HangUp) != 0 ? PollHangUp : 0));

    private static PollEvents Managed(short result, int flags, PollEvents events) => (result & flags) != 0 ? events : PollEvents.None;

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe2(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    private static partial int Pipe(int* ends);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, byte* octets, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte* octets, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Result;
    }
}
