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
    /// <param name="root">The folder of the settings.</param>
    /// <returns>Null where it is so now; else why not and what helps, in one sentence.</returns>
    public static unsafe string? TurnOff(string name, string root = Root)
    {
        var path = $"{root}/{name}/accept_ra";
        using var read = FileDescriptor.TryOpen(path, LibC.O_RDONLY, out var error);
        byte value = 0;
        if (read is null ? error == Errno.ENOENT : LibC.Read(read, &value, sizeof(byte)) == sizeof(byte) && value == Off)
        {
            return null;
        }

        using var write = FileDescriptor.TryOpen(path, LibC.O_RDWR, out error);
        value = Off;
        if (write is not null && LibC.Write(write, &value, sizeof(byte)) == sizeof(byte))
        {
            return null;
        }

        return $"The interface {name} goes on listening to IPv6 routers, so that a peer can add routes to this machine "
            + $"({LinuxError.NameOf(write is null ? error : LinuxError.Last)}); set net.ipv6.conf.{name}.accept_ra to 0 with sysctl as root.";
    }
}
