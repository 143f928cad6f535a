using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.MacOs.Native;
using HostStack.NetDevices.Shim;

namespace HostStack.NetDevices.MacOs;

/// <summary>A utun interface: a socket of the kernel control <c>com.apple.net.utun_control</c> (net/if_utun.h).</summary>
/// <remarks>Each packet has four octets in front, its protocol family in network order. The interface goes with the socket.
/// Not run on macOS here.</remarks>
internal sealed unsafe class UtunDevice : IPacketDevice
{
    /// <summary>Octets in front of each packet.</summary>
    public const int HeaderSize = 4;

    private const string ControlName = "com.apple.net.utun_control";
    private const int NameSize = 16;

    private readonly DarwinDescriptor _socket;
    private readonly DarwinDescriptor _wakeNear;
    private readonly DarwinDescriptor _wakeFar;

    private UtunDevice(DarwinDescriptor socket, string name)
    {
        _socket = socket;
        Name = name;
        var pair = stackalloc int[2];
        if (DarwinSystem.SocketPair(DarwinSystem.AF_UNIX, DarwinSystem.SOCK_DGRAM, 0, pair) < 0)
        {
            throw Refused("A wake descriptor (socketpair) cannot be made", DarwinSystem.LastError);
        }

        (_wakeNear, _wakeFar) = (new DarwinDescriptor(pair[0]), new DarwinDescriptor(pair[1]));
    }

    /// <summary>The interface's name, <c>utun5</c>.</summary>
    public string Name { get; }

    /// <summary>Makes an interface.</summary>
    /// <param name="unit">Its number; null takes the first that is free.</param>
    /// <exception cref="NetDeviceException">The system refuses.</exception>
    public static UtunDevice Open(int? unit)
    {
        var number = DarwinSystem.Socket(DarwinSystem.PF_SYSTEM, DarwinSystem.SOCK_DGRAM, DarwinSystem.SYSPROTO_CONTROL);
        if (number < 0)
        {
            throw Refused("A socket for a utun interface cannot be made", DarwinSystem.LastError);
        }

        var socket = new DarwinDescriptor(number);
        try
        {
            var info = default(ControlInfo);
            Encoding.ASCII.GetBytes(ControlName, new Span<byte>(info.Name, ControlInfo.NameSize - 1));
            if (DarwinSystem.IoControl(socket, DarwinSystem.CTLIOCGINFO, &info) < 0)
            {
                throw Refused("The kernel's utun control cannot be found", DarwinSystem.LastError);
            }

            var address = Address(info.Id, unit);
            if (DarwinSystem.Connect(socket, &address, (uint)sizeof(ControlAddress)) < 0)
            {
                throw Refused($"The interface utun{unit} cannot be made", DarwinSystem.LastError);
            }

            var name = stackalloc byte[NameSize];
            uint length = NameSize;
            if (DarwinSystem.GetSocketOption(socket, DarwinSystem.SYSPROTO_CONTROL, DarwinSystem.UTUN_OPT_IFNAME, name, &length) < 0)
            {
                throw Refused("The name of a utun interface cannot be read", DarwinSystem.LastError);
            }

            return new UtunDevice(socket, Marshal.PtrToStringUTF8((nint)name)!);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The address of a control's unit.</summary>
    public static ControlAddress Address(uint id, int? unit) => new()
    {
        Length = (byte)sizeof(ControlAddress),
        Family = DarwinSystem.PF_SYSTEM,
        SystemAddress = DarwinSystem.AF_SYS_CONTROL,
        Id = id,
        Unit = unit is { } wanted ? (uint)wanted + 1 : 0,
    };

    /// <summary>Writes what stands in front of a packet.</summary>
    /// <param name="header"><see cref="HeaderSize"/> octets.</param>
    /// <param name="packet">An IPv4 or IPv6 packet.</param>
    public static void WriteHeader(Span<byte> header, ReadOnlySpan<byte> packet) =>
        BinaryPrimitives.WriteUInt32BigEndian(
            header, packet.Length > 0 && packet[0] >> 4 == 6 ? DarwinSystem.AF_INET6 : (uint)DarwinSystem.AF_INET);

    /// <inheritdoc/>
    public bool Wait(bool wantsPackets)
    {
        var (socketHeld, wakeHeld) = (false, false);
        try
        {
            _socket.DangerousAddRef(ref socketHeld);
            _wakeNear.DangerousAddRef(ref wakeHeld);
            var polled = stackalloc PollDescriptor[2];
            polled[0] = new PollDescriptor { Descriptor = _socket.Number, Events = wantsPackets ? DarwinSystem.POLLIN : (short)0 };
            polled[1] = new PollDescriptor { Descriptor = _wakeNear.Number, Events = DarwinSystem.POLLIN };
            if (DarwinSystem.Poll(polled, 2, timeout: -1) < 0)
            {
                // A signal: the caller looks around and comes again.
                return true;
            }

            byte signal;
            while (polled[1].Returned != 0 && DarwinSystem.Receive(_wakeNear, &signal, 1, DarwinSystem.MSG_DONTWAIT) > 0)
            {
            }

            return (polled[0].Returned & (DarwinSystem.POLLERR | DarwinSystem.POLLHUP | DarwinSystem.POLLNVAL)) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (socketHeld)
            {
                _socket.DangerousRelease();
            }

            if (wakeHeld)
            {
                _wakeNear.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        byte signal = 1;
        try
        {
            // A pair that is full is readable anyway.
            _ = DarwinSystem.Send(_wakeFar, &signal, 1, DarwinSystem.MSG_DONTWAIT);
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer)
    {
        var header = stackalloc byte[HeaderSize];
        fixed (byte* start = buffer)
        {
            var vectors = stackalloc IoVector[2];
            vectors[0] = new IoVector { Start = header, Length = HeaderSize };
            vectors[1] = new IoVector { Start = start, Length = (nuint)buffer.Length };
            var message = new MessageHeader { Vectors = vectors, VectorCount = 2 };
            try
            {
                var length = DarwinSystem.ReceiveMessage(_socket, &message, DarwinSystem.MSG_DONTWAIT);
                return (int)Math.Max(length - HeaderSize, 0);
            }
            catch (ObjectDisposedException)
            {
                return 0;
            }
        }
    }

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> packet)
    {
        var header = stackalloc byte[HeaderSize];
        WriteHeader(new Span<byte>(header, HeaderSize), packet);
        fixed (byte* start = packet)
        {
            var vectors = stackalloc IoVector[2];
            vectors[0] = new IoVector { Start = header, Length = HeaderSize };
            vectors[1] = new IoVector { Start = start, Length = (nuint)packet.Length };
            var message = new MessageHeader { Vectors = vectors, VectorCount = 2 };
            try
            {
                return DarwinSystem.SendMessage(_socket, &message, DarwinSystem.MSG_DONTWAIT) >= 0;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Wake();
        _socket.Dispose();
        _wakeNear.Dispose();
        _wakeFar.Dispose();
    }

    private static NetDeviceException Refused(string what, DarwinErrno error)
    {
        var name = Enum.IsDefined(error) ? error.ToString() : $"errno {(int)error}";
        return error switch
        {
            DarwinErrno.EPERM or DarwinErrno.EACCES =>
                new NetDeviceException($"{what} ({name}); run as root.", isPermission: true),
            DarwinErrno.EBUSY => new NetDeviceException($"{what} ({name}); take another number, or none."),
            DarwinErrno.EMFILE or DarwinErrno.ENFILE => new NetDeviceException($"{what} ({name}); raise the limit of open files (ulimit -n)."),
            _ => new NetDeviceException($"{what} ({name})."),
        };
    }
}
