using System.Runtime.InteropServices;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Tests.Transport.Unix;

/// <summary>Two connected sockets of the system: what is under test has the near one, in non-blocking mode.</summary>
internal sealed class SocketPair : IDisposable
{
    private const int AddressFamilyUnix = 1;
    private const int NonBlockingAndCloseOnExec = 0x8_0800;

    private SocketPair(int near, int far)
    {
        Near = new FileDescriptor(near);
        Far = new PolledDescriptor(new FileDescriptor(far));
    }

    public FileDescriptor Near { get; }

    public PolledDescriptor Far { get; }

    /// <summary>Octets without borders, as a serial line has them.</summary>
    public static SocketPair OfStreams() => Create(1);

    /// <summary>Packets with borders, as the kernel's HCI sockets have them.</summary>
    public static SocketPair OfPackets() => Create(5);

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }

    private static SocketPair Create(int type)
    {
        var ends = new int[2];
        return MakePair(AddressFamilyUnix, type | NonBlockingAndCloseOnExec, 0, ends) == 0
            ? new SocketPair(ends[0], ends[1])
            : throw new IOException($"socketpair: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static extern int MakePair(int family, int type, int protocol, [Out] int[] ends);
}
