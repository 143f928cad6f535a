using HostStack.Hci.Transport.Usb.LibUsb;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Controllers;

/// <summary>The USB of the machine that this process runs on.</summary>
internal static class MachineUsb
{
    /// <summary>Makes the bus; nothing is loaded yet.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="log">Where the bus logs.</param>
    public static LibUsbBus Make(Func<string, string?> variable, ILogger? log) => new(log)
    {
        // A service may write to its state folder, which outlives a kill and a restart (systemd.exec(5), StateDirectory=).
        RuntimeFolder = OperatingSystem.IsLinux() && variable("STATE_DIRECTORY")?.Split(':')[0] is { Length: > 0 } state
            ? Path.Combine(state, "usb")
            : LibUsbBus.DefaultRuntimeFolder,
    };
}
