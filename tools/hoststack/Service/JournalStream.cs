using System.Globalization;
using HostStack.Cli.Status;

namespace HostStack.Cli.Service;

/// <summary>Whether standard error is the system's journal: <c>$JOURNAL_STREAM</c> names its device and inode, and programs
/// that a terminal of such a service starts inherit the variable, but not the stream (systemd.exec(5)).</summary>
internal static class JournalStream
{
    private const int StandardError = 2;

    /// <summary>Looks at the descriptor that the variable is about.</summary>
    public static bool IsStandardError(string? variable) => IsDescriptor(variable, StandardError);

    /// <summary>Compares the variable, <c>device:inode</c> in decimal, with a descriptor.</summary>
    public static bool IsDescriptor(string? variable, int descriptor) =>
        variable?.Split(':') is [var device, var inode]
        && ulong.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out var wantedDevice)
        && ulong.TryParse(inode, NumberStyles.None, CultureInfo.InvariantCulture, out var wantedInode)
        && UnixFile.TryRead(descriptor, out var file)
        && (file.Device, file.Inode) == (wantedDevice, wantedInode);
}
