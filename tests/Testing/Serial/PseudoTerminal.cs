using System.Runtime.InteropServices;
using System.Text;
using HostStack.Hci.Transport.Serial;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Testing.Serial;

/// <summary>A pair of pseudo-terminals: a serial port for the host, and this end of its line. Linux.</summary>
/// <remarks>It has no modem lines and no bits per second: what is said to those shows by the calls, and any speed is as fast
/// as the machine.</remarks>
public sealed class PseudoTerminal : IAsyncDisposable
{
    private const int LongestPath = 64;

    private readonly DescriptorStream _stream;
    private readonly FileDescriptor _master;

    /// <summary>Makes a pair that nobody has opened yet. It is raw, so that nothing is echoed before the host opens it.</summary>
    public PseudoTerminal()
    {
        var master = FileDescriptor.TryOwn(OpenMaster(LibC.O_RDWR | LibC.O_NOCTTY | LibC.O_NONBLOCK | LibC.O_CLOEXEC), out var error)
            ?? throw new IOException($"no pseudo-terminal can be made: {error}");
        var path = new byte[LongestPath];
        if (Grant(master) != 0 || Unlock(master) != 0 || NameOf(master, path, LongestPath) != 0
            || new LinuxTerminal().SetUp(UnixTerminalCalls.Instance, master, new SerialSettings()) != Errno.None)
        {
            throw new IOException("the pseudo-terminal cannot be set up");
        }

        Path = Encoding.UTF8.GetString(path, 0, Array.IndexOf(path, (byte)0));
        _master = master;
        _stream = new DescriptorStream(new PolledDescriptor(master), $"{Path} master");
    }

    /// <summary>The port that a host opens: <c>/dev/pts/3</c>.</summary>
    public string Path { get; }

    /// <summary>This end. Disposing it is pulling the plug.</summary>
    public Stream Line => _stream;

    /// <summary>The speed that the system shows for the port; bits per second.</summary>
    public int Speed => new LinuxTerminal().GetSpeed(UnixTerminalCalls.Instance, _master, out var speed) == Errno.None ? speed : 0;

    /// <summary>Pulls the plug.</summary>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    [DllImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static extern int OpenMaster(int flags);

    [DllImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static extern int Grant(FileDescriptor master);

    [DllImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static extern int Unlock(FileDescriptor master);

    [DllImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static extern int NameOf(FileDescriptor master, [Out] byte[] name, nint length);
}
