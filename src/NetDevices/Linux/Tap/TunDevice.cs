using System.Runtime.InteropServices;
using System.Text;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Native;

namespace HostStack.NetDevices.Linux.Tap;

/// <summary>The descriptor of a TAP interface (linux/if_tun.h): frames in and out, and what only the driver knows.</summary>
internal sealed unsafe class TunDevice : IDisposable
{
    /// <summary>The driver's file.</summary>
    public const string Path = "/dev/net/tun";

    private const uint SetInterface = 0x4004_54CA;
    private const uint GetInterface = 0x8004_54D2;
    private const uint SetCarrierState = 0x4004_54E2;
    private const uint GetDeviceNamespace = 0x54E3;

    private const short TunKind = 0x0001;
    private const short TapKind = 0x0002;
    private const short NoPacketInformation = 0x1000;
    private const ushort ExclusiveName = 0x8000;

    private readonly FileDescriptor _descriptor;

    private TunDevice(FileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>What to poll.</summary>
    public FileDescriptor Descriptor => _descriptor;

    /// <summary>Completes when the interface is really gone.</summary>
    public Task Closed => _descriptor.Closed;

    /// <summary>Makes an interface in the calling thread's network namespace; it is down, and its carrier is up.</summary>
    /// <param name="name">Its name, or a pattern with <c>%d</c>.</param>
    /// <param name="keepExisting">Whether a persistent interface of that name may be used.</param>
    /// <param name="isTap">Whether it carries Ethernet frames (TAP), or bare IP packets (TUN).</param>
    /// <exception cref="NetDeviceException">The system refuses.</exception>
    public static TunDevice Open(string name, bool keepExisting, bool isTap = true)
    {
        var descriptor = FileDescriptor.TryOpen(Path, LibC.O_RDWR | LibC.O_NONBLOCK, out var error)
            ?? throw LinuxError.Exception(
                $"{Path} cannot be opened",
                error,
                error is Errno.ENOENT or Errno.ENODEV or Errno.ENXIO ? "load the kernel's driver with modprobe tun" : null);
        var request = default(InterfaceRequest);
        Encoding.UTF8.GetBytes(name, new Span<byte>(request.Name, InterfaceRequest.NameSize - 1));
        request.Flags = (short)((isTap ? TapKind : TunKind) | NoPacketInformation | (keepExisting ? 0 : ExclusiveName));
        if (LibC.IoControl(descriptor, SetInterface, &request) == 0)
        {
            return new TunDevice(descriptor);
        }

        error = LinuxError.Last;
        descriptor.Dispose();
        throw LinuxError.Exception(
            $"The {(isTap ? "TAP" : "TUN")} interface {name} cannot be made",
            error,
            error switch
            {
                Errno.EBUSY => "an interface of this name is there: take another name or remove it with ip link del",
                Errno.EINVAL => "an interface of another kind has this name: take another one",
                _ => null,
            });
    }

    /// <summary>The interface's name at this moment: it may have been renamed.</summary>
    /// <param name="error">EBADFD where the interface was removed.</param>
    public string? TryGetName(out Errno error)
    {
        var request = default(InterfaceRequest);
        error = LibC.IoControl(_descriptor, GetInterface, &request) < 0 ? LinuxError.Last : Errno.None;
        return error == Errno.None ? Marshal.PtrToStringUTF8((nint)request.Name) : null;
    }

    /// <summary>The network namespace that the interface is in at this moment: it may have been moved.</summary>
    /// <param name="error">Why not; EINVAL or ENOTTY where the kernel cannot tell.</param>
    public LinuxNetworkNamespace? TryGetNamespace(out Errno error)
    {
        var descriptor = FileDescriptor.TryOwn(LibC.IoControl(_descriptor, GetDeviceNamespace, null), out error);
        return descriptor is null ? null : new LinuxNetworkNamespace(descriptor, "of the interface");
    }

    /// <summary>Sets the carrier.</summary>
    /// <returns>The system's error; EINVAL where the kernel cannot (before 5.0).</returns>
    public Errno SetCarrier(bool up)
    {
        var value = up ? 1 : 0;
        return LibC.IoControl(_descriptor, SetCarrierState, &value) < 0 ? LinuxError.Last : Errno.None;
    }

    /// <summary>Reads one frame of the machine; never blocks.</summary>
    /// <param name="buffer">Holds the longest frame, or the rest of it is lost.</param>
    /// <param name="error">EAGAIN where there is none.</param>
    /// <returns>Its octets; 0 where there is none.</returns>
    public int Read(Span<byte> buffer, out Errno error)
    {
        fixed (byte* start = buffer)
        {
            var length = LibC.Read(_descriptor, start, (nuint)buffer.Length);
            error = length < 0 ? LinuxError.Last : Errno.None;
            return (int)Math.Max(length, 0);
        }
    }

    /// <summary>Hands one frame to the machine; never blocks, copies nothing on this side.</summary>
    /// <param name="frame">The frame; borrowed.</param>
    /// <returns>The system's error.</returns>
    public Errno Write(in EthernetFrame frame)
    {
        var header = stackalloc byte[EthernetFrame.HeaderSize];
        frame.WriteHeader(new Span<byte>(header, EthernetFrame.HeaderSize));
        fixed (byte* payload = frame.Payload)
        {
            var vectors = stackalloc IoVector[2];
            vectors[0] = new IoVector { Start = header, Length = EthernetFrame.HeaderSize };
            vectors[1] = new IoVector { Start = payload, Length = (nuint)frame.Payload.Length };
            return LibC.WriteVector(_descriptor, vectors, 2) < 0 ? LinuxError.Last : Errno.None;
        }
    }

    /// <summary>Hands one bare packet to the machine; never blocks.</summary>
    /// <param name="packet">The packet; borrowed.</param>
    /// <returns>The system's error.</returns>
    public Errno Write(ReadOnlySpan<byte> packet)
    {
        fixed (byte* start = packet)
        {
            return LibC.Write(_descriptor, start, (nuint)packet.Length) < 0 ? LinuxError.Last : Errno.None;
        }
    }

    /// <summary>Lets the interface go, once the calls that use it have returned.</summary>
    public void Dispose() => _descriptor.Dispose();

    /// <summary>struct ifreq, as much as the driver reads of it.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 40)]
    private struct InterfaceRequest
    {
        public const int NameSize = 16;

        public fixed byte Name[NameSize];
        public short Flags;
    }
}
