using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HostStack.Cli.Status;

/// <summary>What Linux says of a file, as far as trust needs it.</summary>
/// <param name="Owner">The user whose it is.</param>
/// <param name="Mode">Type and permissions.</param>
/// <param name="Device">The device that holds it, as <c>st_dev</c> counts.</param>
/// <param name="Inode">Its number there.</param>
internal readonly partial record struct UnixFile(uint Owner, ushort Mode, ulong Device, ulong Inode)
{
    private const ushort TypeMask = 0xF000;
    private const ushort DirectoryType = 0x4000;
    private const ushort SocketType = 0xC000;
    private const ushort OthersMask = 0x3F;

    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7FF;
    private const int StatxSize = 256;

    public bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    public bool IsSocket => (Mode & TypeMask) == SocketType;

    /// <summary>Whether group and others can do nothing with it.</summary>
    public bool IsPrivate => (Mode & OthersMask) == 0;

    /// <summary>The user of this process, by whose rights it acts.</summary>
    public static uint CurrentUser => OperatingSystem.IsWindows() ? 0 : EffectiveUser();

    /// <summary>Looks at a file, at a link itself and not where it leads to.</summary>
    /// <returns>False where there is none, or this system is not Linux.</returns>
    public static bool TryRead(string path, out UnixFile file) => TryRead(CurrentFolder, path, NoFollow, out file);

    /// <summary>Looks at an open descriptor.</summary>
    /// <returns>False where it is not open, or this system is not Linux.</returns>
    public static bool TryRead(int descriptor, out UnixFile file) => TryRead(descriptor, "", EmptyPath, out file);

    private static bool TryRead(int descriptor, string path, int flags, out UnixFile file)
    {
        file = default;
        Span<byte> stat = stackalloc byte[StatxSize];
        if (!OperatingSystem.IsLinux() || Statx(descriptor, path, flags, BasicStats, ref MemoryMarshal.GetReference(stat)) != 0)
        {
            return false;
        }

        // struct statx (statx(2)): | mask 4 | blksize 4 | attributes 8 | nlink 4 | uid 4 | gid 4 | mode 2 | 2 | ino 8 | … | at 136:
        // dev_major 4 | dev_minor 4 |
        file = new UnixFile(
            Read32(stat, 20),
            (ushort)(Read32(stat, 28) & 0xFFFF),
            MakeDevice(Read32(stat, 136), Read32(stat, 140)),
            Read32(stat, 32) | ((ulong)Read32(stat, 36) << 32));
        return true;
    }

    // As the C library packs them (makedev(3)).
    private static ulong MakeDevice(uint major, uint minor) =>
        (minor & 0xFFu) | ((major & 0xFFFu) << 8) | ((ulong)(minor & ~0xFFu) << 12) | ((ulong)(major & ~0xFFFu) << 32);

    // Little-endian octets on every machine that .NET runs on, but for s390x, where statx is the machine's own order too.
    private static uint Read32(ReadOnlySpan<byte> stat, int offset) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(stat[offset..]) : BinaryPrimitives.ReadUInt32BigEndian(stat[offset..]);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int descriptor, string path, int flags, uint mask, ref byte buffer);
}
