using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Native;

/// <summary>Ends a poll from another thread (eventfd(2)).</summary>
internal sealed unsafe class WakeDescriptor : IDisposable
{
    /// <summary>Makes one.</summary>
    /// <exception cref="NetDeviceException">No descriptor is left.</exception>
    public WakeDescriptor() =>
        Descriptor = FileDescriptor.TryOwn(LibC.EventFd(0, LibC.EFD_NONBLOCK | LibC.EFD_CLOEXEC), out var error)
            ?? throw LinuxError.Exception("A wake descriptor (eventfd) cannot be made", error);

    /// <summary>What to poll for <see cref="LibC.POLLIN"/>.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>Makes the descriptor readable. Any thread; never blocks; does nothing after <see cref="Dispose"/>.</summary>
    public void Signal()
    {
        var one = 1UL;
        try
        {
            // A counter that is full is readable anyway.
            _ = LibC.Write(Descriptor, (byte*)&one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody polls any more.
        }
    }

    /// <summary>Takes the signals that came.</summary>
    public void Clear()
    {
        ulong count;
        _ = LibC.Read(Descriptor, (byte*)&count, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();
}
