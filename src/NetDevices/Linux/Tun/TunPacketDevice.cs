using HostStack.NetDevices.Linux.Native;
using HostStack.NetDevices.Linux.Tap;
using HostStack.NetDevices.Shim;

namespace HostStack.NetDevices.Linux.Tun;

/// <summary>A TUN interface as a device of bare packets.</summary>
/// <param name="device">The interface; owned from now on.</param>
internal sealed unsafe class TunPacketDevice(TunDevice device) : IPacketDevice
{
    private readonly WakeDescriptor _wake = new();

    /// <inheritdoc/>
    public bool Wait(bool wantsPackets)
    {
        var (deviceHeld, wakeHeld) = (false, false);
        try
        {
            device.Descriptor.DangerousAddRef(ref deviceHeld);
            _wake.Descriptor.DangerousAddRef(ref wakeHeld);
            var polled = stackalloc PollDescriptor[2];
            polled[0] = new PollDescriptor { Descriptor = device.Descriptor.Number, Events = wantsPackets ? LibC.POLLIN : (short)0 };
            polled[1] = new PollDescriptor { Descriptor = _wake.Descriptor.Number, Events = LibC.POLLIN };
            if (LibC.Poll(polled, 2, timeout: -1) < 0)
            {
                // A signal: the caller looks around and comes again.
                return true;
            }

            if (polled[1].Returned != 0)
            {
                _wake.Clear();
            }

            return (polled[0].Returned & (LibC.POLLERR | LibC.POLLHUP | LibC.POLLNVAL)) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (deviceHeld)
            {
                device.Descriptor.DangerousRelease();
            }

            if (wakeHeld)
            {
                _wake.Descriptor.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public void Wake() => _wake.Signal();

    /// <inheritdoc/>
    public int Read(Span<byte> buffer)
    {
        try
        {
            return device.Read(buffer, out _);
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> packet)
    {
        try
        {
            return device.Write(packet) == Errno.None;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wake.Signal();
        device.Dispose();
        _wake.Dispose();
    }
}
