using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Transport.Serial;

/// <summary>The calls of the system that a serial port is set up and controlled by, and nothing between: what is said to a
/// line that a test does not have is shown by what arrives here.</summary>
internal interface ITerminalCalls
{
    /// <summary>Opens a device for reading and writing, without waiting for its carrier and without becoming its
    /// process's terminal.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="error">Why not.</param>
    FileDescriptor? TryOpen(string path, out Errno error);

    /// <summary>Whether this process may read and write a device, without opening it (access).</summary>
    /// <param name="path">Its path.</param>
    Errno MayOpen(string path);

    /// <summary>Takes the device for this process alone, among those who ask (flock).</summary>
    Errno Lock(FileDescriptor descriptor);

    /// <summary>ioctl whose argument is a number, or nothing.</summary>
    Errno Control(FileDescriptor descriptor, uint request, int argument = 0);

    /// <summary>ioctl whose argument is the address of a structure.</summary>
    /// <param name="descriptor">The device.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="structure">Its octets, in and out.</param>
    Errno Control(FileDescriptor descriptor, uint request, Span<byte> structure);
}
