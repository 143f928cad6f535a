using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HostStack.NetDevices.UserMode.Polling;

namespace HostStack.NetDevices.UserMode.Native;

/// <summary><c>SlirpCb</c> (libslirp.h): what libslirp calls. Each call carries the handle of its
/// <see cref="SlirpInstance"/>; no exception crosses into native code.</summary>
internal static unsafe class SlirpCallbacks
{
    // send_packet, guest_error, clock_get_ns, timer_new, timer_free, timer_mod, register_poll_fd, unregister_poll_fd, notify;
    // then, of version 4, init_completed and timer_new_opaque, which stay empty: timer_new serves every version.
    private const int Fields = 11;

    // Room for fields of versions to come, all zero.
    private const int Room = 32;

    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Makes the table, in memory that does not move. Freed by <see cref="Free"/>.</summary>
    public static nint* Make()
    {
        var table = (nint*)NativeMemory.AllocZeroed(Room, (nuint)sizeof(nint));
        var fields = new Span<nint>(table, Fields);
        fields[0] = (nint)(delegate* unmanaged[Cdecl]<byte*, nuint, nint, nint>)&SendPacket;
        fields[1] = (nint)(delegate* unmanaged[Cdecl]<byte*, nint, void>)&GuestError;
        fields[2] = (nint)(delegate* unmanaged[Cdecl]<nint, long>)&ClockNanoseconds;
        fields[3] = (nint)(delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, nint, nint>)&NewTimer;
        fields[4] = (nint)(delegate* unmanaged[Cdecl]<nint, nint, void>)&FreeTimer;
        fields[5] = (nint)(delegate* unmanaged[Cdecl]<nint, long, nint, void>)&ArmTimer;
        fields[6] = (nint)(delegate* unmanaged[Cdecl]<int, nint, void>)&SocketSeen;
        fields[7] = (nint)(delegate* unmanaged[Cdecl]<int, nint, void>)&SocketSeen;
        fields[8] = (nint)(delegate* unmanaged[Cdecl]<nint, void>)&Notified;
        return table;
    }

    /// <summary>Frees a table.</summary>
    /// <param name="table">Of <see cref="Make"/>; not used again.</param>
    public static void Free(nint* table) => NativeMemory.Free(table);

    /// <summary>The clock of every instance. libslirp keeps one time for the whole process, so that all must read the same
    /// clock.</summary>
    public static long Nanoseconds
    {
        get
        {
            var ticks = Stopwatch.GetTimestamp();
            var (seconds, rest) = Math.DivRem(ticks, Stopwatch.Frequency);
            return (seconds * NanosecondsPerSecond) + (rest * NanosecondsPerSecond / Stopwatch.Frequency);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int AddPoll(int socket, int events, nint opaque) => From(opaque).AddPoll(socket, (PollEvents)events);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int PollResult(int index, nint opaque) => (int)From(opaque).PollResult(index);

    private static SlirpInstance From(nint opaque) => (SlirpInstance)GCHandle.FromIntPtr(opaque).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint SendPacket(byte* packet, nuint length, nint opaque)
    {
        From(opaque).FrameFromNat(new ReadOnlySpan<byte>(packet, (int)length));

        // All of it: what was dropped is counted here, and libslirp would only complain on the standard error.
        return (nint)length;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void GuestError(byte* message, nint opaque) =>
        From(opaque).PeerError(Marshal.PtrToStringUTF8((nint)message) ?? "");

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long ClockNanoseconds(nint opaque) => Nanoseconds;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint NewTimer(delegate* unmanaged[Cdecl]<nint, void> callback, nint argument, nint opaque) =>
        From(opaque).Timers.Create((nint)callback, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FreeTimer(nint timer, nint opaque) => From(opaque).Timers.Free(timer);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ArmTimer(nint timer, long milliseconds, nint opaque) => From(opaque).Timers.Arm(timer, milliseconds);

    // The sockets are told anew before each wait.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SocketSeen(int socket, nint opaque)
    {
    }

    // Comes from calls of the instance's own thread, which asks for the sockets again before it waits.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Notified(nint opaque)
    {
    }
}
