using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace HostStack.Cli.Status;

/// <summary>Who is at the other end of a Unix socket, by the word of the kernel.</summary>
internal static partial class PeerCredentials
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int UcredSize = 12;

    /// <summary>The user of the process that connected.</summary>
    /// <returns>Null where the system cannot tell: then the folder's permissions alone decide.</returns>
    public static uint? UserOf(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            // struct ucred: | pid 4 | uid 4 | gid 4 | (unix(7))
            Span<byte> credentials = stackalloc byte[UcredSize];
            socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
            return BitConverter.IsLittleEndian
                ? BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..])
                : BinaryPrimitives.ReadUInt32BigEndian(credentials[4..]);
        }

        return OperatingSystem.IsMacOS() && EffectivePeer((int)socket.Handle, out var user, out _) == 0 ? user : null;
    }

    [LibraryImport("libc", EntryPoint = "getpeereid")]
    private static partial int EffectivePeer(int socket, out uint user, out uint group);
}
