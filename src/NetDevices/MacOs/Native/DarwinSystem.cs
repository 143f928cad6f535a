using System.Runtime.InteropServices;

namespace HostStack.NetDevices.MacOs.Native;

/// <summary>Errors of Darwin that have a meaning here; some of its numbers are not Linux's.</summary>
internal enum DarwinErrno
{
    None = 0,
    EPERM = 1,
    ENOENT = 2,
    EINTR = 4,
    ENXIO = 6,
    EBADF = 9,
    ENOMEM = 12,
    EACCES = 13,
    EBUSY = 16,
    EINVAL = 22,
    ENFILE = 23,
    EMFILE = 24,
    EAGAIN = 35,
    EAFNOSUPPORT = 47,
    ENOBUFS = 55,
}

/// <summary>The calls of Darwin's libSystem that a utun interface needs.</summary>
/// <remarks>
/// <para>On arm64, Apple passes the variable arguments of a variadic C function on the stack, where its fixed ones go in
/// registers; a plain P/Invoke passes all in registers, and the function reads what happens to be on the stack. So no
/// variadic function is called but <c>ioctl</c>, once: fcntl and open are not needed, since every read and write says
/// MSG_DONTWAIT.</para>
/// <para><c>ioctl</c> is declared with nine arguments for arm64: two fixed ones in x0 and x1, six that nobody reads in x2 to
/// x7, and the argument, which as the ninth is the first on the stack, where <c>va_arg</c> looks. On x64 variable
/// arguments go in registers as fixed ones do, and the plain declaration is right.</para>
/// <para>Written from Apple's headers and ABI documentation; not run on macOS here.</para>
/// </remarks>
internal static unsafe partial class DarwinSystem
{
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_INET6 = 30;
    public const int PF_SYSTEM = 32;
    public const int AF_SYS_CONTROL = 2;
    public const int SYSPROTO_CONTROL = 2;
    public const int SOCK_DGRAM = 2;
    public const int MSG_DONTWAIT = 0x80;
    public const int UTUN_OPT_IFNAME = 2;
    public const short POLLIN = 0x1;
    public const short POLLERR = 0x8;
    public const short POLLHUP = 0x10;
    public const short POLLNVAL = 0x20;

    /// <summary>_IOWR('N', 3, struct ctl_info).</summary>
    public const uint CTLIOCGINFO = 0xC064_4E03;

    private const string Library = "libSystem";

    /// <summary>The error of the call that this thread made last.</summary>
    public static DarwinErrno LastError => (DarwinErrno)Marshal.GetLastPInvokeError();

    /// <summary>ioctl, whatever the processor.</summary>
    public static int IoControl(DarwinDescriptor descriptor, uint request, void* argument) =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? IoControlOnStack(descriptor, request, 0, 0, 0, 0, 0, 0, argument)
            : IoControlInRegisters(descriptor, request, argument);

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "socketpair", SetLastError = true)]
    public static partial int SocketPair(int domain, int type, int protocol, int* descriptors);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(DarwinDescriptor socket, void* address, uint length);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(DarwinDescriptor socket, int level, int name, void* value, uint* length);

    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(DarwinDescriptor socket, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(DarwinDescriptor socket, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(DarwinDescriptor socket, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(DarwinDescriptor socket, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, uint count, int timeout);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControlInRegisters(DarwinDescriptor descriptor, nuint request, void* argument);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControlOnStack(
        DarwinDescriptor descriptor, nuint request, nint x2, nint x3, nint x4, nint x5, nint x6, nint x7, void* argument);
}

/// <summary>A descriptor that is closed once, and not before the last call that uses it has returned.</summary>
internal sealed class DarwinDescriptor : SafeHandle
{
    /// <summary>Owns a descriptor.</summary>
    public DarwinDescriptor(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>The number, between <see cref="SafeHandle.DangerousAddRef"/> and <see cref="SafeHandle.DangerousRelease"/>
    /// only.</summary>
    public int Number => (int)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => DarwinSystem.Close((int)handle) == 0;
}
