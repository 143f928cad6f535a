using HostStack.NetDevices.Linux.Native;

namespace HostStack.NetDevices.Linux.Tap;

/// <summary>The kernel's setting that says whether an interface listens to IPv6 routers (ip-sysctl, <c>accept_ra</c>).</summary>
/// <remarks>The whole of an advertisement is refused: to take no default route alone (<c>accept_ra_defrtr</c>) leaves the
/// routes to on-link prefixes, which may be as wide as the sender likes.</remarks>
internal static class RouterSetting
{
    /// <summary>Where the kernel shows the settings of the calling thread's namespace.</summary>
    public const string Root = "/proc/sys/net/ipv6/conf";

    private const byte Off = (byte)'0';

    /// <summary>Makes an interface deaf to routers; called in its namespace. Where the kernel has no IPv6, it is.</summary>
    /// <param name="name">The interface.</param>
    /// <param name="before">What the setting was, for <see cref="GiveBack"/>; null where nothing was changed.</param>
    /// <param name="root">The folder of the settings.</param>
    /// <returns>Null where it is so now; else why not and what helps, in one sentence.</returns>
    public static string? TurnOff(string name, out byte? before, string root = Root)
    {
        before = null;
        if (!TryRead(Path(root, name), out var value, out var error) ? error == Errno.ENOENT : value == Off)
        {
            return null;
        }

        if (TryWrite(Path(root, name), Off, out var refused))
        {
            before = value;
            return null;
        }

        return $"The interface {name} goes on listening to IPv6 routers, so that a peer can add routes to this machine "
            + $"({LinuxError.NameOf(refused)}); set net.ipv6.conf.{name}.accept_ra to 0 with sysctl as root.";
    }

    /// <summary>Gives an interface that stays its setting back, unless somebody has set another one meanwhile; called in its
    /// namespace.</summary>
    /// <param name="name">The interface.</param>
    /// <param name="before">What <see cref="TurnOff"/> found.</param>
    /// <param name="root">The folder of the settings.</param>
    /// <returns>Null where there is nothing left to do; else why not and what helps, in one sentence.</returns>
    public static string? GiveBack(string name, byte before, string root = Root)
    {
        var path = Path(root, name);
        if (TryRead(path, out var value, out var error) ? value != Off || TryWrite(path, before, out error) : error == Errno.ENOENT)
        {
            return null;
        }

        return $"The interface {name} stays deaf to IPv6 routers ({LinuxError.NameOf(error)}); set net.ipv6.conf.{name}.accept_ra "
            + $"to {(char)before} with sysctl as root.";
    }

    private static string Path(string root, string name) => $"{root}/{name}/accept_ra";

    private static unsafe bool TryRead(string path, out byte value, out Errno error)
    {
        byte read = 0;
        using var file = FileDescriptor.TryOpen(path, LibC.O_RDONLY, out error);
        var isRead = file is not null && LibC.Read(file, &read, sizeof(byte)) == sizeof(byte);
        value = read;
        return isRead;
    }

    private static unsafe bool TryWrite(string path, byte value, out Errno error)
    {
        using var file = FileDescriptor.TryOpen(path, LibC.O_RDWR, out error);
        if (file is not null && LibC.Write(file, &value, sizeof(byte)) == sizeof(byte))
        {
            return true;
        }

        error = file is null ? error : LinuxError.Last;
        return false;
    }
}
