using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.UserMode.Native;

/// <summary>Why the system gives no socket to a port forward, in a sentence.</summary>
internal static class ForwardRefusal
{
    // Linux, macOS, Winsock.
    private static readonly int[] PermissionErrors = [1, 13, 10013];
    private static readonly int[] InUseErrors = [98, 48, 10048];
    private static readonly int[] NoAddressErrors = [99, 49, 10049];

    /// <summary>Makes the sentence.</summary>
    /// <param name="forward">The forward.</param>
    /// <param name="error">The system's number.</param>
    public static NetDeviceException From(PortForward forward, int error)
    {
        var isPermission = PermissionErrors.Contains(error);
        var (name, remedy) = isPermission ? ("EACCES", "choose a port from 1024 on, or give the program CAP_NET_BIND_SERVICE")
            : InUseErrors.Contains(error) ? ("EADDRINUSE", "choose another port, or end the program that has it")
            : NoAddressErrors.Contains(error) ? ("EADDRNOTAVAIL", "give an address of this machine")
            : ($"error {error}", "check its address and port");
        return new NetDeviceException(
            $"The port forward {forward} cannot listen on {forward.HostAddress} port {forward.HostPort} ({name}); {remedy}.",
            isPermission);
    }
}
