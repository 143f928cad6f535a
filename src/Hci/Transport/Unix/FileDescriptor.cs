using System.Runtime.InteropServices;

namespace HostStack.Hci.Transport.Unix;

/// <summary>A descriptor that is closed once, and not before the last call that uses it has returned.</summary>
internal sealed class FileDescriptor : SafeHandle
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Owns a descriptor.</summary>
    public FileDescriptor(int descriptor)
        : this(descriptor, isOwned: true)
    {
    }

    private FileDescriptor(int descriptor, bool isOwned)
        : base(-1, isOwned) => SetHandle(descriptor);

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>Completes when the descriptor is really closed: after <see cref="SafeHandle.Dispose()"/> and the calls that
    /// ran then. What may be open once only can be opened again from then on.</summary>
    public Task Closed => _closed.Task;

    /// <summary>What is done last, with a descriptor of the same number, when no other call runs any more and before it is
    /// closed. Must not throw.</summary>
    public Action<FileDescriptor>? BeforeClosing { get; set; }

    /// <summary>The number, for a call that takes several descriptors: between <see cref="SafeHandle.DangerousAddRef"/> and
    /// <see cref="SafeHandle.DangerousRelease"/> only.</summary>
    public int Number => (int)handle;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="flags">O_ flags; O_CLOEXEC is added.</param>
    /// <param name="error">Why not.</param>
    /// <returns>The descriptor, or null where the system refuses.</returns>
    public static FileDescriptor? TryOpen(string path, int flags, out Errno error) =>
        TryOwn(LibC.Open(path, flags | LibC.O_CLOEXEC), out error);

    /// <summary>Takes what a call returned.</summary>
    /// <param name="descriptor">A descriptor, or a negative number where the call failed.</param>
    /// <param name="error">Why it failed.</param>
    public static FileDescriptor? TryOwn(int descriptor, out Errno error)
    {
        error = descriptor < 0 ? UnixError.Last : Errno.None;
        return descriptor < 0 ? null : new FileDescriptor(descriptor);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (BeforeClosing is { } last)
        {
            using var same = new FileDescriptor((int)handle, isOwned: false);
            last(same);
        }

        var closed = LibC.Close((int)handle) == 0;
        _closed.TrySetResult();
        return closed;
    }
}
