namespace HostStack.Hci.Transport.Unix;

/// <summary>Ends the polls of other threads, once and for all: an eventfd on Linux, a pipe elsewhere.</summary>
internal sealed unsafe class WakeDescriptor : IDisposable
{
    private readonly FileDescriptor _signalled;

    private WakeDescriptor(FileDescriptor polled, FileDescriptor signalled)
    {
        Descriptor = polled;
        _signalled = signalled;
    }

    /// <summary>What to poll for <see cref="LibC.POLLIN"/>.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>What a signal is written to.</summary>
    internal FileDescriptor Signalled => _signalled;

    /// <summary>Makes one of the kind that the system has.</summary>
    /// <exception cref="IOException">No descriptor is left.</exception>
    public static WakeDescriptor Create() => OperatingSystem.IsLinux() ? OfEvent() : OfPipe();

    /// <summary>Makes one of an eventfd (Linux).</summary>
    public static WakeDescriptor OfEvent()
    {
        var descriptor = FileDescriptor.TryOwn(LibC.EventFd(0, LibC.O_NONBLOCK | LibC.O_CLOEXEC), out var error)
            ?? throw UnixError.Failure("making a wake descriptor", error);
        return new WakeDescriptor(descriptor, descriptor);
    }

    /// <summary>Makes one of a pipe. One octet at most is written, so that its blocking end never blocks.</summary>
    public static WakeDescriptor OfPipe()
    {
        var ends = stackalloc int[2];
        if (LibC.Pipe(ends) != 0)
        {
            throw UnixError.Failure("making a pipe", UnixError.Last);
        }

        // A program that is started meanwhile may still inherit them: macOS has no call that makes both at once.
        var made = new WakeDescriptor(new FileDescriptor(ends[0]), new FileDescriptor(ends[1]));
        _ = LibC.IoControl(made.Descriptor, LibC.CloseOnExecution, null);
        _ = LibC.IoControl(made._signalled, LibC.CloseOnExecution, null);
        return made;
    }

    /// <summary>Makes the descriptor readable for good. To be called once; any thread; never blocks.</summary>
    public void Signal()
    {
        var one = 1UL;
        try
        {
            _ = LibC.Write(_signalled, (byte*)&one, ReferenceEquals(Descriptor, _signalled) ? sizeof(ulong) : 1u);
        }
        catch (ObjectDisposedException)
        {
            // Nobody polls any more.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Descriptor.Dispose();
        _signalled.Dispose();
    }
}
