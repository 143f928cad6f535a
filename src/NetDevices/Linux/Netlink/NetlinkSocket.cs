using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Native;

namespace HostStack.NetDevices.Linux.Netlink;

/// <summary>Takes what the kernel tells before it ends a request; borrows the message for the call.</summary>
/// <param name="message">One message.</param>
internal delegate void NetlinkMessageHandler(in NetlinkMessage message);

/// <summary>A route netlink socket: one request at a time, answered by the kernel before the call returns.</summary>
/// <remarks>It belongs to the network namespace of the thread that made it, whoever uses it later.</remarks>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    private const int RouteProtocol = 0;
    private const int NetlinkLevel = 270;
    private const int CapAcknowledge = 10;
    private const int ExtendedAcknowledge = 11;
    private const int SocketLevel = 1;
    private const int ReceiveTimeout = 20;
    private const int TimeoutSeconds = 5;

    // As much as the kernel gives of a dump at once.
    private const int ReceiveSize = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly FileDescriptor _socket;
    private readonly byte[] _received = new byte[ReceiveSize];
    private uint _sequence;

    /// <summary>Opens the socket in the calling thread's network namespace.</summary>
    /// <exception cref="NetDeviceException">The system refuses.</exception>
    public NetlinkSocket()
    {
        _socket = FileDescriptor.TryOwn(
            LibC.Socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, RouteProtocol), out var error)
            ?? throw LinuxError.Exception("A netlink socket cannot be opened", error);

        // Errors in words, and a bound on every wait. A kernel that has not one of these does without.
        SetOption(NetlinkLevel, ExtendedAcknowledge, 1);
        SetOption(NetlinkLevel, CapAcknowledge, 1);
        var timeout = stackalloc long[2] { TimeoutSeconds, 0 };
        _ = LibC.SetSocketOption(_socket, SocketLevel, ReceiveTimeout, timeout, 2 * sizeof(long));
    }

    /// <summary>Sends a request and reads all that the kernel answers. Any thread; one at a time.</summary>
    /// <param name="request">A whole message; its sequence number is written here.</param>
    /// <param name="handler">Called for each message that is not the end; null where none matters.</param>
    /// <returns>How the request ended.</returns>
    public NetlinkAnswer Execute(Span<byte> request, NetlinkMessageHandler? handler = null)
    {
        lock (_gate)
        {
            var sequence = ++_sequence;
            BitConverter.TryWriteBytes(request[8..], sequence);
            fixed (byte* start = request)
            {
                if (LibC.Send(_socket, start, (nuint)request.Length, 0) < 0)
                {
                    return new NetlinkAnswer(LinuxError.Last, null);
                }
            }

            while (true)
            {
                int length;
                fixed (byte* start = _received)
                {
                    length = (int)LibC.Receive(_socket, start, ReceiveSize, 0);
                }

                if (length < 0)
                {
                    if (LinuxError.Last == Errno.EINTR)
                    {
                        continue;
                    }

                    return new NetlinkAnswer(LinuxError.Last is Errno.EAGAIN ? Errno.ETIMEDOUT : LinuxError.Last, null);
                }

                if (ReadDatagram(_received.AsSpan(0, length), sequence, handler, out var answer))
                {
                    return answer;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static bool ReadDatagram(
        ReadOnlySpan<byte> datagram, uint sequence, NetlinkMessageHandler? handler, out NetlinkAnswer answer)
    {
        var reader = new NetlinkReader(datagram);
        while (reader.TryNext(out var message))
        {
            if (message.Sequence != sequence)
            {
                // The rest of a request whose wait timed out.
                continue;
            }

            if (message.Type is NetlinkType.Error or NetlinkType.Done && NetlinkAnswer.TryParse(message, out answer))
            {
                return true;
            }

            handler?.Invoke(message);
        }

        answer = default;
        return false;
    }

    private void SetOption(int level, int name, int value) =>
        _ = LibC.SetSocketOption(_socket, level, name, &value, sizeof(int));
}
