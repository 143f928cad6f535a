using System.Runtime.InteropServices;

namespace HostStack.NetDevices.Linux.Native;

/// <summary>Tells open files apart (statx(2), whose layout is the same on every processor).</summary>
internal static unsafe partial class FileIdentity
{
    private const int StatSize = 256;
    private const int InodeOffset = 32;
    private const int EmptyPath = 0x1000;
    private const uint WantInode = 0x100;

    /// <summary>The file's number; 0 where the system does not say.</summary>
    public static ulong InodeOf(FileDescriptor descriptor)
    {
        var stat = stackalloc byte[StatSize];
        return Stat(descriptor, "", EmptyPath, WantInode, stat) == 0 ? *(ulong*)(stat + InodeOffset) : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(FileDescriptor descriptor, string path, int flags, uint mask, byte* stat);
}
