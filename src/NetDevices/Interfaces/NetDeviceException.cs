namespace HostStack.NetDevices.Interfaces;

/// <summary>The system refused something about a network interface; the message is one sentence with the remedy.</summary>
/// <param name="message">What cannot be done, why (with the name of the system's error), and what helps.</param>
/// <param name="isPermission">Whether more privilege would help.</param>
/// <param name="inner">The cause.</param>
public sealed class NetDeviceException(string message, bool isPermission = false, Exception? inner = null)
    : IOException(message, inner)
{
    /// <summary>Whether the system said no for want of privilege.</summary>
    public bool IsPermission { get; } = isPermission;
}
