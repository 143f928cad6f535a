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
        // A service may write to its state folder, which outlives a kill and a restart; a list where the unit has several
        // (systemd.exec(5), StateDirectory=).
        RuntimeFolder = OperatingSystem.IsLinux() && variable("STATE_DIRECTORY")?.Split(':') is [var state, ..] && Path.IsPathRooted(state)
            ? Path.Combine(state, "usb")
            : LibUsbBus.DefaultRuntimeFolder,
    };
}
