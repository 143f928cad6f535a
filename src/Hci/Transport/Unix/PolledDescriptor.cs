using System.Globalization;

namespace HostStack.Hci.Transport.Unix;

/// <summary>A descriptor in non-blocking mode, whose reads and writes wait by poll(2), so that closing never hangs.</summary>
/// <remarks>One thread reads, one writes, and any thread closes. A read or a write allocates nothing. Each is one call of
/// the system where that takes and gives whole packets.</remarks>
internal sealed unsafe class PolledDescriptor : IDisposable
{
    /// <summary>How long a device may take no octets before a write fails: as long as on a socket.</summary>
    public static readonly TimeSpan UsualWriteLimit = TimeSpan.FromSeconds(5);

    private const int Place = 0;
    private const int WakePlace = 1;
    private const int NoEnd = -1;

    // Milliseconds times bits per second: 10 bits, at half of the line's speed.
    private const long SlowestOctet = 2 * 10 * 1000;

    private const short Broken = LibC.POLLERR | LibC.POLLHUP;

    private readonly FileDescriptor _descriptor;
    private readonly WakeDescriptor _wake;
    private readonly long _writeLimit;
    private readonly long _callLimit;
    private readonly bool _endIsLoss;
    private int _stopped;

    /// <summary>Takes a descriptor over.</summary>
    /// <param name="descriptor">Opened with O_NONBLOCK; disposed with this.</param>
    /// <param name="writeLimit">How long a write waits for a device that takes nothing; null for
    /// <see cref="UsualWriteLimit"/>.</param>
    /// <param name="wake">Ends the waiting; null for the system's usual one.</param>
    /// <param name="callLimit">How long one write may take altogether, besides the time that its octets need at
    /// <see cref="BaudRate"/>; null for <see cref="UsualWriteLimit"/> more than <paramref name="writeLimit"/>.</param>
    /// <param name="endIsLoss">Whether the end of what can be read means that the device is gone, as on a terminal: the
    /// read fails then, instead of giving 0.</param>
    public PolledDescriptor(
        FileDescriptor descriptor, TimeSpan? writeLimit = null, WakeDescriptor? wake = null, bool endIsLoss = false,
        TimeSpan? callLimit = null)
    {
        _endIsLoss = endIsLoss;
        _descriptor = descriptor;
        _writeLimit = (long)(writeLimit ?? UsualWriteLimit).TotalMilliseconds;
        _callLimit = callLimit is { } given ? (long)given.TotalMilliseconds : _writeLimit + (long)UsualWriteLimit.TotalMilliseconds;
        _wake = wake ?? WakeDescriptor.Create();
    }

    /// <summary>The descriptor, for calls other than reads and writes.</summary>
    public FileDescriptor Descriptor => _descriptor;

    /// <summary>The speed of a line, bits per second, by which a long write takes its time; 0 for what has none.</summary>
    public int BaudRate { get; set; }

    /// <summary>Completes when the descriptor is really closed.</summary>
    public Task Closed => _descriptor.Closed;

    /// <summary>Whether <see cref="Stop"/> was called.</summary>
    public bool IsStopped => Volatile.Read(ref _stopped) != 0;

    /// <summary>Reads what is there, and waits for it where nothing is.</summary>
    /// <param name="buffer">At least one octet.</param>
    /// <returns>Octets that were read; 0 where the other side has ended, or where <see cref="Stop"/> was called.</returns>
    /// <exception cref="IOException">The device failed or is gone.</exception>
    public int Read(Span<byte> buffer)
    {
        int read;
        while (!TryRead(buffer, out read))
        {
            if (!Wait(LibC.POLLIN, NoEnd, out var broken))
            {
                return 0;
            }

            if (broken)
            {
                // The read says why. One that has nothing to say would be asked again and again.
                return TryRead(buffer, out read) ? read : throw new IOException("reading failed: the device hung up");
            }
        }

        return read;
    }

    /// <summary>Reads what is there and does not wait.</summary>
    /// <param name="buffer">At least one octet.</param>
    /// <param name="read">Octets that were read; 0 where the other side has ended, or where <see cref="Stop"/> was
    /// called.</param>
    /// <returns>False where nothing is there yet.</returns>
    /// <exception cref="IOException">The device failed or is gone.</exception>
    public bool TryRead(Span<byte> buffer, out int read)
    {
        read = 0;
        while (!IsStopped)
        {
            nint result;
            Errno error;
            fixed (byte* octets = buffer)
            {
                result = Call(&LibC.Read, octets, buffer.Length, out error);
            }

            switch (error)
            {
                case Errno.None when result == 0 && _endIsLoss:
                    throw UnixError.Failure("reading", Errno.EIO);
                case Errno.None:
                    read = (int)result;
                    return true;
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    return false;
                default:
                    if (!IsStopped)
                    {
                        throw UnixError.Failure("reading", error);
                    }

                    break;
            }
        }

        return true;
    }

