using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HostStack.NetDevices.UserMode.Polling;

/// <summary>WSAPoll, woken by a datagram on the loopback. Written to the documentation of Winsock; not run on this OS here.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class WindowsPoller : ISocketPoller
{
    private const short PollError = 0x1;
    private const short PollHangUp = 0x2;
    private const short PollInvalid = 0x4;
    private const short PollOut = 0x10;
    private const short PollIn = 0x300;
    private const int WakePlace = 0;
    private static readonly nint NoSocket = -1;

    private readonly Lock _gate = new();
    private readonly Socket _wake = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private PollEntry[] _entries = new PollEntry[16];
    private int _count = WakePlace + 1;
    private bool _woken;
    private bool _disposed;

    public WindowsPoller()
    {
        // Connected to itself: nobody else's datagram is taken.
        _wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _wake.Connect(_wake.LocalEndPoint!);
        _wake.Blocking = false;
        _entries[WakePlace] = new PollEntry { Socket = _wake.Handle, Events = PollIn };
    }

    public void Clear() => _count = WakePlace + 1;

    public int Add(int socket, PollEvents events)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * _count);
        }

        // Errors and the end are always told and must not be asked for; priority data is refused by WSAPoll.
        var wanted = (short)(((events & PollEvents.In) != 0 ? PollIn : 0) | ((events & PollEvents.Out) != 0 ? PollOut : 0));
        _entries[_count] = new PollEntry { Socket = events == PollEvents.None ? NoSocket : socket, Events = wanted };
        return _count++;
    }

    public bool Wait(int milliseconds)
    {
        int result;
        fixed (PollEntry* entries = _entries)
        {
            result = WsaPoll(entries, (uint)_count, milliseconds);
        }

        if (result < 0)
        {
            return false;
        }

        if ((_entries[WakePlace].Result & PollIn) != 0)
        {
            Span<byte> octet = stackalloc byte[1];
            _ = _wake.Receive(octet, SocketFlags.None, out _);
            lock (_gate)
            {
                _woken = false;
            }
        }

        return true;
    }

    public PollEvents Result(int index)
    {
        var entry = _entries[index];
        return entry.Socket == NoSocket
            ? PollEvents.None
            : Managed(entry.Result, PollIn, PollEvents.In)
                | Managed(entry.Result, PollOut, PollEvents.Out)
                | Managed(entry.Result, PollError | PollInvalid, PollEvents.Error)
                | Managed(entry.Result, PollHangUp, PollEvents.HangUp);
    }

    public void Wake()
    {
        lock (_gate)
        {
            if (!_woken && !_disposed)
            {
                _woken = true;
                _ = _wake.Send([1], SocketFlags.None, out _);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _wake.Dispose();
        }
    }

    private static PollEvents Managed(short result, int flags, PollEvents events) => (result & flags) != 0 ? events : PollEvents.None;

    [LibraryImport("ws2_32", EntryPoint = "WSAPoll")]
    private static partial int WsaPoll(PollEntry* entries, uint count, int milliseconds);

    /// <summary><c>WSAPOLLFD</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public nint Socket;
        public short Events;
        public short Result;
    }
}
