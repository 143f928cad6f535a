using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HostStack.Hci.Transport.Unix;

/// <summary>Tells files from what merely stands in a folder: pipes, sockets, devices. Opening one of those can wait for ever, or
/// do something to a device.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class RegularFile
{
    // statx(2), whose layout is the same on every processor.
    private const int StatSize = 256;
    private const int ModeOffset = 28;
    private const int CurrentFolder = -100;
    private const uint WantType = 0x1;
    private const int KindMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Whether something that is no regular file has this name. Links are followed; nothing is opened.</summary>
    /// <param name="path">The name.</param>
    /// <returns>False also where nothing is there, or the system does not say.</returns>
    public static bool IsSomethingElse(string path)
    {
        var stat = stackalloc byte[StatSize];
        return Stat(CurrentFolder, path, 0, WantType, stat) == 0 && (*(ushort*)(stat + ModeOffset) & KindMask) != Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, byte* stat);
}
