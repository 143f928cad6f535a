using System.Net;
using System.Runtime.InteropServices;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.UserMode.Polling;

namespace HostStack.NetDevices.UserMode.Native;

/// <summary>One NAT of libslirp. All calls are of one thread at a time.</summary>
/// <remarks>Its sockets are made in the calling thread's network namespace, where there are such.</remarks>
internal sealed unsafe class SlirpInstance : IDisposable
{
    private const int ForwardUdp = 1;
    private const int ForwardIPv6Only = 2;
    private const long NanosecondsPerMillisecond = 1_000_000;

    private static readonly Lock MakeGate = new();

    private readonly SlirpLibrary _library;
    private readonly ISlirpUser _user;
    private readonly nint* _callbacks;
    private readonly GCHandle _self;
    private ISocketPoller? _poller;
    private PollEvents _wanted = ~PollEvents.None;
    private nint _handle;

    /// <summary>Makes a NAT and its ways in.</summary>
    /// <param name="library">The library.</param>
    /// <param name="plan">The networks.</param>
    /// <param name="user">Who gets the frames.</param>
    /// <exception cref="NetDeviceException">libslirp refuses, or a forward's port is taken.</exception>
    public SlirpInstance(SlirpLibrary library, UserModePlan plan, ISlirpUser user)
    {
        _library = library;
        _user = user;
        _callbacks = SlirpCallbacks.Make();
        _self = GCHandle.Alloc(this);
        try
        {
            _handle = Make(plan);
            foreach (var forward in plan.Options.Forwards)
            {
                Add(forward);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The timers.</summary>
    public SlirpTimers Timers { get; } = new();

    /// <summary>Sockets that were waited for last.</summary>
    public int Sockets { get; private set; }

    /// <summary>The time that libslirp reads, in milliseconds.</summary>
    public static long Milliseconds => SlirpCallbacks.Nanoseconds / NanosecondsPerMillisecond;

    /// <summary>A frame of a peer.</summary>
    /// <param name="frame">Header and payload; borrowed.</param>
    public void Input(ReadOnlySpan<byte> frame)
    {
        fixed (byte* octets = frame)
        {
            _library.Input(_handle, octets, frame.Length);
        }
    }

    /// <summary>Adds the sockets to wait for.</summary>
    /// <param name="poller">To whom.</param>
    /// <param name="reading">False leaves out what would bring more frames for the network.</param>
    /// <returns>How long to wait at most, in milliseconds.</returns>
    public int FillPolls(ISocketPoller poller, bool reading)
    {
        _poller = poller;
        _wanted = reading ? ~PollEvents.None : PollEvents.Out;
        Sockets = 0;
        poller.Clear();
        var wait = (uint)Math.Clamp(Timers.Next - Milliseconds, 0, int.MaxValue);
        _library.FillPolls(_handle, &wait, &SlirpCallbacks.AddPoll, GCHandle.ToIntPtr(_self));
        return (int)Math.Min(wait, int.MaxValue);
    }

    /// <summary>Handles what came.</summary>
    /// <param name="valid">Whether the poller's results count.</param>
    public void Poll(bool valid)
    {
        _library.Poll(_handle, valid ? 0 : 1, &SlirpCallbacks.PollResult, GCHandle.ToIntPtr(_self));
        Timers.Fire(Milliseconds);
    }

    /// <summary>Called by libslirp, within <see cref="FillPolls"/>.</summary>
    public int AddPoll(int socket, PollEvents events)
    {
        Sockets++;
        return _poller!.Add(socket, events & _wanted);
    }

    /// <summary>Called by libslirp, within <see cref="Poll"/>.</summary>
    public PollEvents PollResult(int index) => _poller!.Result(index);

    /// <summary>Called by libslirp.</summary>
    public void FrameFromNat(ReadOnlySpan<byte> frame) => _user.FrameFromNat(frame);

    /// <summary>Called by libslirp.</summary>
    public void PeerError(string message) => _user.PeerError(message);

    /// <summary>Ends the NAT: its sockets are closed, nothing is called any more. Idempotent.</summary>
    public void Dispose()
    {
        if (_handle != 0)
        {
            _library.Cleanup(_handle);
            _handle = 0;
        }

        if (_self.IsAllocated)
        {
            _self.Free();
            SlirpCallbacks.Free(_callbacks);
        }
    }

    private nint Make(UserModePlan plan)
    {
        Span<byte> configuration = stackalloc byte[SlirpConfiguration.MaximumSize];
        configuration.Clear();
        var domain = Marshal.StringToCoTaskMemUTF8(plan.Options.DomainName);
        try
        {
            SlirpConfiguration.Write(
                configuration,
                plan,
                _library.Version.Configuration,
                domain,
                SlirpConfiguration.PlatformAddress6Alignment,
                sizeof(nint));

            // The first call sets up what all instances share.
            lock (MakeGate)
            {
                fixed (byte* octets = configuration)
                {
                    var handle = _library.New(octets, _callbacks, GCHandle.ToIntPtr(_self));
                    return handle != 0
                        ? handle
                        : throw new NetDeviceException(
                            $"libslirp {_library.VersionText} refuses the network {plan.Options.Network}; choose another, or another MTU.");
                }
            }
        }
        finally
        {
            Marshal.FreeCoTaskMem(domain);
        }
    }

    private void Add(PortForward forward)
    {
        // The error is read before anything else may make another one.
        var error = forward.IsIPv6 ? Add6(forward) : Add4(forward);
        if (error != 0)
        {
            throw ForwardRefusal.From(forward, error);
        }
    }

    private int Add4(PortForward forward)
    {
        var host = NetworkOrder(forward.HostAddress);
        var guest = forward.GuestAddress is { } address ? NetworkOrder(address) : 0;
        var isUdp = forward.Protocol == PortForwardProtocol.Udp ? 1 : 0;
        var result = _library.AddForward(_handle, isUdp, host, forward.HostPort, guest, forward.GuestPort);
        return result == 0 ? 0 : Marshal.GetLastSystemError();
    }

    private int Add6(PortForward forward)
    {
        // The framework knows the platform's form of a socket address.
        var host = new IPEndPoint(forward.HostAddress, forward.HostPort).Serialize();
        var guest = new IPEndPoint(forward.GuestAddress ?? IPAddress.IPv6Any, forward.GuestPort).Serialize();
        var flags = ForwardIPv6Only | (forward.Protocol == PortForwardProtocol.Udp ? ForwardUdp : 0);
        fixed (byte* hostOctets = host.Buffer.Span)
        {
            fixed (byte* guestOctets = guest.Buffer.Span)
            {
                var result = _library.AddForward6(_handle, hostOctets, (uint)host.Size, guestOctets, (uint)guest.Size, flags);
                return result == 0 ? 0 : Marshal.GetLastSystemError();
            }
        }
    }

    // An in_addr, passed as the number that has its octets in memory.
    private static uint NetworkOrder(IPAddress address) => MemoryMarshal.Read<uint>(address.GetAddressBytes());
}
