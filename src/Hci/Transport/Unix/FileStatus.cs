using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HostStack.Hci.Transport.Unix;

/// <summary>What the system says of a file (statx(2), whose layout is the same on every processor).</summary>
/// <param name="Mode">Its kind and its permissions.</param>
/// <param name="Owner">The user whose it is.</param>
[SupportedOSPlatform("linux")]
internal readonly unsafe partial record struct FileStatus(ushort Mode, uint Owner)
{
    private const int StatSize = 256;
    private const int OwnerOffset = 20;
    private const int ModeOffset = 28;
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint WantKindModeAndOwner = 0xB;

    private const int KindMask = 0xF000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const int WritableByOthers = 0x12;

    public bool IsFolder => (Mode & KindMask) == Folder;

    public bool IsRegular => (Mode & KindMask) == Regular;

    /// <summary>Whether only this user and root can have put there what is in it.</summary>
    public bool IsTrusted => (Owner == 0 || Owner == LibC.EffectiveUser()) && (Mode & WritableByOthers) == 0;

    /// <summary>Asks of a name. Links are followed.</summary>
    /// <returns>Null where nothing is there, or the system does not say.</returns>
    public static FileStatus? Of(string path)
    {
        var stat = stackalloc byte[StatSize];
        return StatAt(CurrentFolder, path, 0, WantKindModeAndOwner, stat) == 0 ? From(stat) : null;
    }

    /// <summary>Asks of what is open.</summary>
    /// <returns>Null where the system does not say.</returns>
    public static FileStatus? Of(FileDescriptor file)
    {
        var stat = stackalloc byte[StatSize];
        return Stat(file, "", EmptyPath, WantKindModeAndOwner, stat) == 0 ? From(stat) : null;
    }

    private static FileStatus From(byte* stat) => new(*(ushort*)(stat + ModeOffset), *(uint*)(stat + OwnerOffset));

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatAt(int folder, string path, int flags, uint mask, byte* stat);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(FileDescriptor file, string path, int flags, uint mask, byte* stat);
}
