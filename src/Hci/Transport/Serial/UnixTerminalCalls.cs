using System.Runtime.InteropServices;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Transport.Serial;

/// <summary>The real calls, of Linux and macOS.</summary>
/// <remarks>
/// <para>ioctl is variadic in C. On Linux its third argument travels as a fixed one does. On arm64 Apple passes it on the
/// stack: nine arguments are declared there, two that are read in x0 and x1, six that nobody reads in x2 to x7, and the
/// argument as the first one on the stack. open is variadic only where it makes a file, which it does not here.</para>
/// <para>The part for macOS is written from Apple's headers and ABI documentation; not run on macOS here.</para>
/// </remarks>
internal sealed unsafe partial class UnixTerminalCalls : ITerminalCalls
{
    private const int ExclusiveLock = 2;
    private const int WithoutWaiting = 4;
    private const int ReadAndWrite = 4 | 2;

    private static readonly bool s_onStack =
        OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>The one instance: it keeps nothing.</summary>
    public static UnixTerminalCalls Instance { get; } = new();

    /// <inheritdoc/>
    public FileDescriptor? TryOpen(string path, out Errno error) =>
        FileDescriptor.TryOpen(path, LibC.O_RDWR | LibC.O_NOCTTY | LibC.O_NONBLOCK, out error);

    /// <inheritdoc/>
    public Errno MayOpen(string path) => Outcome(Access(path, ReadAndWrite));

    /// <inheritdoc/>
    public Errno Lock(FileDescriptor descriptor) => Outcome(FLock(descriptor, ExclusiveLock | WithoutWaiting));

    /// <inheritdoc/>
    public Errno Control(FileDescriptor descriptor, uint request, int argument = 0) =>
        Outcome(IoControl(descriptor, request, (void*)argument));

    /// <inheritdoc/>
    public Errno Control(FileDescriptor descriptor, uint request, Span<byte> structure)
    {
        fixed (byte* first = structure)
        {
            return Outcome(IoControl(descriptor, request, first));
        }
    }

    private static Errno Outcome(int result) => result < 0 ? UnixError.Last : Errno.None;

    private static int IoControl(FileDescriptor descriptor, uint request, void* argument) => s_onStack
        ? IoControlOnStack(descriptor, request, 0, 0, 0, 0, 0, 0, argument)
        : LibC.IoControl(descriptor, request, argument);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FLock(FileDescriptor descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControlOnStack(
        FileDescriptor descriptor, nuint request, nint x2, nint x3, nint x4, nint x5, nint x6, nint x7, void* argument);
}
