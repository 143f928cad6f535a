using System.Runtime.InteropServices;

namespace HostStack.NetDevices.Linux.Native;

/// <summary>Tells open files apart (statx(2), whose layout is the same on every processor).</summary>
internal static unsafe partial class FileIdentity
{
    private const int StatSize = 256;
    private const int InodeOffset = 32;
    private const int EmptyPath = 0x1000;
    private const uint WantInode = 0x100;
    private const int UserOffset = 20;
    private const int ModeOffset = 28;
    private const uint WantTypeAndUser = 0x9;
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int KindMask = 0xF000;
    private const int Folder = 0x4000;

    /// <summary>The file's number; 0 where the system does not say.</summary>
    public static ulong InodeOf(FileDescriptor descriptor)
    {
        var stat = stackalloc byte[StatSize];
        return Stat(descriptor, "", EmptyPath, WantInode, stat) == 0 ? *(ulong*)(stat + InodeOffset) : 0;
    }

    /// <summary>The user whom a folder belongs to; null: there is none, or a link or a file is in its place.</summary>
    public static uint? FolderOwner(string path)
    {
        var stat = stackalloc byte[StatSize];
        return StatAt(CurrentFolder, path, NoFollow, WantTypeAndUser, stat) == 0 && (*(ushort*)(stat + ModeOffset) & KindMask) == Folder
            ? *(uint*)(stat + UserOffset)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatAt(int folder, string path, int flags, uint mask, byte* stat);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(FileDescriptor descriptor, string path, int flags, uint mask, byte* stat);
}
