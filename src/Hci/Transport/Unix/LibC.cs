using System.Runtime.InteropServices;

namespace HostStack.Hci.Transport.Unix;

/// <summary>The calls of Unix that serial ports and the kernel's HCI sockets stand on; numbers for Linux and macOS.</summary>
/// <remarks>fcntl and ioctl are variadic in C. On Linux their third argument travels as a fixed one does; on arm64 Apple
/// passes it on the stack, so that whoever calls them on macOS declares them for that. Nothing here is variadic in the form
/// in which it is called.</remarks>
internal static unsafe partial class LibC
{
    public const int O_RDWR = 0x2;

    /// <summary>On Linux: the descriptor only names a file, whatever it is; nothing of it is opened.</summary>
    public const int O_PATH = 0x20_0000;

    public const short POLLIN = 0x1;
    public const short POLLOUT = 0x4;
    public const short POLLERR = 0x8;
    public const short POLLHUP = 0x10;
    public const short POLLNVAL = 0x20;

    private const string Library = "libc";

    public static int O_NONBLOCK { get; } = OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    public static int O_CLOEXEC { get; } = OperatingSystem.IsMacOS() ? 0x100_0000 : 0x8_0000;

    /// <summary>A terminal that is opened does not become the process's own.</summary>
    public static int O_NOCTTY { get; } = OperatingSystem.IsMacOS() ? 0x2_0000 : 0x100;

    /// <summary>On Linux: a link is not followed. ARM and POWER have a number of their own.</summary>
    public static int O_NOFOLLOW { get; } =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Armv6 or Architecture.Ppc64le
            ? 0x8000
            : 0x2_0000;

    /// <summary>FIOCLEX: a program that is started does not inherit the descriptor. A request without an argument.</summary>
    public static nuint CloseOnExecution { get; } = OperatingSystem.IsMacOS() ? 0x2000_6601u : 0x5451u;

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(FileDescriptor descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(FileDescriptor descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeout);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "pipe", SetLastError = true)]
    public static partial int Pipe(int* ends);

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(FileDescriptor socket, void* address, uint length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(FileDescriptor socket, int level, int name, void* value, uint length);

    /// <summary>The user by whose rights this process acts.</summary>
    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>Lets a time pass on a thread that may wait.</summary>
    /// <param name="milliseconds">At most; a signal ends it early.</param>
    public static void Wait(int milliseconds) => _ = Poll(null, 0, milliseconds);

    /// <summary>ioctl: with an argument on Linux, and without one everywhere.</summary>
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int IoControl(FileDescriptor descriptor, nuint request, void* argument);
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short Returned;
}