    /// <summary>Writes all octets, and waits where the device has no room for them.</summary>
    /// <param name="octets">What to write.</param>
    /// <exception cref="IOException">The device failed, is gone, or took nothing within the limit; or <see cref="Stop"/> was
    /// called.</exception>
    public void Write(ReadOnlySpan<byte> octets)
    {
        var count = octets.Length;
        var since = Environment.TickCount64;
        var end = since + _callLimit + (BaudRate > 0 ? count * SlowestOctet / BaudRate : 0);
        var broken = false;
        while (!octets.IsEmpty)
        {
            var error = Errno.EBADF;
            nint result = 0;
            if (!IsStopped)
            {
                fixed (byte* first = octets)
                {
                    result = Call(&LibC.Write, first, octets.Length, out error);
                }
            }

            switch (error)
            {
                case Errno.None:
                    octets = octets[(int)result..];
                    since = Environment.TickCount64;
                    break;
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN when broken:
                    throw new IOException("writing failed: the device hung up");
                case Errno.EAGAIN:
                    WaitForRoom(since, end, octets.Length, count, out broken);
                    break;
                default:
                    throw IsStopped ? new IOException("writing failed: the device was closed") : UnixError.Failure("writing", error);
            }
        }
    }

    /// <summary>Ends the read and the write that wait, and every later one. Any thread; idempotent.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            _wake.Signal();
        }
    }

    /// <summary>Waits for a while, and not for the device: for what only shows when it is asked again.</summary>
    /// <param name="span">How long; ends early by <see cref="Stop"/>.</param>
    /// <returns>Whether it goes on: false where it was stopped.</returns>
    public bool WaitForStop(TimeSpan span) => Wait(events: 0, (int)Math.Ceiling(span.TotalMilliseconds), out _);

    /// <summary>Stops, and closes the descriptor when the calls on it have returned: <see cref="Closed"/>. Idempotent.</summary>
    public void Dispose()
    {
        Stop();
        _descriptor.Dispose();
        _wake.Dispose();
    }

    private void WaitForRoom(long since, long end, int untaken, int count, out bool broken)
    {
        var now = Environment.TickCount64;
        var left = since + _writeLimit - now;
        if (left > 0 && end <= now)
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture, $"writing failed: the device takes too long, {untaken} of {count} octets are left"));
        }

        if (left <= 0)
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture,
                $"writing failed: the device has taken nothing for {TimeSpan.FromMilliseconds(_writeLimit).TotalSeconds:0.###} s"));
        }

        Wait(LibC.POLLOUT, (int)Math.Min(left, end - now), out broken);
    }

    // One call of the system. A descriptor that was closed meanwhile is as good as one that was stopped before.
    private nint Call(delegate*<FileDescriptor, byte*, nuint, nint> call, byte* octets, int count, out Errno error)
    {
        try
        {
            var result = call(_descriptor, octets, (nuint)count);
            error = result < 0 ? UnixError.Last : Errno.None;
            return result;
        }
        catch (ObjectDisposedException)
        {
            error = Errno.EBADF;
            return -1;
        }
    }

    // Waits until the descriptor is ready, the time is over, or it was stopped.
    // False: stopped. Broken: the device reports an error or its end, and no octets.
    private bool Wait(short events, int milliseconds, out bool broken)
    {
        broken = false;
        var held = false;
        var wakeHeld = false;
        try
        {
            _descriptor.DangerousAddRef(ref held);
            _wake.Descriptor.DangerousAddRef(ref wakeHeld);
            var waited = stackalloc PollDescriptor[2];
            waited[Place] = new PollDescriptor { Descriptor = _descriptor.Number, Events = events };
            waited[WakePlace] = new PollDescriptor { Descriptor = _wake.Descriptor.Number, Events = LibC.POLLIN };
            if (LibC.Poll(waited, 2, milliseconds) < 0 && UnixError.Last is not Errno.EINTR and var error)
            {
                throw UnixError.Failure("waiting", error);
            }

            // It is open, for it is held: macOS says this of devices that its poll does not support (poll(2), BUGS).
            if ((waited[Place].Returned & LibC.POLLNVAL) != 0)
            {
                throw new IOException("waiting failed: poll(2) of this system does not support the device");
            }

            broken = (waited[Place].Returned & Broken) != 0 && (waited[Place].Returned & events) == 0;
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile.
        }
        finally
        {
            if (wakeHeld)
            {
                _wake.Descriptor.DangerousRelease();
            }

            if (held)
            {
                _descriptor.DangerousRelease();
            }
        }

        return !IsStopped;
    }
}
